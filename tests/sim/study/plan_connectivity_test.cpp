#include "sim/study/plan/connectivity.hpp"

#include "sim/base/rng.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace qkdes {
namespace {

/// A graph with two nodes of demands, protection alternating.
Scenario graph(std::size_t nodes, std::vector<std::pair<std::size_t, std::size_t>> const& links) {
    Scenario out;
    out.nodes.resize(nodes);
    for (auto const& [a, b] : links) {
        LinkSpec link;
        link.a = NodeId{a};
        link.b = NodeId{b};
        link.protection = Protection::pqc;
        out.links.push_back(link);
    }
    return out;
}

/// Parts of the graph, those of removed nodes not counted.
std::size_t parts(Scenario const& scenario, Removed const& removed) {
    std::vector<std::size_t> group(scenario.nodes.size());
    std::iota(group.begin(), group.end(), 0);
    for (std::size_t l = 0; l < scenario.links.size(); ++l) {
        if (removed.takes(scenario.links[l], LinkId{l})) continue;
        std::size_t const from = group[scenario.links[l].a.index()], to = group[scenario.links[l].b.index()];
        std::ranges::replace(group, from, to);
    }
    std::set<std::size_t> all;
    for (std::size_t n = 0; n < group.size(); ++n)
        if (std::ranges::find(removed.nodes, NodeId{n}) == removed.nodes.end()) all.insert(group[n]);
    return all.size();
}

TEST(PlanConnectivity, BridgesAndArticulationPointsByDefinition) {
    RngStream rng{5, "graphs"};
    std::size_t bridges = 0, points = 0;
    for (int round = 0; round < 300; ++round) {
        std::size_t const nodes = 2 + rng.next() % 9;
        std::vector<std::pair<std::size_t, std::size_t>> links;
        for (std::size_t a = 0; a < nodes; ++a)
            for (std::size_t b = a + 1; b < nodes; ++b)
                if (rng.next() % 100 < 30) links.emplace_back(a, b);
        auto const scenario = graph(nodes, links);
        auto const found = cut_points(scenario);
        std::size_t const whole = parts(scenario, {});
        for (std::size_t l = 0; l < links.size(); ++l)
            EXPECT_EQ(std::ranges::count(found.bridges, LinkId{l}) == 1, parts(scenario, {{LinkId{l}}, {}}) > whole);
        for (std::size_t n = 0; n < nodes; ++n)
            EXPECT_EQ(std::ranges::count(found.nodes, NodeId{n}) == 1, parts(scenario, {{}, {NodeId{n}}}) > whole);
        bridges += found.bridges.size();
        points += found.nodes.size();
    }
    EXPECT_GT(bridges, 100u);
    EXPECT_GT(points, 100u);
}

TEST(PlanConnectivity, ADemandTakesLinksThatProtectEnough) {
    auto const islands = test::scenario(test::kTwoIslands, {R"(/demands/-={ "from": "a", "to": "d", "require": "hybrid",
        "arrivals": { "poisson": "1 /s" } })"});
    auto const whole = paths_left(islands, {});
    EXPECT_EQ(whole, (std::vector{Path::left, Path::left, Path::none})); // over the PQC hop
    EXPECT_EQ(paths_left(islands, {{LinkId{1u}}, {}})[0], Path::none);
    EXPECT_EQ(paths_left(islands, {{}, {NodeId{1u}}})[0], Path::none);
    EXPECT_EQ(paths_left(islands, {{}, {NodeId{0u}}})[0], Path::no_end);
}

} // namespace
} // namespace qkdes
