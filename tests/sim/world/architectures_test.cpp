// Ways to a key side by side: what each costs and depends on, in one table.
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

using test::run_world;
using test::scenario;

/// One pair of nodes: relayed over r1 by the shortest path, as shares over r1, r2 and r3, and from two pools.
constexpr std::string_view kThreeWays = R"({
  "name": "three ways", "duration": "60 s", "kem": "modelled",
  "devices": { "lab": { "protocol": "bb84", "clock": "100 MHz", "basis_bias": 0.7, "detector": "snspd", "block": "3e5 bits" } },
  "nodes": [ { "id": "a" }, { "id": "b" }, { "id": "r1" }, { "id": "r2" }, { "id": "r3" }, { "id": "s1" }, { "id": "s2" } ],
  "links": [
    { "id": "a-r1", "between": ["a", "r1"], "device": "lab", "length": "5 km" },
    { "id": "r1-b", "between": ["r1", "b"], "device": "lab", "length": "5 km" },
    { "id": "a-r2", "between": ["a", "r2"], "device": "lab", "length": "6 km" },
    { "id": "r2-b", "between": ["r2", "b"], "device": "lab", "length": "6 km" },
    { "id": "a-r3", "between": ["a", "r3"], "device": "lab", "length": "7 km" },
    { "id": "r3-b", "between": ["r3", "b"], "device": "lab", "length": "7 km" },
    { "id": "r2-s1", "between": ["r2", "s1"], "length": "200 km" },
    { "id": "r3-s2", "between": ["r3", "s2"], "length": "200 km" } ],
  "routing": { "weight": "length" },
  "applications": [ { "id": "x", "node": "a" }, { "id": "y", "node": "b" } ],
  "digital": { "servers": [ { "id": "p1", "node": "s1" }, { "id": "p2", "node": "s2" } ], "pool": "128 kbit" },
  "demands": [
    { "from": "x", "to": "y", "start": "20 s", "number": 2, "arrivals": { "poisson": "2 /s" } },
    { "from": "x", "to": "y", "via": "shares", "start": "20 s", "arrivals": { "poisson": "2 /s" } },
    { "from": "x", "to": "y", "via": "digital", "start": "20 s", "arrivals": { "poisson": "2 /s" } } ]
})";

SummarySection const* architectures_of(test::WorldRun const& run) {
    EXPECT_EQ(run.summary.violations, 0u);
    auto const found = std::ranges::find(run.summary.sections, "architectures", &SummarySection::name);
    return found == run.summary.sections.end() ? nullptr : &*found;
}

double figure(SummarySection const& section, std::size_t row, std::string_view column) {
    auto const at = static_cast<std::size_t>(std::ranges::find(section.head, column) - section.head.begin());
    return section.rows.at(row).at(at).value.value_or(std::nan(""));
}

TEST(Architectures, CostsAndTrustStandSideBySide) {
    auto const run = run_world(scenario(kThreeWays), "three_ways.h5", 6);
    auto const* table = architectures_of(run);
    ASSERT_NE(table, nullptr);
    ASSERT_EQ(table->rows.size(), 3u);
    char const* const ways[] = {"relay", "shares", "pools"};
    char const* const classes[] = {"hybrid", "hybrid", "pqc"};
    double const link_key[] = {1, 6, 0}, hops[] = {2, 6, 0}, clear[] = {1, 0, 0}, to_hold[] = {1, 2, 2};
    for (std::size_t row = 0; row < 3; ++row) {
        EXPECT_EQ(table->rows[row][1].text, ways[row]);
        EXPECT_EQ(table->rows[row][2].text, classes[row]);
        EXPECT_EQ(figure(*table, row, "requests"), static_cast<double>(run.summary.demands[row].requests));
        EXPECT_EQ(figure(*table, row, "served"), 1);
        EXPECT_DOUBLE_EQ(figure(*table, row, "link key"), link_key[row]) << ways[row];
        EXPECT_DOUBLE_EQ(figure(*table, row, "hops"), hops[row]) << ways[row];
        EXPECT_DOUBLE_EQ(figure(*table, row, "in clear"), clear[row]) << ways[row];
        EXPECT_EQ(figure(*table, row, "to hold"), to_hold[row]) << ways[row];
        EXPECT_EQ(figure(*table, row, "p50"), seconds(run.summary.demands[row].latency[0])) << ways[row];
    }
}

// The relay that the shortest path needs is down: relaying by a fixed table stops, shares go on.
TEST(Architectures, TheSameFaultStrikesThemDifferently) {
    auto const run = run_world(scenario(kThreeWays, {R"(/faults=[{ "at": "40 s", "for": "20 s", "down": "r1" }])"}),
                               "three_ways_fault.h5", 6);
    auto const* table = architectures_of(run);
    ASSERT_NE(table, nullptr);
    EXPECT_LT(figure(*table, 0, "served"), .7);
    EXPECT_EQ(figure(*table, 1, "served"), 1);
    EXPECT_LT(figure(*table, 2, "served"), .7) << "what the ends say to each other goes a fixed way over it";
    EXPECT_LT(figure(*table, 1, "link key"), 6);
    EXPECT_GT(figure(*table, 1, "link key"), 4);
}

// Keys that are kept ready cost what others do, and are there at once.
TEST(Architectures, ReadyKeysAreAWayOfTheirOwn) {
    auto const run =
        run_world(scenario(kThreeWays,
                           {R"(/demands=[{ "from": "x", "to": "y", "start": "20 s", "arrivals": { "poisson": "2 /s" } },
        { "from": "x", "to": "y", "start": "20 s", "arrivals": { "poisson": "2 /s" }, "ready": { "low": 8, "high": 16 } }])"}),
                  "ready_way.h5", 6);
    auto const* table = architectures_of(run);
    ASSERT_NE(table, nullptr);
    ASSERT_EQ(table->rows.size(), 2u);
    EXPECT_EQ(table->rows[1][1].text, "relay, ready");
    EXPECT_GT(figure(*table, 0, "link key"), 0);
    EXPECT_LE(figure(*table, 1, "p50"), figure(*table, 0, "p50"));
}

TEST(Architectures, OneWayAloneHasNothingToStandBeside) {
    auto const run = run_world(scenario(test::kTwoNodes), "one_way.h5", 6);
    EXPECT_EQ(architectures_of(run), nullptr);
}

} // namespace
} // namespace qkdes
