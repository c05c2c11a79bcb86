// What congestion control does to a network: the rate that an application gets, who goes first, answers from memory.
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using test::run_world;
using test::scenario;

std::uint64_t count(RunSummary const& summary, std::size_t demand, RequestOutcome outcome) {
    return summary.demands[demand].outcomes[static_cast<std::size_t>(outcome)];
}

TEST(CongestionInAWorld, AnApplicationGetsItsRateAndItsBurstAndNoMore) {
    // 25 keys a second are asked for; 1280 bit/s are five.
    auto const run = run_world(
        scenario(test::kTwoNodes, {"/applications/0/rate=\"1280 bit/s\"", "/applications/0/burst=\"2560 bit\""}),
        "limited.h5", 5);
    auto const& demand = run.summary.demands[0];
    double const asking = seconds(run.summary.simulated);
    EXPECT_LE(static_cast<double>(demand.served), 10 + 5 * asking);
    EXPECT_GE(static_cast<double>(demand.served), 0.9 * 5 * asking);
    EXPECT_EQ(demand.requests, demand.served + count(run.summary, 0, RequestOutcome::not_admitted) +
                                   count(run.summary, 0, RequestOutcome::no_key) +
                                   count(run.summary, 0, RequestOutcome::unfinished));
    EXPECT_GT(count(run.summary, 0, RequestOutcome::not_admitted), demand.requests / 2);
    EXPECT_EQ(run.summary.violations, 0u);
}

TEST(CongestionInAWorld, KeysMadeAheadAreAnsweredWithinTheNode) {
    auto const on_demand = run_world(scenario(test::kTwoNodes), "on_demand.h5", 5);
    auto const ahead =
        run_world(scenario(test::kTwoNodes, {"/demands/0/ready={ \"low\": 50, \"high\": 100 }"}), "ahead.h5", 5);
    EXPECT_LT(ahead.summary.demands[0].latency[0], on_demand.summary.demands[0].latency[0] / 2);
    EXPECT_GE(ahead.served + 5, on_demand.served);
    // What was made and not asked for is the price.
    auto const &dear = ahead.summary.links[0].ledger.pool[0], &cheap = on_demand.summary.links[0].ledger.pool[0];
    EXPECT_EQ(cheap.used / 256, on_demand.served) << "a unit a message, a key a message";
    EXPECT_LT(dear.used / 256, ahead.served) << "many keys travel under one unit when they are made ahead";
    EXPECT_EQ(ahead.summary.violations, 0u);
}

TEST(CongestionInAWorld, WaitingTurnsRefusalsIntoLatency) {
    std::vector<std::string> const slow = {"/devices/lab/block=\"4e6 bits\""};
    auto waiting = slow;
    waiting.push_back("/kms/wait_for_key=\"9 s\"");
    auto const refused = run_world(scenario(test::kTwoNodes, slow), "refused.h5", 5);
    auto const waited = run_world(scenario(test::kTwoNodes, waiting), "waited.h5", 5);
    EXPECT_GT(count(refused.summary, 0, RequestOutcome::no_key), 20u);
    EXPECT_LT(count(waited.summary, 0, RequestOutcome::no_key), count(refused.summary, 0, RequestOutcome::no_key));
    EXPECT_GT(waited.served, refused.served);
    EXPECT_GT(waited.summary.demands[0].latency[2], std::chrono::milliseconds{500});
    EXPECT_EQ(waited.summary.violations, 0u);
}

} // namespace
} // namespace qkdes
