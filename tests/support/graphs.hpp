// Small random graphs and all their paths: what routing is checked against.
#pragma once
#include "sim/base/rng.hpp"
#include "sim/kme/routing/graph.hpp"
#include "sim/kme/routing/search.hpp"

#include <algorithm>
#include <set>
#include <vector>

namespace qkdes::test {

/// Few weights make many ties; no parallel links.
inline Topology random_topology(RngStream& rng, std::size_t most_nodes, std::size_t most_links,
                                std::size_t weights = 2) {
    Topology out;
    out.nodes.resize(2 + rng.below(most_nodes - 1));
    std::set<std::pair<std::size_t, std::size_t>> pairs;
    for (std::size_t i = 0, n = rng.below(most_links + 1); i < n; ++i) {
        std::size_t const a = rng.below(out.nodes.size()), b = rng.below(out.nodes.size());
        if (a == b || !pairs.insert(std::minmax(a, b)).second) continue;
        out.links.push_back({NodeId{a}, NodeId{b}, 1.0 + static_cast<double>(rng.below(weights)), true});
    }
    for (std::size_t i = 0; i < out.nodes.size(); ++i)
        out.applications.emplace_back(i);
    return out;
}

inline void walk(RoutingGraph const& graph, std::size_t at, std::size_t to, std::vector<Cost> const& costs,
                 std::vector<bool>& seen, CostedPath& path, std::vector<CostedPath>& all) {
    if (at == to) {
        all.push_back(path);
        return;
    }
    seen[at] = true;
    for (auto const& arc : graph.from(at)) {
        if (seen[arc.to] || costs[arc.id] == kNoWay) continue;
        path.cost += costs[arc.id];
        path.links.push_back(link_of(arc.id));
        walk(graph, arc.to, to, costs, seen, path, all);
        path.links.pop_back();
        path.cost -= costs[arc.id];
    }
    seen[at] = false;
}

/// Every path that passes no node twice, by (cost, links).
inline std::vector<CostedPath> all_paths(RoutingGraph const& graph, std::size_t from, std::size_t to,
                                         std::vector<Cost> const& costs) {
    std::vector<CostedPath> all;
    std::vector<bool> seen(graph.nodes());
    CostedPath path;
    walk(graph, from, to, costs, seen, path, all);
    std::sort(all.begin(), all.end());
    return all;
}

/// The nodes of a path, both ends included.
inline std::vector<std::size_t> nodes_of(RoutingGraph const& graph, std::size_t from, Path const& path) {
    std::vector<std::size_t> nodes{from};
    for (LinkId link : path) {
        ArcId const arc = arc_of(link, graph.origin(arc_of(link, true)) == nodes.back());
        nodes.push_back(graph.target(arc));
    }
    return nodes;
}

} // namespace qkdes::test
