// Fans of paths and the chance of k of them.
#include "sim/world/share_paths.hpp"

#include "sim/kme/shares/availability.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>

namespace qkdes {
namespace {

Topology graph(std::size_t nodes, std::vector<std::pair<std::size_t, std::size_t>> const& links) {
    Topology out;
    out.nodes.resize(nodes);
    for (auto const& [a, b] : links)
        out.links.push_back({NodeId{a}, NodeId{b}, 1.0, false});
    return out;
}

std::vector<NodeId> nodes(std::vector<std::size_t> const& numbers) {
    std::vector<NodeId> out;
    for (auto n : numbers)
        out.emplace_back(n);
    return out;
}

// Shortest paths alone would send both shares through node 1; the fan takes the longer way 2-3 for one of them.
TEST(SharePaths, GoApartWhereTheyCan) {
    auto const net = graph(6, {{0, 1}, {1, 4}, {1, 5}, {0, 2}, {2, 3}, {3, 5}});
    auto const apart = share_paths(net, NodeId{std::size_t{0}}, nodes({4, 5}));
    EXPECT_EQ(apart.to[0].size(), 2u);
    EXPECT_EQ(apart.to[1].size(), 3u);
    EXPECT_TRUE(apart.common.empty());
    auto const forced = share_paths(graph(6, {{0, 1}, {1, 4}, {1, 5}}), NodeId{std::size_t{0}}, nodes({4, 0, 5}));
    EXPECT_EQ(forced.common, nodes({1}));
    EXPECT_TRUE(forced.to[1].empty()) << "at hand";
}

// Every state of every link written out, against the sum over shared links.
TEST(SharePaths, ChanceOfKByEnumeration) {
    auto const net = graph(8, {{0, 1}, {1, 2}, {1, 3}, {0, 4}, {4, 5}, {5, 6}, {5, 7}});
    auto const paths = share_paths(net, NodeId{std::size_t{0}}, nodes({2, 3, 4, 6, 7, 0}));
    std::vector<double> const up{.9, .5, .8, .7, .6, .95, .3};
    for (std::size_t k = 0; k <= 7; ++k) {
        double expected = 0;
        for (std::uint32_t state = 0; state < 1u << up.size(); ++state) {
            double weight = 1;
            for (std::size_t l = 0; l < up.size(); ++l)
                weight *= (state >> l & 1) != 0 ? up[l] : 1 - up[l];
            std::size_t open = 0;
            for (auto const& path : paths.to)
                open +=
                    std::ranges::all_of(path, [&](auto const& step) { return (state >> step.link.index() & 1) != 0; });
            if (open >= k) expected += weight;
        }
        auto const chance = chance_of_k(paths.to, up, k);
        ASSERT_TRUE(chance.has_value());
        EXPECT_NEAR(*chance, expected, 1e-12) << k;
    }
}

} // namespace
} // namespace qkdes
