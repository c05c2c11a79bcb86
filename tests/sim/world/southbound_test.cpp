// Hop protections, required classes, KEM parameter sets and vendors' key servers in whole runs.
#include "sim/engine/engine.hpp"
#include "sim/world/southbound.hpp"
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace qkdes {
namespace {

using test::kTwoIslands;
using test::kTwoNodes;
using test::run_world;
using test::scenario;

std::uint64_t count(RunSummary const& summary, std::size_t demand, RequestOutcome outcome) {
    return summary.demands[demand].outcomes[static_cast<std::size_t>(outcome)];
}
std::uint64_t counted(RunSummary const& summary, std::string_view what) {
    for (auto const& [name, count] : summary.occurrences)
        if (name == what) return count;
    return 0;
}
SummarySection const* section(RunSummary const& summary, std::string_view name) {
    for (auto const& section : summary.sections)
        if (section.name == name) return &section;
    return nullptr;
}

struct Case {
    std::string protect;
    SecurityClass security;
    std::string exposed_by;
    std::uint64_t units; ///< of a request for one key of 256 bits
};
class HopInAWorld : public testing::TestWithParam<Case> {};
INSTANTIATE_TEST_SUITE_P(Each, HopInAWorld,
                         testing::Values(Case{"hybrid", SecurityClass::hybrid, "{qkd, kem} or {aes}", 1},
                                         Case{"otp", SecurityClass::its, "{qkd}", 2},
                                         Case{"qkd", SecurityClass::qkd_aes, "{qkd} or {aes}", 1},
                                         Case{"pqc", SecurityClass::pqc, "{kem} or {aes}", 0}),
                         [](auto const& each) { return each.param.protect; });

TEST_P(HopInAWorld, DeliversItsClassAtItsCostWithCleanBooks) {
    auto const& [protect, security, exposed_by, units] = GetParam();
    for (std::string const kem : {"real", "modelled"}) {
        std::vector<std::string> overrides{"/links/0/protect=" + protect, "/kem=" + kem, "/demands/0/require=pqc"};
        if (protect == "otp") overrides.push_back("/demands/0/require=its"); // so that the section is there, too
        auto const run = run_world(scenario(kTwoNodes, overrides), "protect.h5", 5);
        auto const& demand = run.summary.demands[0];
        EXPECT_EQ(run.summary.violations, 0u);
        ASSERT_GT(demand.served, 100u) << protect;
        EXPECT_EQ(demand.classes[static_cast<std::size_t>(security)], demand.served);
        if (units == 0) {
            EXPECT_TRUE(run.summary.links.empty()) << "no key is made for a link that uses none";
            continue;
        }
        auto const& link = run.summary.links[0];
        std::uint64_t const hash_keys = protect == "otp" ? 1 : 0;
        std::uint64_t const open = counted(run.summary, "relay.started") - demand.served;
        EXPECT_LE(open, 1u) << "at the run's end";
        EXPECT_GE(link.ledger.pool[0].used / 256, units * demand.served + hash_keys);
        EXPECT_LE(link.ledger.pool[0].used / 256, units * (demand.served + open) + hash_keys);
        EXPECT_NEAR(link.expected_consumption, 20. * 256 * static_cast<double>(units), 1e-9);
        if (protect == "hybrid") continue; // the plain case: the table of demands says it all
        auto const* exposure = section(run.summary, "key_exposure");
        ASSERT_NE(exposure, nullptr);
        ASSERT_EQ(exposure->rows.size(), 1u);
        EXPECT_EQ(exposure->rows[0][2].text, exposed_by);
        EXPECT_EQ(exposure->rows[0][4].text, "alice, bob");
    }
}

TEST(HopInAWorld, AMixedPathIsAsWeakAsItsHopsTogether) {
    auto const run = run_world(scenario(kTwoIslands, {"/links/0/protect=otp", "/links/2/protect=qkd", "/kem=modelled"}),
                               "mixed.h5", 5);
    EXPECT_EQ(run.summary.violations, 0u);
    EXPECT_GT(run.served, 100u);
    for (auto const& row : section(run.summary, "key_exposure")->rows) {
        EXPECT_EQ(row[1].text, "pqc");
        EXPECT_EQ(row[2].text, "{qkd} or {kem} or {aes}");
        EXPECT_EQ(row[4].text, "alice, bob, carol, dave");
    }
}

TEST(HopInAWorld, WhatADemandRequiresIsRefusedOrHeld) {
    for (std::string const require : {"its", "hybrid", "qkd-aes", "pqc"}) {
        auto const run = run_world(scenario(kTwoIslands, {"/demands/0/require=" + require, "/kem=modelled",
                                                          "/links/1/protect=pqc", "/duration=10 s"}),
                                   "require.h5", 5);
        EXPECT_EQ(run.summary.violations, 0u);
        auto const& demand = run.summary.demands[0];
        if (require == "pqc")
            EXPECT_GT(demand.served, 20u);
        else
            EXPECT_EQ(count(run.summary, 0, RequestOutcome::no_route) + count(run.summary, 0, RequestOutcome::no_key),
                      demand.requests)
                << require;
        EXPECT_GT(run.summary.demands[1].served, 20u) << "the other demand requires nothing";
    }
}

TEST(HopInAWorld, ReadyKeysAreOfTheRequiredClass) {
    std::vector<std::string> const ready{"/demands/0/ready={ \"low\": 10, \"high\": 20 }", "/kem=modelled"};
    auto with = ready;
    with.push_back("/demands/0/require=its");
    auto const plain = run_world(scenario(kTwoNodes, ready), "ready.h5", 5);
    auto const refused = run_world(scenario(kTwoNodes, with), "ready_its.h5", 5);
    with.push_back("/links/0/protect=otp");
    auto const pads = run_world(scenario(kTwoNodes, with), "ready_otp.h5", 5);
    EXPECT_GT(plain.served, 100u);
    EXPECT_EQ(refused.served, 0u) << "no hybrid key passes for an information-theoretic one";
    EXPECT_GT(pads.served, 100u);
    EXPECT_EQ(pads.summary.demands[0].classes[0], pads.served);
    EXPECT_EQ(plain.summary.violations + refused.summary.violations + pads.summary.violations, 0u);
}

TEST(HopInAWorld, LargerParametersAreMoreBytesOnTheWire) {
    // At 1 Mbit/s what is sent takes time.
    auto const latency = [](std::string const& parameters) {
        auto const run =
            run_world(scenario(kTwoNodes, {"/kem_parameters=" + parameters, "/kem=modelled", "/kms/processing=0 s",
                                           "/links/0/classical={ \"latency\": \"1 ms\", \"rate\": \"1 Mbit/s\" }",
                                           "/demands/0/arrivals={ \"poisson\": \"1 /s\" }"}),
                      "kem.h5", 5);
        EXPECT_EQ(run.summary.violations, 0u);
        EXPECT_GT(run.served, 5u);
        return run.summary.demands[0].latency[0];
    };
    auto const small = latency("ml-kem-512"), middle = latency("ml-kem-768"), large = latency("ml-kem-1024");
    // Public key and ciphertext, one after the other: 1568, 2272 and 3136 bytes of 8 us.
    EXPECT_NEAR(seconds(middle - small), 704 * 8e-6, 1e-4);
    EXPECT_NEAR(seconds(large - middle), 864 * 8e-6, 1e-4);
}

// The vendor's server.

std::vector<std::string> vendor(std::string const& text, std::vector<std::string> more = {}) {
    more.push_back("/kms/vendor=" + text);
    more.push_back("/kem=modelled");
    return more;
}

TEST(VendorInAWorld, ItsTimeIsPaidAtBothEnds) {
    auto const plain = run_world(
        scenario(kTwoNodes, {"/kem=modelled", "/demands/0/arrivals={ \"poisson\": \"2 /s\" }"}), "plain.h5", 5);
    auto const slow = run_world(scenario(kTwoNodes, vendor(R"({ "latency": "50 ms", "spread": 0 })",
                                                           {"/demands/0/arrivals={ \"poisson\": \"2 /s\" }"})),
                                "slow.h5", 5);
    EXPECT_EQ(slow.summary.violations, 0u);
    EXPECT_GT(slow.served, 20u);
    double const extra = seconds(slow.summary.demands[0].latency[0] - plain.summary.demands[0].latency[0]);
    EXPECT_GT(extra, 0.09) << "two servings, but for the KEM exchange that goes on meanwhile";
    EXPECT_LT(extra, 0.11);
}

TEST(VendorInAWorld, LatencyGrowsLinearlyWithConcurrency) {
    double last = 0;
    std::vector<double> slopes;
    for (int clients : {1, 4, 8}) {
        auto const run =
            run_world(scenario(kTwoNodes, vendor(R"({ "latency": "100 ms", "spread": 0 })",
                                                 {"/demands/0/arrivals={ \"closed_loop\": { \"clients\": " +
                                                      std::to_string(clients) + " } }",
                                                  "/duration=40 s", "/demands/0/start=20 s"})),
                      "closed.h5", 5);
        EXPECT_EQ(run.summary.violations, 0u);
        double const p50 = seconds(run.summary.demands[0].latency[0]);
        // The two ends' workers serve one request each at a time: two wait for nobody, each more adds a serving.
        EXPECT_NEAR(p50, 0.1 * std::max(clients, 2), 0.02) << clients;
        EXPECT_GT(p50, last);
        last = p50;
    }
}

TEST(VendorInAWorld, ABufferThatIsEmptySaysSoOrLetsWait) {
    std::vector<std::string> const bursts{"/devices/lab/block=\"4e6 bits\""};
    auto const refuse =
        run_world(scenario(kTwoNodes, vendor(R"({ "latency": "5 ms", "buffer": "16 kbit" })", bursts)), "refuse.h5", 5);
    auto const wait = run_world(
        scenario(kTwoNodes, vendor(R"({ "latency": "5 ms", "buffer": "16 kbit", "when_empty": "wait" })", bursts)),
        "wait.h5", 5);
    EXPECT_EQ(refuse.summary.violations + wait.summary.violations, 0u);
    EXPECT_GT(counted(refuse.summary, "vendor.refused.empty"), 20u);
    EXPECT_GE(count(refuse.summary, 0, RequestOutcome::no_key), counted(refuse.summary, "vendor.refused.empty"));
    EXPECT_EQ(counted(refuse.summary, "vendor.parked"), 0u);
    EXPECT_GT(counted(wait.summary, "vendor.parked"), 20u);
    EXPECT_GT(wait.summary.demands[0].latency[2], refuse.summary.demands[0].latency[2]);
    EXPECT_GT(refuse.summary.links[0].ledger.lost, 0u) << "a burst is larger than the buffer";
    auto const* servers = section(refuse.summary, "vendor_servers");
    ASSERT_NE(servers, nullptr);
    ASSERT_EQ(servers->rows.size(), 2u);
    EXPECT_EQ(servers->rows[0][0].text, "alice");
    EXPECT_EQ(*servers->rows[0][3].value, static_cast<double>(counted(refuse.summary, "vendor.refused.empty")));
}

TEST(VendorInAWorld, EveryProtectionWorksThroughIt) {
    for (std::string const protect : {"hybrid", "otp", "qkd"}) {
        auto const run = run_world(
            scenario(kTwoIslands, vendor(R"({ "latency": "10 ms", "spread": 0.5, "stall": 0.05, "stall_time": "300 ms",
                                              "drift": 0.2, "drift_time": "10 s" })",
                                         {"/links/0/protect=" + protect, "/links/2/protect=" + protect})),
            "vendors.h5", 5);
        EXPECT_EQ(run.summary.violations, 0u) << protect;
        EXPECT_GT(run.served, 50u) << protect;
    }
}

TEST(VendorInAWorld, OneOfItsOwnHasItsOwnRandomness) {
    // A vendor at one node only; another node's vendor shifts none of its draws.
    auto const text = R"({ "vendor": { "latency": "20 ms", "spread": 0.8 } })";
    auto const one = scenario(kTwoNodes, {std::string{"/nodes/0/kms="} + text});
    auto const both = scenario(kTwoNodes, {std::string{"/nodes/0/kms="} + text, std::string{"/nodes/1/kms="} + text});
    LinkId const link{std::size_t{0}};
    EXPECT_FALSE(vendor_services(one, NodeId{1}, 5));
    auto const a = vendor_services(one, NodeId{std::size_t{0}}, 5)(link),
               b = vendor_services(both, NodeId{std::size_t{0}}, 5)(link),
               c = vendor_services(both, NodeId{1}, 5)(link);
    int same = 0;
    for (int i = 0; i < 100; ++i) {
        SimTime const now = kSimStart + std::chrono::seconds{i};
        auto const drawn = a->next(now);
        EXPECT_EQ(drawn, b->next(now));
        same += drawn == c->next(now);
    }
    EXPECT_LT(same, 3);
}

} // namespace
} // namespace qkdes
