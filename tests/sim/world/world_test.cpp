// The whole walk on small networks: real node code, real cryptography, the auditor watching.
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using test::run_world;
using test::scenario;

/// Adds faults to a scenario text.
std::string with_faults(std::string_view text, std::string const& faults) {
    std::string s{text};
    return s.substr(0, s.rfind('}')) + ", \"faults\": [" + faults + "] }";
}

TEST(World, KeysArriveAtBothApplications) {
    auto const run = run_world(scenario(test::kTwoNodes), "deliver.h5", 5);
    EXPECT_EQ(run.summary.violations, 0u) << run.summary.violation_messages.front();
    EXPECT_GT(run.requests, 300u);
    EXPECT_GT(run.served, run.requests * 9 / 10);
    EXPECT_EQ(run.summary.keys_compared, run.served);
    ASSERT_EQ(run.summary.links.size(), 1u);
    auto const& link = run.summary.links[0];
    EXPECT_GT(link.bursts, 3u);
    EXPECT_EQ(link.ledger.pool[0].used, link.ledger.pool[1].used) << "each hop key is taken at both ends";
    EXPECT_EQ(link.ledger.pool[0].used / 256, run.served) << "one unit per relayed message";
    EXPECT_EQ(run.summary.demands[0].classes[static_cast<std::size_t>(SecurityClass::hybrid)], run.served);
}

TEST(World, APqcHopDecidesTheClassOfTheWholePath) {
    auto const run = run_world(scenario(test::kTwoIslands), "islands.h5", 5);
    EXPECT_EQ(run.summary.violations, 0u);
    for (auto const& demand : run.summary.demands) {
        EXPECT_GT(demand.served, 0u);
        EXPECT_EQ(demand.classes[static_cast<std::size_t>(SecurityClass::pqc)], demand.served);
        EXPECT_GT(demand.latency[0], std::chrono::milliseconds{15}) << "the WAN is crossed at least thrice one way";
    }
    EXPECT_EQ(run.summary.keys_compared, run.summary.demands[0].served + 2 * run.summary.demands[1].served);
}

TEST(World, NothingIsServedBeforeTheFirstBurst) {
    auto s = scenario(test::kTwoNodes, {"/devices/lab/block=\"1e9 bits\""});
    auto const run = run_world(s, "no_burst.h5", 5);
    EXPECT_EQ(run.served, 0u);
    EXPECT_GT(run.summary.demands[0].outcomes[static_cast<std::size_t>(RequestOutcome::no_key)], 100u);
    EXPECT_EQ(run.summary.violations, 0u);
}

TEST(World, AQuantumCutStopsKeyAndAClassicalCutStopsDelivery) {
    // In the quantum cut the store is small, so that it runs dry; in the classical one requests die on the way.
    auto const cut = [](std::string const& plane, std::string const& capacity) {
        return scenario(with_faults(test::kTwoNodes,
                                    R"({ "at": "8 s", "for": "10 s", "cut": "fibre", "plane": ")" + plane + "\" }"),
                        {"/devices/lab/restart=\"1 s\"", "/kms/store_capacity=\"" + capacity + "\""});
    };
    auto const calm = run_world(scenario(test::kTwoNodes), "calm.h5", 5);
    auto const quantum = run_world(cut("quantum", "20480 bit"), "cut_q.h5", 5);
    EXPECT_LT(quantum.summary.links[0].bursts, calm.summary.links[0].bursts * 6 / 10);
    EXPECT_EQ(quantum.summary.links[0].downtime, std::chrono::seconds{10});
    EXPECT_GT(quantum.summary.demands[0].outcomes[static_cast<std::size_t>(RequestOutcome::no_key)], 20u)
        << "the store ran dry";
    auto const classical = run_world(cut("classical", "1 Mbit"), "cut_c.h5", 5);
    EXPECT_GT(classical.summary.demands[0].outcomes[static_cast<std::size_t>(RequestOutcome::timeout)], 100u);
    EXPECT_EQ(quantum.summary.violations + classical.summary.violations, 0u);
}

TEST(World, AnEavesdropperRaisesTheQberUntilNoKeyIsLeft) {
    auto const tapped = scenario(
        with_faults(test::kTwoNodes, R"({ "at": "5 s", "for": "15 s", "eavesdrop": "fibre", "fraction": 0.8 })"),
        {"/devices/lab/initial_secret=\"100 kbit\"", "/devices/lab/longest_pause=\"0 s\""});
    auto const run = run_world(tapped, "eve.h5", 5);
    auto const calm = run_world(scenario(test::kTwoNodes), "calm2.h5", 5);
    EXPECT_GT(run.summary.links[0].qber, calm.summary.links[0].qber + 0.08)
        << "0.8 intercepted adds 0.2 (1 - 2 e) for 3/4 of the time";
    EXPECT_GT(run.summary.links[0].no_key, run.summary.links[0].bursts);
    EXPECT_EQ(run.summary.violations, 0u);
}

TEST(World, ANodeThatIsDownRefusesAndRecovers) {
    auto const run = run_world(scenario(with_faults(test::kTwoIslands, R"({ "at": "5 s", "for": "5 s", "down": "bob" },
                                                                          { "at": "12 s", "for": "2 s", "down": "alice" })"),
                                        {"/devices/lab/restart=\"1 s\""}),
                               "down.h5", 5);
    EXPECT_EQ(run.summary.violations, 0u) << run.summary.violation_messages.front();
    auto const& outcomes = run.summary.demands[0].outcomes;
    EXPECT_GT(outcomes[static_cast<std::size_t>(RequestOutcome::node_down)], 5u) << "alice refuses while down";
    EXPECT_GT(outcomes[static_cast<std::size_t>(RequestOutcome::timeout)], 5u) << "bob swallows what is sent to it";
    EXPECT_GT(run.served, run.requests / 3);
}

TEST(World, ALossyLinkCostsTimeoutsButNoBit) {
    auto const run = run_world(
        scenario(with_faults(test::kTwoIslands, R"({ "at": "1 s", "for": "18 s", "lossy": "west", "loss": 0.2 })")),
        "lossy.h5", 5);
    EXPECT_EQ(run.summary.violations, 0u) << run.summary.violation_messages.front();
    EXPECT_GT(run.summary.messages_lost, 50u);
    EXPECT_GT(run.served, 0u);
    EXPECT_LT(run.served, run.requests);
}

TEST(World, TheReserveThatCannotPayStopsTheLink) {
    // Blocks too small to give any key: each costs tags and none refills the reserve.
    auto const run = run_world(
        scenario(test::kTwoNodes, {"/devices/lab/block=\"1e4 bits\"", "/devices/lab/initial_secret=\"1000 bit\"",
                                   "/devices/lab/cascade_frame=\"1e4 bits\""}),
        "unpaid.h5", 5);
    EXPECT_TRUE(run.summary.links[0].stopped.has_value());
    EXPECT_EQ(run.summary.violations, 0u);
}

TEST(World, ThePapersProfileReleasesEarly) {
    auto const early = run_world(scenario(test::kTwoIslands, {"/profile=kmstn-paper"}), "paper.h5", 5);
    EXPECT_EQ(early.summary.violations, 0u);
    EXPECT_GT(early.served, 0u);
}

TEST(World, AModelledKemGivesTheSameTrafficAsTheRealOne) {
    auto const real = run_world(scenario(test::kTwoIslands), "real.h5", 5);
    auto const modelled = run_world(scenario(test::kTwoIslands, {"/kem=modelled"}), "modelled.h5", 5);
    EXPECT_EQ(real.requests, modelled.requests);
    EXPECT_EQ(real.served, modelled.served);
    EXPECT_EQ(real.summary.messages, modelled.summary.messages);
}

} // namespace
} // namespace qkdes
