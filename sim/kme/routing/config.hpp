// Which routing policy a node runs, and what it is told about cost and time.
#pragma once
#include "sim/base/units.hpp"

#include <cstdint>
#include <memory>

namespace qkdes {

class RoutingGraph;
struct NewsKeyring;

enum class Routing : std::uint8_t {
    static_dijkstra, ///< shortest paths by weight, once; no advertisements
    a_star,          ///< shortest path by weight over links that are up
    key_aware,       ///< cheapest path: weight times what an emptying pool, waiting and stale news add
    widest,          ///< most key at the narrowest link, then shortest
    widest_shortest, ///< shortest, then most key at the narrowest link
    k_shortest,      ///< takes turns among the k shortest paths by the key at their narrowest links
    disjoint,        ///< the same among paths without a common relay
};

struct RoutingConfig {
    Routing policy = Routing::static_dijkstra;
    SimDuration advertise_every{10'000'000'000};
    SimDuration stale_after{35'000'000'000}; ///< what has not been repeated by then is stale, a silent neighbour down
    SimDuration hold_down{10'000'000'000};   ///< a link that was down or dry is not believed to be back before
    std::uint8_t flood_hops = 64;            ///< an advertisement goes no further
    std::uint32_t paths = 3;                 ///< of k_shortest and disjoint, at most
    /// A link costs weight * (1 + level_cost exp(-level / level_scale) + wait_cost * wait + stale_cost if stale), where
    /// wait is the time in seconds until a dry half has its next unit.
    double level_cost = 4.0, wait_cost = 1.0, stale_cost = 2.0;
    double level_scale = 32.0; ///< units
    /// Nodes of one process share it; made when absent.
    std::shared_ptr<RoutingGraph const> graph;
    /// Advertisements are signed, and others' are believed only when they are (sim/kme/routing/news_keys.hpp). None:
    /// neither.
    std::shared_ptr<NewsKeyring const> keys;
};

} // namespace qkdes
