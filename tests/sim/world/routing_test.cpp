// Policies in whole runs: a ring of four nodes with two ways between the applications, one of which is cut for a while.
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace qkdes {
namespace {

constexpr std::string_view kRing = R"({
  "name": "ring", "seed": 5, "duration": "60 s", "kem": "modelled",
  "kms": { "relay_timeout": "500 ms" },
  "devices": { "lab": { "protocol": "bb84", "clock": "100 MHz", "basis_bias": 0.7, "detector": "snspd",
                        "block": "3e5 bits", "restart": "1 s" } },
  "nodes": [ { "id": "alice" }, { "id": "bob" }, { "id": "carol" }, { "id": "dave" } ],
  "links": [ { "id": "ab", "between": ["alice", "bob"], "device": "lab", "length": "10 km" },
             { "id": "bd", "between": ["bob", "dave"], "device": "lab", "length": "10 km" },
             { "id": "ac", "between": ["alice", "carol"], "device": "lab", "length": "12 km" },
             { "id": "cd", "between": ["carol", "dave"], "device": "lab", "length": "12 km" } ],
  "applications": [ { "id": "a", "node": "alice" }, { "id": "d", "node": "dave" } ],
  "demands": [ { "from": "a", "to": "d", "timeout": "1 s", "start": "10 s", "arrivals": { "poisson": "20 /s" } },
               { "from": "d", "to": "a", "timeout": "1 s", "start": "10 s", "arrivals": { "poisson": "20 /s" } } ],
  "routing": { "policy": "static-dijkstra", "advertise_every": "1 s", "hold_down": "2 s" },
  "faults": [ { "at": "25 s", "cut": "bd", "for": "20 s" } ]
})";

test::WorldRun ring(std::string const& policy, unsigned jobs = 1) {
    auto const scenario = test::scenario(kRing, {"/routing/policy=\"" + policy + "\""});
    return test::run_world(scenario, "routing-" + policy + std::to_string(jobs) + ".h5", 5, jobs);
}

std::uint64_t counted(test::WorldRun const& run, std::string_view what) {
    for (auto const& [name, count] : run.summary.occurrences)
        if (name == what) return count;
    return 0;
}

// Fails when advertisements are not sent, when a silent neighbour is not noticed, or when a policy ignores it; when a
// bound is none; when a policy or its advertisements depend on threads.
TEST(RoutingInTheWorld, WhoListensGetsAroundTheCut) {
    auto const deaf = ring("static-dijkstra");
    EXPECT_EQ(counted(deaf, "routing.advertisement.sent"), 0u);
    EXPECT_EQ(deaf.summary.violations, 0u);
    EXPECT_LT(deaf.served, deaf.requests * 7 / 10); // 20 of 50 s are lost
    EXPECT_LE(deaf.served, deaf.summary.possible);
    for (std::string const policy : {"a-star", "key-aware", "widest", "widest-shortest", "k-shortest", "disjoint"}) {
        auto const run = ring(policy), again = ring(policy, 2);
        EXPECT_EQ(run.summary.violations, 0u) << policy;
        EXPECT_EQ(run.summary.trace_hash, again.summary.trace_hash) << policy;
        EXPECT_EQ(run.requests, deaf.requests) << policy;
        EXPECT_GT(run.served, run.requests * 8 / 10) << policy; // 3.5 s until silence is noticed
        EXPECT_LE(run.served, run.summary.possible) << policy;
        for (auto const& demand : run.summary.demands)
            EXPECT_LE(demand.served, demand.possible) << policy;
        EXPECT_GT(counted(run, "routing.advertisement.sent"), 4u * 55 * 4) << policy;
        EXPECT_GT(counted(run, "routing.reroute"), 0u) << policy;
    }
}

// What scenarios/README.md says of grid.json: one of equal ways does not suffice, and the widest of them neither makes
// detours nor loops.
TEST(RoutingInTheWorld, EqualWaysShareTheLoad) {
    auto const grid = [](std::string const& policy) {
        LoadResult loaded = load_scenario(QKDES_SOURCE_DIR "/scenarios/grid.json",
                                          std::vector<std::string>{"/routing/policy=" + policy, "/duration=30 min"});
        EXPECT_TRUE(loaded.ok()) << format_diagnostics(loaded.diagnostics);
        return test::run_world(*loaded.scenario, "grid.h5", 33);
    };
    auto const one = grid("a-star"), wide = grid("widest"), both = grid("widest-shortest");
    EXPECT_EQ(both.summary.violations, 0u);
    EXPECT_LT(one.served, one.requests * 8 / 10);
    EXPECT_GT(both.served, both.requests * 99 / 100);
    EXPECT_EQ(counted(both, "relay.refused.loop"), 0u);
    EXPECT_GT(counted(wide, "relay.refused.loop"), 0u);
    auto const used = [](test::WorldRun const& run) {
        double bits = 0;
        for (auto const& link : run.summary.links)
            bits += static_cast<double>(link.ledger.pool[0].used);
        return bits / static_cast<double>(run.served);
    };
    EXPECT_LT(used(both), used(wide)) << "no key is spent on detours";
}

} // namespace
} // namespace qkdes
