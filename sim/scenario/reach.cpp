// Warnings about demands that no path can serve and relays that no demand can use.
#include "sim/scenario/resolve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace qkdes {
namespace {

using Neighbours = std::vector<std::vector<std::size_t>>;

/// The island of each node: the least index among the nodes it can reach.
std::vector<std::size_t> islands(Neighbours const& neighbours) {
    std::vector<std::size_t> island(neighbours.size(), neighbours.size());
    std::vector<std::size_t> open;
    for (std::size_t first = 0; first < neighbours.size(); ++first) {
        if (island[first] != neighbours.size()) continue;
        island[first] = first;
        open.assign(1, first);
        while (!open.empty()) {
            auto const here = open.back();
            open.pop_back();
            for (auto const next : neighbours[here])
                if (island[next] == neighbours.size()) {
                    island[next] = first;
                    open.push_back(next);
                }
        }
    }
    return island;
}

/// Whether links of the kind that `wanted` accepts join the nodes.
bool joined(Scenario const& scenario, NodeId a, NodeId b, std::function<bool(Protection)> const& wanted) {
    Neighbours neighbours(scenario.nodes.size());
    for (auto const& link : scenario.links) {
        if (!wanted(link.protection)) continue;
        neighbours[link.a.index()].push_back(link.b.index());
        neighbours[link.b.index()].push_back(link.a.index());
    }
    auto const island = islands(neighbours);
    return island[a.index()] == island[b.index()];
}

/// By the classes of whole paths (sim/kme/protection/exposure.hpp): a hybrid hop and a one-time pad together are
/// qkd-aes.
bool can_have(Scenario const& scenario, RequiredClass required, NodeId a, NodeId b) {
    bool const pads = joined(scenario, a, b, [](Protection p) { return p == Protection::otp; });
    switch (required) {
    case RequiredClass::its:
        return pads;
    case RequiredClass::hybrid:
        return pads || joined(scenario, a, b, [](Protection p) { return p == Protection::hybrid; });
    case RequiredClass::qkd_aes:
        return joined(scenario, a, b, [](Protection p) { return p != Protection::pqc; });
    case RequiredClass::pqc:
        break;
    }
    return true;
}

/// Nodes on branches that end without an application: they are taken away leaf by leaf.
std::vector<bool> dead_ends(Neighbours const& neighbours, std::vector<bool> const& keep) {
    std::vector<bool> gone(neighbours.size(), false);
    std::vector<std::size_t> degree, leaves;
    for (std::size_t node = 0; node < neighbours.size(); ++node) {
        degree.push_back(neighbours[node].size());
        if (degree[node] <= 1 && !keep[node]) leaves.push_back(node);
    }
    while (!leaves.empty()) {
        auto const leaf = leaves.back();
        leaves.pop_back();
        gone[leaf] = true;
        for (auto const next : neighbours[leaf])
            if (!gone[next] && --degree[next] == 1 && !keep[next]) leaves.push_back(next);
    }
    return gone;
}

} // namespace

void warn_about_reach(Resolution& r) {
    auto const& scenario = r.out;
    if (scenario.demands.empty()) return;
    Neighbours neighbours(scenario.nodes.size());
    for (auto const& link : scenario.links) {
        neighbours[link.a.index()].push_back(link.b.index());
        neighbours[link.b.index()].push_back(link.a.index());
    }
    auto const island = islands(neighbours);
    std::vector<bool> concerned(scenario.nodes.size(), false), endpoint(scenario.nodes.size(), false);
    for (std::size_t i = 0; i < scenario.demands.size(); ++i) {
        auto const a = scenario.applications[scenario.demands[i].from.index()].node.index();
        auto const b = scenario.applications[scenario.demands[i].to.index()].node.index();
        endpoint[a] = endpoint[b] = true;
        concerned[island[a]] = concerned[island[b]] = true;
        if (island[a] != island[b])
            r.reader.warning(
                *r.raw.demands[i].node,
                fmt::format("no path from \"{}\" to \"{}\"", r.raw.demands[i].from.id, r.raw.demands[i].to.id),
                fmt::format("no chain of links joins node \"{}\" to node \"{}\"", scenario.nodes[a].id,
                            scenario.nodes[b].id),
                "a link between them");
        else if (!can_have(scenario, scenario.demands[i].require, NodeId{a}, NodeId{b}))
            r.reader.warning(place(*r.raw.demands[i].node, "require"), "no path protects so much",
                             "the class of a key is that of its whole path; the links' \"protect\" decides",
                             R"("require": "pqc")");
    }
    for (auto const& application : scenario.applications) // a site, though nobody there asks in this scenario
        endpoint[application.node.index()] = true;
    // Shares and pools use nodes, too.
    for (auto const& share : scenario.shares) {
        endpoint[share.dealer.index()] = endpoint[share.requester.index()] = true;
        for (NodeId node : share.custodians)
            endpoint[node.index()] = true;
        concerned[island[share.dealer.index()]] = true;
    }
    for (auto const& agent : scenario.agents)
        for (AppId app : {agent.from, agent.to}) {
            auto const node = scenario.applications[app.index()].node.index();
            endpoint[node] = concerned[island[node]] = true;
        }
    if (scenario.digital)
        for (auto const& server : scenario.digital->servers)
            endpoint[server.node.index()] = true;
    auto const dead = dead_ends(neighbours, endpoint);
    for (std::size_t node = 0; node < scenario.nodes.size(); ++node) {
        if (endpoint[node]) continue;
        auto const warn = [&](std::string_view verb) {
            r.reader.warning(*r.raw.nodes[node].node,
                             fmt::format("relay \"{}\" is on no path", scenario.nodes[node].id),
                             fmt::format("0 of {} demands can {}", scenario.demands.size(), verb), "");
        };
        if (!concerned[island[node]])
            warn("reach it");
        else if (dead[node])
            warn("pass through it");
    }
}

} // namespace qkdes
