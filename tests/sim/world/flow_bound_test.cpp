#include "sim/base/rng.hpp"
#include "sim/world/flow_bound.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace qkdes {
namespace {

std::vector<FlowLink> random_links(RngStream& rng, std::size_t nodes, std::size_t count) {
    std::vector<FlowLink> links;
    while (links.size() < count) {
        std::size_t const a = rng.below(nodes), b = rng.below(nodes);
        if (a != b) links.push_back({a, b, rng.below(50)});
    }
    return links;
}

// The least cut, by trying all.
TEST(FlowBound, OneDemandAloneIsTheLeastCut) {
    RngStream rng{31, "flow"};
    for (int round = 0; round < 300; ++round) {
        std::size_t const nodes = 2 + rng.below(6);
        auto const links = random_links(rng, nodes, rng.below(12));
        std::uint64_t least = kUnlimited;
        for (std::size_t side = 0; side < (std::size_t{1} << nodes); ++side) {
            if ((side & 1) == 0 || (side >> (nodes - 1) & 1) == 1) continue; // node 0 here, the last there
            std::uint64_t cut = 0;
            for (auto const& link : links)
                if ((side >> link.a & 1) != (side >> link.b & 1)) cut += link.capacity;
            least = std::min(least, cut);
        }
        EXPECT_EQ(max_flow(nodes, links, 0, nodes - 1), least);
        auto const bound = flow_bound(nodes, links, {{0, nodes - 1, 40}});
        EXPECT_EQ(bound.alone[0], std::min<std::uint64_t>(least, 40));
        EXPECT_EQ(bound.together, bound.alone[0]);
    }
}

// Each of three leaves has 100 units and each pair spends two: 150, although each demand alone could have 100.
TEST(FlowBound, AStarSharesItsLeaves) {
    std::vector<FlowLink> const star{{0, 3, 100}, {1, 3, 100}, {2, 3, 100}};
    auto const bound = flow_bound(4, star, {{0, 1, 500}, {1, 2, 500}, {2, 0, 500}});
    EXPECT_EQ(bound.alone, (std::vector<std::uint64_t>{100, 100, 100}));
    EXPECT_GE(bound.together, 150u);
    EXPECT_LE(bound.together, 152u);
    EXPECT_GE(bound.reached, 148);
    EXPECT_LE(bound.reached, 150);
}

// A link that one demand leaves to the other counts; unlimited links do not; what is not wanted is not carried.
TEST(FlowBound, WantsAndUnlimitedLinksCount) {
    std::vector<FlowLink> const line{{0, 1, 100}, {1, 2, kUnlimited}, {2, 3, 60}};
    auto const bound = flow_bound(4, line, {{0, 3, 1000}, {0, 2, 30}, {1, 2, 7}});
    EXPECT_EQ(bound.alone, (std::vector<std::uint64_t>{60, 30, 7}));
    EXPECT_EQ(bound.together, 97u); // all of it fits: 90 of 100 on the first link
    auto const apart = flow_bound(5, line, {{0, 4, 10}, {1, 2, 7}});
    EXPECT_EQ(apart.alone, (std::vector<std::uint64_t>{0, 7}));
    EXPECT_EQ(apart.together, 7u);
}

// What finds room without a search for the best is known exactly, also over more than one way; a little more is not.
TEST(FlowBound, WhatFitsIsExact) {
    std::vector<FlowLink> const square{{0, 1, 10}, {1, 2, 10}, {0, 3, 5}, {3, 2, 5}};
    auto const fits = flow_bound(4, square, {{0, 2, 12}, {0, 3, 2}});
    EXPECT_EQ(fits.alone, (std::vector<std::uint64_t>{12, 2}));
    EXPECT_EQ(fits.together, 14u);
    EXPECT_EQ(fits.reached, 14.0);
    auto const crowded = flow_bound(4, square, {{0, 2, 14}, {0, 3, 2}});
    EXPECT_EQ(crowded.alone, (std::vector<std::uint64_t>{14, 2}));
    EXPECT_EQ(crowded.together, 15u); // all that leaves node 0
    EXPECT_LE(crowded.reached, 15.0);
}

// One after the other: what one demand took is there again for the next.
TEST(FlowBound, DemandsAloneDoNotSeeEachOther) {
    RngStream rng{33, "alone"};
    for (int round = 0; round < 50; ++round) {
        std::size_t const nodes = 3 + rng.below(8);
        auto const links = random_links(rng, nodes, 2 * nodes);
        std::vector<FlowDemand> demands;
        for (std::size_t a = 0; a + 1 < nodes; ++a)
            demands.push_back({a, a + 1, 1 + rng.below(80)});
        auto const bound = flow_bound(nodes, links, demands);
        for (std::size_t d = 0; d < demands.size(); ++d)
            EXPECT_EQ(bound.alone[d], max_flow(nodes, links, demands[d].from, demands[d].to, demands[d].wanted));
    }
}

// Between what was found and the bound lies the truth; they come within 2 %, and neither is outside of the cuts.
TEST(FlowBound, ClosesInFromBothSides) {
    RngStream rng{32, "multiflow"};
    int tighter = 0;
    for (int round = 0; round < 60; ++round) {
        std::size_t const nodes = 4 + rng.below(8);
        auto const links = random_links(rng, nodes, nodes + rng.below(nodes));
        std::vector<FlowDemand> demands;
        for (std::size_t i = 0; i < 6; ++i) {
            std::size_t const a = rng.below(nodes), b = (a + 1 + rng.below(nodes - 1)) % nodes;
            demands.push_back({a, b, 20 + rng.below(60)});
        }
        auto const bound = flow_bound(nodes, links, demands);
        auto const sum = std::accumulate(bound.alone.begin(), bound.alone.end(), std::uint64_t{0});
        EXPECT_LE(bound.together, sum);
        EXPECT_LE(bound.reached, static_cast<double>(bound.together) + 1); // fractions may beat the whole below
        EXPECT_GE(bound.reached, 0.98 * static_cast<double>(bound.together) - 1);
        tighter += bound.together < sum;
    }
    EXPECT_GT(tighter, 20);
}

} // namespace
} // namespace qkdes
