// The policies over a table of link states, and the table itself. No nodes, no messages.
#include "sim/kme/routing.hpp"
#include "sim/kme/routing/turns.hpp"
#include "tests/support/graphs.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace qkdes {
namespace {

using std::chrono::seconds;

SimTime at(int s) { return kSimStart + seconds{s}; }

struct Policies {
    explicit Policies(Topology topology_, RoutingConfig config_ = {}) : config{config_} {
        topology = std::make_shared<Topology const>(std::move(topology_));
        graph = std::make_shared<RoutingGraph const>(*topology);
        config.policy = Routing::a_star; // the table wants some policy that asks it
        states = std::make_unique<LinkStateTable>(topology, config);
    }
    std::unique_ptr<PathPolicy> make(Routing policy, std::size_t self) {
        RoutingConfig own = config;
        own.policy = policy;
        return make_policy(own, NodeId{self}, topology, graph, *states);
    }
    void news(std::size_t link, EndNews const& said, int s = 0) {
        states->news(arc_of(LinkId{link}, false), said, at(s));
        states->news(arc_of(LinkId{link}, true), said, at(s));
    }
    RoutingConfig config;
    std::shared_ptr<Topology const> topology;
    std::shared_ptr<RoutingGraph const> graph;
    std::unique_ptr<LinkStateTable> states;
};

/// Two ways from 0 to 3: links 0, 1 over node 1, and 2, 3 over node 2.
Topology diamond() {
    Topology out;
    out.nodes.resize(4);
    auto const link = [](std::size_t a, std::size_t b) { return TopologyLink{NodeId{a}, NodeId{b}, 1.0, true}; };
    out.links = {link(0, 1), link(1, 3), link(0, 2), link(2, 3)};
    return out;
}
Path path(std::initializer_list<std::size_t> links) {
    Path out;
    for (auto link : links)
        out.emplace_back(link);
    return out;
}

// Without news A* is static Dijkstra, tie-breaks and all; without its down links too.
TEST(RoutingPolicies, AStarIsDijkstraOverLinksThatAreUp) {
    RngStream rng{21, "a-star"};
    for (int round = 0; round < 300; ++round) {
        Policies p{test::random_topology(rng, 9, 20, 3)};
        Topology rest = *p.topology;
        std::vector<LinkId> number; // of the links that stay
        rest.links.clear();
        for (std::size_t l = 0; l < p.topology->links.size(); ++l) {
            bool const down = rng.below(5) == 0;
            p.news(l, {!down, 5, 0});
            if (down) continue;
            rest.links.push_back(p.topology->links[l]);
            number.emplace_back(l);
        }
        auto const left = std::make_shared<Topology const>(rest);
        for (std::size_t from = 0; from < rest.nodes.size(); ++from) {
            auto const a_star = p.make(Routing::a_star, from);
            StaticShortestPath dijkstra{NodeId{from}, left};
            for (std::size_t to = 0; to < rest.nodes.size(); ++to) {
                auto expected = dijkstra.route(NodeId{to});
                if (expected)
                    for (auto& link : *expected)
                        link = number[link.index()];
                EXPECT_EQ(a_star->route(NodeId{to}), expected);
            }
        }
    }
}

/// Units at the narrowest link of a path, each seen from the end that hands them out; 1000 for none.
std::int64_t narrowest(Policies const& p, std::size_t from, Path const& links) {
    std::int64_t width = 1000;
    auto const nodes = test::nodes_of(*p.graph, from, links);
    for (std::size_t i = 0; i < links.size(); ++i) {
        auto const b = p.topology->links[links[i].index()].b;
        ArcId const arc = arc_of(links[i], b == NodeId{nodes[i]});
        width = std::min<std::int64_t>(width, p.states->end(arc).believed.units);
    }
    return width;
}

// Fails when widths are taken from the wrong end of a link, or when the shorter of the widest is not found.
TEST(RoutingPolicies, WidestTakesTheShortestOfTheWidest) {
    RngStream rng{22, "widest"};
    int wide = 0;
    for (int round = 0; round < 400; ++round) {
        Policies p{test::random_topology(rng, 6, 11, 3)};
        for (ArcId arc = 0; arc < p.graph->arcs(); ++arc)
            p.states->news(arc, {true, static_cast<std::uint32_t>(rng.below(4)), 0}, at(0));
        for (std::size_t from = 0; from < p.graph->nodes(); ++from) {
            auto const widest = p.make(Routing::widest, from);
            for (std::size_t to = 0; to < p.graph->nodes(); ++to) {
                if (from == to) continue;
                std::optional<std::tuple<std::int64_t, Cost, Path>> best; // narrowest link first, by width
                for (auto const& each : test::all_paths(*p.graph, from, to, p.graph->base_costs())) {
                    std::int64_t const width = narrowest(p, from, each.links);
                    std::tuple const key{-width, each.cost, each.links};
                    if (!best || key < *best) best = key;
                }
                auto const route = widest->route(NodeId{to});
                ASSERT_EQ(route.has_value(), best.has_value());
                if (!best) continue;
                EXPECT_EQ(*route, std::get<2>(*best));
                wide += std::get<0>(*best) < 0;
            }
        }
    }
    EXPECT_GT(wide, 1000);
}

// Fails when a detour is taken because it is wide, or when the wider of the shortest is not found.
TEST(RoutingPolicies, WidestShortestTakesTheWidestOfTheShortest) {
    RngStream rng{23, "widest-shortest"};
    int wide = 0;
    for (int round = 0; round < 400; ++round) {
        Policies p{test::random_topology(rng, 6, 11, 3)};
        for (ArcId arc = 0; arc < p.graph->arcs(); ++arc)
            p.states->news(arc, {true, static_cast<std::uint32_t>(rng.below(4)), 0}, at(0));
        for (std::size_t from = 0; from < p.graph->nodes(); ++from) {
            auto const policy = p.make(Routing::widest_shortest, from);
            for (std::size_t to = 0; to < p.graph->nodes(); ++to) {
                if (from == to) continue;
                std::optional<std::tuple<Cost, std::int64_t, Path>> best;
                for (auto const& each : test::all_paths(*p.graph, from, to, p.graph->base_costs())) {
                    std::int64_t const width = narrowest(p, from, each.links);
                    std::tuple const key{each.cost, -width, each.links};
                    if (!best || key < *best) best = key;
                }
                auto const route = policy->route(NodeId{to});
                ASSERT_EQ(route.has_value(), best.has_value());
                if (!best) continue;
                EXPECT_EQ(*route, std::get<2>(*best));
                wide += std::get<1>(*best) < 0;
            }
        }
    }
    EXPECT_GT(wide, 1000);
}

TEST(RoutingPolicies, KeyAwareGoesAroundWhatIsEmptySlowOrSilent) {
    Policies p{diamond()};
    auto const policy = p.make(Routing::key_aware, 0);
    for (std::size_t link = 0; link < 4; ++link)
        p.news(link, {true, 1000, 5000});
    EXPECT_EQ(policy->route(NodeId{3}), path({0, 1}));
    p.news(1, {true, 10, 5000}, 1); // four times exp(-10/32): dearer than nothing
    EXPECT_EQ(policy->route(NodeId{3}), path({2, 3}));
    p.news(2, {true, 0, 5000}, 2); // empty is worse than nearly empty
    EXPECT_EQ(policy->route(NodeId{3}), path({0, 1}));
    p.news(1, {true, 0, 16}, 3); // both empty: 16 s of waiting against a twentieth of one
    EXPECT_EQ(policy->route(NodeId{3}), path({2, 3}));
    p.news(3, {false, 1000, 5000}, 4);
    EXPECT_EQ(policy->route(NodeId{3}), path({0, 1}));
    p.news(1, {false, 0, 0}, 5);
    EXPECT_EQ(policy->route(NodeId{3}), std::nullopt);
    EXPECT_EQ(policy->route(NodeId{0}), Path{});
}

// Only the half of the end that a relay leaves counts.
TEST(RoutingPolicies, KeyAwareAsksTheRightHalf) {
    Policies p{diamond()};
    for (std::size_t link = 0; link < 4; ++link)
        p.news(link, {true, 1000, 5000});
    p.states->news(arc_of(LinkId{1}, true), {true, 0, 0}, at(1)); // node 3's half
    EXPECT_EQ(p.make(Routing::key_aware, 0)->route(NodeId{3}), path({0, 1}));
    EXPECT_EQ(p.make(Routing::key_aware, 3)->route(NodeId{0}), path({3, 2}));
}

TEST(RoutingPolicies, StaleNewsCostUntilTheyAreRepeated) {
    Policies p{diamond()};
    auto const policy = p.make(Routing::key_aware, 0);
    for (std::size_t link = 0; link < 4; ++link)
        p.news(link, {true, 1000, 5000}, link < 2 ? 0 : 20);
    EXPECT_EQ(policy->route(NodeId{3}), path({0, 1}));
    p.states->age(at(35)); // just not yet: stale after 35 s
    EXPECT_EQ(policy->route(NodeId{3}), path({0, 1}));
    p.states->age(at(36));
    EXPECT_TRUE(p.states->end(0).stale);
    EXPECT_FALSE(p.states->end(4).stale);
    EXPECT_EQ(policy->route(NodeId{3}), path({2, 3}));
    p.news(0, {true, 1000, 5000}, 37);
    p.news(1, {true, 1000, 5000}, 37);
    EXPECT_EQ(policy->route(NodeId{3}), path({0, 1}));
}

// Fails without hold-down, and when levels are taken over at every change: then the version moves each time.
TEST(LinkStates, AreSlowToBelieveBetterNews) {
    Policies p{diamond()};
    auto& states = *p.states;
    auto const believed = [&] { return states.end(0).believed; };
    states.news(0, {true, 100, 1000}, at(0));
    auto version = states.version();
    for (std::uint32_t units : {51u, 199u, 120u})
        states.news(0, {true, units, 1400}, at(1));
    EXPECT_EQ(states.version(), version);
    EXPECT_EQ(believed().units, 100u);
    states.news(0, {true, 50, 1500}, at(2));
    EXPECT_EQ(believed().units, 50u);
    EXPECT_EQ(believed().rate, 1500u);

    auto const reach = states.reach_version();
    states.news(0, {false, 50, 1500}, at(3));
    EXPECT_FALSE(states.up(LinkId{0}));
    states.news(0, {true, 50, 1500}, at(12)); // hold-down is 10 s
    EXPECT_FALSE(states.up(LinkId{0}));
    states.news(0, {true, 50, 1500}, at(13));
    EXPECT_TRUE(states.up(LinkId{0}));
    EXPECT_EQ(states.reach_version(), reach + 2);

    states.news(0, {true, 0, 1500}, at(14));
    states.news(0, {true, 8, 1500}, at(15));
    EXPECT_EQ(believed().units, 0u);
    states.news(0, {true, 8, 1500}, at(24));
    EXPECT_EQ(believed().units, 8u);
}

// Turns: exact shares over a full round, spread, and no debt from old weights.
TEST(Turns, AreTakenByWeight) {
    Turns turns{3};
    turns.weigh({500, 300, 200});
    std::vector<int> went(3);
    int longest = 0, run = 0;
    std::size_t last = 3;
    for (int i = 0; i < 1000; ++i) {
        auto const next = turns.next();
        ++went[next];
        run = next == last ? run + 1 : 1;
        last = next;
        longest = std::max(longest, run);
    }
    EXPECT_EQ(went, (std::vector<int>{500, 300, 200}));
    EXPECT_LE(longest, 2);
    EXPECT_EQ(turns.heaviest(), 0u);
    turns.weigh({0, 0, 1'000'000});
    for (int i = 0; i < 50; ++i)
        turns.next();
    turns.weigh({1, 1, 0});
    went.assign(3, 0);
    for (int i = 0; i < 100; ++i)
        ++went[turns.next()];
    EXPECT_GT(went[0], 30);
    EXPECT_GT(went[1], 30);
}

// k shortest and disjoint share the load by the narrowest links, and the whole path goes with the message.
TEST(RoutingPolicies, SeveralPathsShareByTheirNarrowestLink) {
    for (Routing const policy : {Routing::k_shortest, Routing::disjoint}) {
        Policies p{diamond()};
        auto const shared = p.make(policy, 0);
        EXPECT_TRUE(shared->whole_path());
        for (std::size_t link = 0; link < 4; ++link)
            p.news(link, {true, link == 3 ? 99u : 299u, 0});
        int first = 0;
        for (int i = 0; i < 400; ++i) {
            auto const chosen = shared->choose(NodeId{3});
            ASSERT_TRUE(chosen == path({0, 1}) || chosen == path({2, 3}));
            first += chosen == path({0, 1});
        }
        EXPECT_EQ(first, 300); // 300 to 100
        EXPECT_EQ(shared->route(NodeId{3}), path({0, 1}));
        p.news(0, {false, 0, 0}, 1);
        for (int i = 0; i < 10; ++i)
            EXPECT_EQ(shared->choose(NodeId{3}), path({2, 3}));
    }
}

} // namespace
} // namespace qkdes
