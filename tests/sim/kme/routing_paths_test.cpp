// Searches and sets of paths against an enumeration of every path of small graphs, with costs that differ by direction
// and some arcs closed.
#include "sim/kme/routing/path_sets.hpp"
#include "tests/support/graphs.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

struct Case {
    RoutingGraph graph;
    std::vector<Cost> costs;
};

/// Costs are at least the weights', as landmarks ask.
Case random_case(RngStream& rng) {
    Case out{RoutingGraph{test::random_topology(rng, 7, 13)}, {}};
    out.costs = out.graph.base_costs();
    for (auto& cost : out.costs) {
        cost *= 1 + rng.below(2);
        if (rng.below(10) == 0) cost = kNoWay;
    }
    return out;
}

// Fails when the tie-break depends on the heap, when the search stops before all cheapest paths are settled (break at
// `>=` instead of `>`), or when a landmark bound exceeds the truth.
TEST(PathSearch, FindsTheFirstOfTheCheapestUnderEveryPotential) {
    RngStream rng{11, "search"};
    int found = 0, ties = 0;
    for (int round = 0; round < 2000; ++round) {
        Case const c = random_case(rng);
        PathSearch search{c.graph};
        for (std::size_t to = 0; to < c.graph.nodes(); ++to) {
            auto const left = search.distances_to(to, c.costs);
            for (std::size_t from = 0; from < c.graph.nodes(); ++from) {
                auto const all = test::all_paths(c.graph, from, to, c.costs);
                auto const none = search.cheapest(from, to, c.costs, [](std::size_t) { return Cost{0}; });
                auto const landmarks =
                    search.cheapest(from, to, c.costs, [&](std::size_t n) { return c.graph.at_least(n, to); });
                auto const exact = search.cheapest(from, to, c.costs, [&](std::size_t n) { return left[n]; });
                ASSERT_EQ(none.has_value(), !all.empty());
                EXPECT_EQ(none, landmarks);
                EXPECT_EQ(none, exact);
                EXPECT_EQ(left[from], all.empty() ? kNoWay : all.front().cost);
                if (all.empty()) continue;
                EXPECT_EQ(*none, all.front());
                ++found;
                ties += all.size() > 1 && all[0].cost == all[1].cost;
            }
        }
    }
    EXPECT_GT(found, 5000);
    EXPECT_GT(ties, 300);
}

TEST(PathSearch, WidestIsTheWidestOfAll) {
    RngStream rng{12, "widest"};
    int some = 0;
    for (int round = 0; round < 1500; ++round) {
        Case const c = random_case(rng);
        std::vector<std::uint64_t> widths(c.graph.arcs());
        for (auto& width : widths)
            width = rng.below(6);
        PathSearch search{c.graph};
        for (std::size_t from = 0; from < c.graph.nodes(); ++from)
            for (std::size_t to = 0; to < c.graph.nodes(); ++to) {
                if (from == to) continue;
                std::uint64_t best = 0;
                for (auto const& path : test::all_paths(c.graph, from, to, c.graph.base_costs())) {
                    std::uint64_t width = kNoWay;
                    auto const nodes = test::nodes_of(c.graph, from, path.links);
                    for (std::size_t i = 0; i < path.links.size(); ++i)
                        width = std::min(
                            width,
                            widths[arc_of(path.links[i], c.graph.origin(arc_of(path.links[i], true)) == nodes[i])]);
                    best = std::max(best, width);
                }
                EXPECT_EQ(search.widest(from, to, widths), best);
                some += best > 1;
            }
    }
    EXPECT_GT(some, 1000);
}

// Fails when a deviation may return to the path's beginning (no ban), when closed arcs stay closed, or when a link
// that an earlier path takes after the same beginning is tried again.
TEST(KShortestPaths, AreTheFirstKOfAllPaths) {
    RngStream rng{13, "yen"};
    int several = 0;
    for (int round = 0; round < 1500; ++round) {
        Case const c = random_case(rng);
        PathSearch search{c.graph};
        for (std::size_t from = 0; from < c.graph.nodes(); ++from)
            for (std::size_t to = 0; to < c.graph.nodes(); ++to) {
                if (from == to) continue;
                auto all = test::all_paths(c.graph, from, to, c.costs);
                std::size_t const k = 1 + rng.below(6);
                several += all.size() > 2 && k > 2;
                all.resize(std::min(all.size(), k));
                EXPECT_EQ(k_shortest_paths(search, c.graph, from, to, c.costs, k), all);
            }
    }
    EXPECT_GT(several, 1000);
}

/// Largest number of paths without common relays among `all` from `i` on, at most `k`, and their lowest total cost.
std::pair<std::size_t, Cost> best_set(std::vector<std::vector<std::size_t>> const& relays,
                                      std::vector<CostedPath> const& all, std::size_t i, std::vector<bool>& taken,
                                      std::size_t k) {
    if (i == all.size() || k == 0) return {0, 0};
    auto best = best_set(relays, all, i + 1, taken, k);
    if (std::any_of(relays[i].begin(), relays[i].end(), [&](auto n) { return taken[n]; })) return best;
    for (auto n : relays[i])
        taken[n] = true;
    auto with = best_set(relays, all, i + 1, taken, k - 1);
    for (auto n : relays[i])
        taken[n] = false;
    ++with.first;
    with.second += all[i].cost;
    if (with.first > best.first || (with.first == best.first && with.second < best.second)) best = with;
    return best;
}

// Fails when flow is never taken back (the trap: the shortest path blocks both others), or when potentials go stale.
TEST(DisjointPaths, AreAsManyAsCanBeAtTheLowestCost) {
    RngStream rng{14, "disjoint"};
    int pairs = 0, traps = 0;
    for (int round = 0; round < 2000; ++round) {
        Case const c = random_case(rng);
        for (std::size_t from = 0; from < c.graph.nodes(); ++from)
            for (std::size_t to = 0; to < c.graph.nodes(); ++to) {
                if (from == to) continue;
                auto const all = test::all_paths(c.graph, from, to, c.costs);
                if (all.size() > 40) continue;
                std::vector<std::vector<std::size_t>> relays;
                for (auto const& path : all) {
                    auto nodes = test::nodes_of(c.graph, from, path.links);
                    relays.emplace_back(nodes.begin() + 1, nodes.end() - 1);
                }
                std::size_t const k = 1 + rng.below(3);
                std::vector<bool> taken(c.graph.nodes());
                auto const best = best_set(relays, all, 0, taken, k);
                auto const found = disjoint_paths(c.graph, from, to, c.costs, k);
                ASSERT_EQ(found.size(), best.first);
                Cost total = 0;
                std::set<std::size_t> passed;
                for (auto const& path : found) {
                    total += path.cost;
                    auto const nodes = test::nodes_of(c.graph, from, path.links);
                    EXPECT_EQ(nodes.back(), to);
                    for (std::size_t i = 1; i + 1 < nodes.size(); ++i)
                        EXPECT_TRUE(passed.insert(nodes[i]).second);
                }
                EXPECT_EQ(total, best.second);
                pairs += found.size() > 1;
                traps += found.size() > 1 && found.front().cost > all.front().cost;
            }
    }
    EXPECT_GT(pairs, 500);
    EXPECT_GT(traps, 5);
}

} // namespace
} // namespace qkdes
