// Key that stores hold from the start, and what links keep.
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

namespace qkdes {
namespace {

std::vector<std::string> without_generation(std::string const& store) {
    return {R"(/devices/lab={ "protocol": "stated", "rate": "0 bit/s" })", "/links/0/store=" + store,
            R"(/demands/0/arrivals={ "closed_loop": { "think": "100 ms" } })"};
}

TEST(InitialKey, IsUsedToTheLastUnitThatIsNotKept) {
    auto const run = test::run_world(
        test::scenario(test::kTwoNodes, without_generation(R"({ "initial": "10 KiB", "keep": "8 KiB" })")), "init.h5",
        2);
    EXPECT_EQ(run.summary.violations, 0u);
    EXPECT_EQ(run.served, 64u) << "2 KiB in units of 256 bits, all of them of the end that asks";
    auto const& ledger = run.summary.links[0].ledger;
    EXPECT_EQ(ledger.initial, 10u * 8192);
    EXPECT_EQ(ledger.made, 0u);
    EXPECT_EQ(ledger.pool[0].held(), 8u * 8192);
    EXPECT_EQ(ledger.pool[1].held(), 8u * 8192);
    EXPECT_EQ(run.summary.demands[0].first_refusal.has_value(), true);
}

TEST(InitialKey, EachEndHandsOutItsShare) {
    auto const run = test::run_world(
        test::scenario(test::kTwoNodes, without_generation(R"({ "initial": "1 KiB", "first_share": 0.25 })")),
        "init.h5", 2);
    EXPECT_EQ(run.summary.violations, 0u);
    EXPECT_EQ(run.served, 8u) << "a quarter of 32 units";
    EXPECT_EQ(run.summary.links[0].ledger.pool[0].held(), 24u * 256);
}

TEST(InitialKey, PartsOfAUnitAreLeftOut) {
    auto const run = test::run_world(
        test::scenario(test::kTwoNodes, without_generation(R"({ "initial": "1000 bit" })")), "init.h5", 2);
    EXPECT_EQ(run.summary.violations, 0u);
    EXPECT_EQ(run.summary.links[0].ledger.initial, 768u);
}

// Beyond the room of a vendor's buffer it is booked as lost, like any key.
TEST(InitialKey, WhatFindsNoRoomIsLost) {
    auto over = without_generation(R"({ "initial": "10 KiB" })");
    over.push_back(R"(/kms={ "vendor": { "latency": "10 ms", "buffer": "8 KiB" } })");
    auto const run = test::run_world(test::scenario(test::kTwoNodes, over), "init.h5", 2);
    EXPECT_EQ(run.summary.violations, 0u);
    EXPECT_EQ(run.summary.links[0].ledger.lost, 2u * 8192);
    EXPECT_EQ(run.summary.links[0].ledger.pool[0].stored, 8u * 8192);
}

TEST(StatedLink, MakesItsRateAndACutStopsIt) {
    std::vector<std::string> const over{
        R"(/devices/lab={ "protocol": "stated", "rate": "4 kbit/s", "restart": "2 s" })"};
    auto const calm = test::run_world(test::scenario(test::kTwoNodes, over), "stated.h5", 2);
    EXPECT_EQ(calm.summary.violations, 0u);
    EXPECT_EQ(calm.summary.links[0].ledger.made, 20u * 4000);
    EXPECT_EQ(calm.summary.links[0].ledger.authentication, 0u) << "the rate is after authentication";
    auto cut = over;
    cut.push_back(R"(/faults=[{ "at": "5 s", "cut": "fibre", "for": "3 s", "plane": "quantum" }])");
    auto const run = test::run_world(test::scenario(test::kTwoNodes, cut), "stated.h5", 2);
    EXPECT_EQ(run.summary.links[0].ledger.made, 15u * 4000) << "3 s and a restart of 2 s";
}

} // namespace
} // namespace qkdes
