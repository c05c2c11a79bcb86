#include "sim/world/node_config.hpp"

#include "sim/kme/routing/graph.hpp"
#include "sim/world/auditor.hpp"
#include "sim/world/southbound.hpp"

#include <algorithm>

namespace qkdes {

namespace {

double weight_of(LinkSpec const& link, RoutingWeight weight) {
    switch (weight) {
    case RoutingWeight::hops:
        return 1.0;
    case RoutingWeight::latency:
        return std::max(seconds(link.classical.latency), 1e-9);
    case RoutingWeight::length:
        return std::max(link.fibre.length.value, 1e-6);
    }
    return 1.0;
}

Routing policy_of(RoutingPolicy policy) {
    switch (policy) {
    case RoutingPolicy::static_dijkstra:
        break;
    case RoutingPolicy::a_star:
        return Routing::a_star;
    case RoutingPolicy::key_aware:
        return Routing::key_aware;
    case RoutingPolicy::widest:
        return Routing::widest;
    case RoutingPolicy::widest_shortest:
        return Routing::widest_shortest;
    case RoutingPolicy::k_shortest:
        return Routing::k_shortest;
    case RoutingPolicy::disjoint:
        return Routing::disjoint;
    }
    return Routing::static_dijkstra;
}

} // namespace

RoutingConfig routing_of(RoutingSpec const& spec, Topology const& topology) {
    RoutingConfig config;
    config.policy = policy_of(spec.policy);
    config.advertise_every = spec.advertise_every;
    config.stale_after = spec.news_lasts();
    config.hold_down = spec.hold_down;
    config.flood_hops = static_cast<std::uint8_t>(spec.flood_hops);
    config.paths = spec.paths;
    config.level_cost = spec.level_cost;
    config.wait_cost = spec.wait_cost;
    config.stale_cost = spec.stale_cost;
    config.level_scale = static_cast<double>(spec.level_scale) / static_cast<double>(Auditor::kUnitBits);
    if (config.policy != Routing::static_dijkstra) config.graph = std::make_shared<RoutingGraph const>(topology);
    return config;
}

Topology topology_of(Scenario const& scenario) {
    Topology topology;
    for (auto const& node : scenario.nodes)
        topology.nodes.push_back(node.id);
    for (auto const& link : scenario.links) {
        bool const qkd = link.makes_key();
        topology.links.push_back({link.a, link.b, weight_of(link, scenario.routing.weight), qkd, protection_of(link)});
    }
    for (auto const& app : scenario.applications) {
        topology.applications.push_back(app.node);
        topology.application_names.push_back(app.id);
    }
    return topology;
}

CongestionConfig congestion_of(Scenario const& scenario, KmsSpec const& kms) {
    CongestionConfig config;
    config.wait_limit = kms.wait_for_key;
    config.waiting_limit = kms.waiting_limit;
    config.reserve_bits = kms.reserve;
    for (std::size_t a = 0; a < scenario.applications.size(); ++a) {
        AppSpec const& app = scenario.applications[a];
        if (app.priority > 0 || app.rate.value > 0)
            config.applications[AppId{a}] = {app.priority, app.rate.value, app.burst};
    }
    for (auto const& demand : scenario.demands)
        if (demand.ready && demand.via == DemandVia::relay)
            config.ready.push_back({demand.from, demand.to, demand.key_bits, demand.ready->low, demand.ready->high,
                                    class_of(demand.require)});
    return config;
}

} // namespace qkdes
