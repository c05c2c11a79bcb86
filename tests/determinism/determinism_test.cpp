// Same scenario and seed, same results file, for any number of threads and any way of stepping.
// Mutations that turn these red: leaving the origin out of EventRank; drawing a block's bits from a generator shared by
// links (in QuantumLink, one RngStream for all blocks); choosing between a prefetched block and a new computation by
// whether the worker happens to be done; iterating Host::timers_; a wall clock anywhere.
#include "sim/record/compare.hpp"
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using test::run_world;
using test::scenario;

std::string faulty(std::string_view text) {
    std::string s{text};
    return s.substr(0, s.rfind('}')) +
           R"(, "faults": [ { "at": "6 s", "for": "3 s", "cut": "west", "plane": "quantum" },
        { "at": "11 s", "for": "4 s", "eavesdrop": "east", "fraction": 0.3 },
        { "at": "8 s", "for": "2 s", "down": "carol" }, { "at": "1 s", "for": "10 s", "lossy": "wan", "loss": 0.05 } ] })";
}

void expect_same(test::WorldRun const& a, test::WorldRun const& b) {
    EXPECT_EQ(a.summary.trace_hash, b.summary.trace_hash);
    auto const differences = compare_results(a.file, b.file);
    ASSERT_TRUE(differences.ok()) << to_string(differences.error());
    EXPECT_TRUE(differences.value().empty());
}

TEST(Determinism, ThreadsLeaveNoTrace) {
    for (char const* fidelity : {"block", "photon"}) {
        auto const s =
            scenario(faulty(test::kTwoIslands), {std::string{"/fidelity="} + fidelity, "/devices/lab/restart=\"1 s\"",
                                                 "/devices/lab/clock=\"10 MHz\""});
        auto const one = run_world(s, "one.h5", 11, 1);
        for (unsigned jobs : {2u, 3u}) {
            auto const many = run_world(s, "many.h5", 11, jobs);
            expect_same(one, many);
        }
        EXPECT_GT(one.served, 10u) << "a run in which nothing happens proves nothing";
    }
}

TEST(Determinism, SteppingLeavesNoTrace) {
    auto const s = scenario(faulty(test::kTwoIslands));
    expect_same(run_world(s, "whole.h5", 3), run_world(s, "stepped.h5", 3, 2, 977));
}

TEST(Determinism, AnotherSeedIsAnotherRun) {
    auto const s = scenario(faulty(test::kTwoIslands));
    auto const a = run_world(s, "seed3.h5", 3), b = run_world(s, "seed4.h5", 4);
    EXPECT_NE(a.summary.trace_hash, b.summary.trace_hash);
    auto const differences = compare_results(a.file, b.file);
    ASSERT_TRUE(differences.ok());
    EXPECT_FALSE(differences.value().empty());
}

// Randomness has a name: another link, node and demand must not shift the draws of what was there before.
TEST(Determinism, AddingALinkShiftsNobodysDraws) {
    auto const s = scenario(test::kTwoNodes);
    std::string text{test::kTwoNodes};
    text.replace(text.find("{ \"id\": \"bob\" }"), 15, R"({ "id": "bob" }, { "id": "eve" })");
    text.replace(text.find("\"links\": ["), 10,
                 R"("links": [ { "id": "new", "between": ["bob", "eve"], "device": "lab", "length": "5 km" },)");
    auto const more = scenario(text);
    ASSERT_EQ(more.links.size(), 2u);
    auto const a = run_world(s, "base.h5", 9), b = run_world(more, "more.h5", 9);
    auto const& before = a.summary.links[0];
    auto const& after = b.summary.links[1];
    EXPECT_EQ(before.ledger.made, after.ledger.made);
    EXPECT_EQ(before.qber, after.qber);
    EXPECT_EQ(a.served, b.served);
    EXPECT_EQ(a.summary.demands[0].latency, b.summary.demands[0].latency);
}

// Agents, their stores and tunnels, with a high error rate, dark fibre and a host that fails.
TEST(Determinism, AgentsLeaveNoTraceOfThreadsAndSteps) {
    std::vector<std::string> const short_run{R"(/duration="9 h")", R"(/faults=[
        { "at": "2 h", "for": "1 h", "disturb": "hq-annex", "error": 0.1 },
        { "at": "5 h", "for": "20 min", "cut": "tower-branch", "plane": "both" },
        { "at": "7 h", "for": "10 min", "down": "annex" } ])"};
    LoadResult loaded = load_scenario(QKDES_SOURCE_DIR "/scenarios/qkd-agent.json", short_run);
    ASSERT_TRUE(loaded.ok()) << format_diagnostics(loaded.diagnostics);
    auto const one = run_world(*loaded.scenario, "agents1.h5", 71, 1);
    expect_same(one, run_world(*loaded.scenario, "agents3.h5", 71, 3, 101));
    EXPECT_GT(one.summary.keys_compared, 12u);
}

} // namespace
} // namespace qkdes
