#include "sim/world/scripted_faults.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qkdes {

namespace {

FaultPoint point_of(Misbehaviour how) {
    switch (how) {
    case Misbehaviour::drop_ack:
        break;
    case Misbehaviour::crash_before_ack:
        return FaultPoint::crash_before_ack;
    case Misbehaviour::duplicate:
        return FaultPoint::duplicate;
    case Misbehaviour::reorder:
        return FaultPoint::reorder;
    case Misbehaviour::slow_disk:
        return FaultPoint::slow_disk;
    }
    return FaultPoint::drop_ack;
}

FaultPoint point_of(Dishonesty does) {
    switch (does) {
    case Dishonesty::alter:
        break;
    case Dishonesty::drop:
        return FaultPoint::drop_relay;
    case Dishonesty::replay:
        return FaultPoint::replay;
    }
    return FaultPoint::alter;
}

} // namespace

ScriptedFaults::ScriptedFaults(Scenario const& scenario, Engine const& engine, std::uint64_t seed,
                               std::function<void(NodeId)> crash)
    : engine_{engine}, crash_{std::move(crash)} {
    std::map<std::pair<NodeId, FaultPoint>, std::uint64_t> seen;
    auto const add = [&](NodeId node, FaultPoint point, double probability, SimTime from, SimTime until) {
        RngStream draws{seed,
                        fmt::format("node/{}/fault/{}", scenario.nodes[node.index()].id, static_cast<unsigned>(point)),
                        seen[{node, point}]++};
        rules_[node].push_back({point, probability, from, until, std::move(draws)});
    };
    for (auto const& fault : scenario.faults)
        if (fault.kind == FaultKind::misbehave)
            add(fault.node, point_of(fault.how), fault.probability, fault.begin, fault.end);
    for (auto const& adversary : scenario.adversaries)
        for (auto const& relay : adversary.dishonest)
            add(relay.node, point_of(relay.does), relay.probability, relay.from, relay.until);
}

bool ScriptedFaults::hit(NodeId node, FaultPoint point) {
    auto const found = rules_.find(node);
    if (found == rules_.end()) return false;
    SimTime const now = engine_.now();
    return std::any_of(found->second.begin(), found->second.end(), [&](Rule& rule) {
        return rule.point == point && rule.from <= now && now < rule.until && rule.draws.bernoulli(rule.probability);
    });
}

} // namespace qkdes
