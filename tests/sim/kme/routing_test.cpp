// Static shortest paths against an enumeration of every path.
#include "sim/base/rng.hpp"
#include "sim/kme/routing.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using Path = std::vector<LinkId>;

Topology graph(std::size_t nodes, std::vector<TopologyLink> links) {
    Topology out;
    out.nodes.resize(nodes);
    out.links = std::move(links);
    return out;
}

/// The best simple path by (weight, then the sequence of links), by trying them all.
void search(Topology const& topology, NodeId at, NodeId to, std::vector<bool>& seen, Path& path, double weight,
            std::optional<std::pair<double, Path>>& best) {
    if (at == to) {
        std::pair const found{weight, path};
        if (!best || found < *best) best = found;
        return;
    }
    seen[at.index()] = true;
    for (std::size_t i = 0; i < topology.links.size(); ++i) {
        auto const& link = topology.links[i];
        if (link.a != at && link.b != at) continue;
        NodeId const next = link.a == at ? link.b : link.a;
        if (seen[next.index()]) continue;
        path.emplace_back(i);
        search(topology, next, to, seen, path, weight + link.weight, best);
        path.pop_back();
    }
    seen[at.index()] = false;
}

// Small whole weights make many ties. Fails when the tie-break depends on the heap's order: replace `candidate < best`
// by `false` in routing.cpp and this turns red.
TEST(StaticShortestPath, IsTheFirstOfTheShortest) {
    RngStream rng{3, "routing"};
    int long_routes = 0;
    for (int round = 0; round < 200; ++round) {
        std::size_t const nodes = 2 + rng.below(6);
        std::vector<TopologyLink> links;
        for (std::size_t i = 0, n = rng.below(12); i < n; ++i) {
            NodeId const a{rng.below(nodes)}, b{rng.below(nodes)};
            if (a != b) links.push_back({a, b, 1.0 + static_cast<double>(rng.below(2)), false});
        }
        auto const topology = std::make_shared<Topology const>(graph(nodes, links));
        for (std::size_t from = 0; from < nodes; ++from) {
            StaticShortestPath policy{NodeId{from}, topology};
            for (std::size_t to = 0; to < nodes; ++to) {
                std::vector<bool> seen(nodes);
                Path path;
                std::optional<std::pair<double, Path>> best;
                search(*topology, NodeId{from}, NodeId{to}, seen, path, 0, best);
                auto const route = policy.route(NodeId{to});
                ASSERT_EQ(route.has_value(), best.has_value());
                if (!best) continue;
                EXPECT_EQ(*route, best->second);
                auto const next = policy.next(NodeId{to});
                ASSERT_EQ(next.has_value(), !route->empty());
                EXPECT_TRUE(!next || (next->link == route->front() && next->hops == route->size()));
                long_routes += best->second.size() > 1;
            }
        }
    }
    EXPECT_GT(long_routes, 500);
}

TEST(StaticShortestPath, PrefersWeightOverHopsAndTheLowerOfParallelLinks) {
    auto const topology = std::make_shared<Topology const>(graph(3, {{NodeId{0}, NodeId{2}, 5.0},
                                                                     {NodeId{0}, NodeId{1}, 2.0},
                                                                     {NodeId{1}, NodeId{2}, 2.0},
                                                                     {NodeId{2}, NodeId{1}, 2.0}}));
    StaticShortestPath policy{NodeId{0}, topology};
    EXPECT_EQ(policy.route(NodeId{2}), (Path{LinkId{1}, LinkId{2}}));
    EXPECT_EQ(policy.route(NodeId{0}), Path{});
}

} // namespace
} // namespace qkdes
