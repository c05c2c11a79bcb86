// Every family of links in a network, under what can happen to a quantum channel: key flows, attacks are seen or not as
// the literature has it, planned windows open and close, drift comes and goes, and the auditor stays clean.
#include "sim/record/reader.hpp"
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using test::run_world;
using test::scenario;

/// One link of a device, an application at each end. `extra` goes into the link, `faults` into the scenario.
Scenario one_link(std::string const& device, std::string const& duration, std::string const& extra = "",
                  std::string const& faults = "", std::vector<std::string> const& overrides = {}) {
    return scenario(R"({ "name": "one", "seed": 3, "duration": ")" + duration + R"(", "devices": { "d": )" + device +
                        R"( }, "nodes": [{ "id": "a" }, { "id": "b" }],
  "links": [{ "id": "ab", "between": ["a", "b"], "device": "d" )" +
                        extra + R"( }], "applications": [{ "id": "x", "node": "a" }, { "id": "y", "node": "b" }],
  "demands": [{ "from": "x", "to": "y", "arrivals": { "poisson": "1 /min" } }], "faults": [)" +
                        faults + "] }",
                    overrides);
}

struct Case {
    std::string name, device, duration, link;
};
std::vector<Case> const& families() {
    static std::vector<Case> const all{
        {"decoy", R"({ "extends": "bb84-metro", "block": "1e6 bits" })", "10 min", R"(, "length": "20 km")"},
        {"bbm92", R"({ "extends": "bbm92", "block": "2e5 bits" })", "10 min", R"(, "length": "20 km")"},
        {"e91", R"({ "extends": "e91", "block": "2e5 bits" })", "10 min", R"(, "length": "20 km")"},
        {"cv", R"({ "extends": "cv-metro" })", "5 min", R"(, "length": "10 km")"},
        {"di", R"({ "extends": "di-ions" })", "20 h", R"(, "length": "10 m")"},
    };
    return all;
}

TEST(Families, EachMakesKeyThatApplicationsGet) {
    for (auto const& family : families()) {
        auto const run = run_world(one_link(family.device, family.duration, family.link), family.name + ".h5", 3);
        ASSERT_EQ(run.summary.violations, 0u) << family.name << run.summary.violation_messages.front();
        EXPECT_GT(run.summary.links[0].bursts, 0u) << family.name;
        EXPECT_GT(run.served, 0u) << family.name;
        EXPECT_EQ(run.summary.keys_compared, run.served) << family.name;
    }
}

TEST(Families, EachStopsMakingKeyUnderInterceptResend) {
    for (auto const& family : families()) {
        auto const run =
            run_world(one_link(family.device, family.duration, family.link,
                               R"({ "at": "0 s", "eavesdrop": "ab", "attack": "intercept-resend", "fraction": 1 })"),
                      family.name + "-eve.h5", 3);
        EXPECT_EQ(run.summary.violations, 0u) << family.name;
        EXPECT_EQ(run.summary.links[0].bursts, 0u) << family.name;
        EXPECT_GT(run.summary.links[0].no_key, 0u) << family.name;
        EXPECT_EQ(run.served, 0u) << family.name;
    }
}

// Blinding: the chain of a decoy link without a monitor sees nothing, and the results say what is known; with one the
// blocks abort. Photon-number splitting is seen by the decoys.
TEST(Families, AttacksAreSeenOrNotAsPublished) {
    auto const attacked = [](std::string const& attack, std::vector<std::string> const& overrides = {}) {
        return run_world(one_link(R"({ "extends": "bb84-metro", "block": "1e6 bits" })", "5 min",
                                  R"(, "length": "20 km")",
                                  R"({ "at": "0 s", "eavesdrop": "ab", "fraction": 1, "attack": ")" + attack + "\" }",
                                  overrides),
                         "attack.h5", 3)
            .summary.links[0];
    };
    auto const blind = attacked("blinding");
    EXPECT_GT(blind.bursts, 0u);
    EXPECT_NEAR(blind.known_to_eve / (blind.skr * 300), 1, 0.01) << "all of the key";
    EXPECT_EQ(attacked("blinding", {"/devices/d/blinding_monitor=on"}).bursts, 0u);
    // At 100 km Eve can make up for the single photons that she blocks; at 20 km there is too little loss for it.
    EXPECT_EQ(attacked("photon-number-splitting", {"/links/0/length=100 km"}).bursts, 0u);
    auto const shifted = attacked("time-shift", {"/devices/d/efficiency_mismatch=0.95"});
    EXPECT_GT(shifted.known_to_eve, 0);
    EXPECT_GT(shifted.bursts, 0u);
    EXPECT_EQ(attacked("time-shift").known_to_eve, 0);
}

// The reserve of a link under a long attack must outlast it: without pauses it is gone within a few hundred blocks.
TEST(Families, PausesKeepTheReserve) {
    auto const run = [](std::string const& pause) {
        return run_world(one_link(R"({ "extends": "cv-metro" })", "8 min", R"(, "length": "10 km")",
                                  R"({ "at": "1 min", "for": "4 min", "eavesdrop": "ab", "fraction": 1 })",
                                  {"/devices/d/longest_pause=" + pause}),
                         "pause.h5", 3)
            .summary.links[0];
    };
    auto const patient = run("10 min"), restless = run("0 s");
    EXPECT_TRUE(restless.stopped.has_value());
    EXPECT_FALSE(patient.stopped.has_value());
    EXPECT_LT(patient.no_key, 20u);
    EXPECT_GT(patient.bursts, restless.bursts) << "it makes key again after the attack";
}

TEST(Families, ASatelliteMakesKeyWhileItPasses) {
    std::string const downlink =
        R"({ "clock": "100 MHz", "intensities": [0.8, 0.1, 0.0001], "probabilities": [0.5, 0.25, 0.25], "basis_bias": 0.5,
             "basis_choice": "passive", "analysis": "refined", "receiver_loss": "0 dB", "block": "1e9 bits",
             "detector": { "efficiency": 0.5, "dark_counts": "25 Hz", "gate": "2 ns", "dead_time": "50 ns",
                           "afterpulse_probability": 0 } })";
    std::string const link =
        R"(, "classical": { "latency": "4 ms" }, "satellite": { "first": "10 min", "every": "94 min", "passes": 2 })";
    auto const run = run_world(one_link(downlink, "3 h", link), "pass.h5", 3);
    EXPECT_EQ(run.summary.violations, 0u);
    EXPECT_EQ(run.summary.links[0].bursts, 2u) << "a block closes with its pass";
    EXPECT_EQ(run.summary.links[0].downtime, SimDuration{0}) << "gaps between passes are planned";
    auto reader = ResultsReader::open(run.file);
    ASSERT_TRUE(reader.ok());
    auto const begin = reader->numbers("/blocks/begin"), gathered = reader->numbers("/blocks/gathered");
    ASSERT_TRUE(begin.ok() && gathered.ok());
    EXPECT_EQ((*begin)[0], 10 * 60e9);
    EXPECT_EQ((*begin)[1], 104 * 60e9);
    EXPECT_LT((*gathered)[0] - (*begin)[0], 10 * 60e9);
    // A cut inside a pass costs the block.
    auto const cut = run_world(one_link(downlink, "3 h", link, R"({ "at": "12 min", "for": "1 s", "cut": "ab" })",
                                        {"/devices/d/restart=20 min"}),
                               "pass-cut.h5", 3);
    EXPECT_EQ(cut.summary.links[0].bursts, 1u);
}

TEST(Families, ASwitchServesInTurns) {
    std::string const device = R"({ "extends": "bb84-metro", "block": "1e6 bits" })";
    std::string const turns =
        R"(, "length": "20 km", "switch": { "insertion_loss": "0 dB", "every": "2 min", "for": "1 min" })";
    auto const always = run_world(one_link(device, "10 min", R"(, "length": "20 km")"), "always.h5", 3);
    auto const half = run_world(one_link(device, "10 min", turns), "turns.h5", 3);
    EXPECT_EQ(half.summary.violations, 0u);
    EXPECT_NEAR(static_cast<double>(half.summary.links[0].bursts) / static_cast<double>(always.summary.links[0].bursts),
                0.5, 0.03);
}

TEST(Families, DriftRaisesTheErrorRateBetweenFeedbacks) {
    std::string const device = R"({ "extends": "bbm92", "block": "2e5 bits" })";
    auto const calm = run_world(one_link(device, "10 min", R"(, "length": "20 km")"), "still.h5", 3);
    std::string const drift =
        R"(, "length": "20 km", "drift": { "time_constant": "200 s", "feedback": "10 s", "residual": 0.005, "steps": 40 })";
    auto const drifting = run_world(one_link(device, "10 min", drift), "drift.h5", 3);
    auto const again = run_world(one_link(device, "10 min", drift), "drift-again.h5", 3, 2);
    // Blocks of about 1.2 s begin at a feedback: half a block's walk, (1 - e^(-2 t/tau))/2 with t of .6 s, and .5 %.
    EXPECT_NEAR(drifting.summary.links[0].qber - calm.summary.links[0].qber, 0.005 + 0.003, 0.002);
    EXPECT_EQ(drifting.summary.trace_hash, again.summary.trace_hash) << "whatever the number of threads";
}

TEST(Families, OperationsOfADeviceIndependentLink) {
    auto const run = [](std::string const& fault) {
        return run_world(one_link(R"({ "extends": "di-ions" })", "20 h", R"(, "length": "10 m")", fault), "di-ops.h5",
                         3)
            .summary.links[0];
    };
    auto const calm = run("");
    ASSERT_TRUE(calm.di.has_value());
    EXPECT_NEAR(calm.di->figures.chsh, 2.677, 0.05);
    EXPECT_EQ(calm.di->figures.ingestion, 1);
    auto const alerts = [](LinkSummary const& link) {
        std::string all;
        for (auto const& [name, blocks] : link.di_alerts)
            all += name + " ";
        return all;
    };
    EXPECT_EQ(alerts(calm).find("bell-drop"), std::string::npos);
    EXPECT_NE(alerts(run(R"({ "at": "0 s", "disturb": "ab", "error": 0.06 })")).find("bell-drop"), std::string::npos);
    EXPECT_NE(alerts(run(R"({ "at": "0 s", "impair": "ab", "impairment": "sync-drift", "severity": 0.5 })"))
                  .find("trial-burn"),
              std::string::npos);
    EXPECT_NE(
        alerts(run(R"({ "at": "0 s", "impair": "ab", "impairment": "rng-bias", "severity": 0.1 })")).find("rng-health"),
        std::string::npos);
    EXPECT_NE(alerts(run(R"({ "at": "1 h", "for": "9 h", "cut": "ab", "plane": "classical" })")).find("ingest-failure"),
              std::string::npos);
}

} // namespace
} // namespace qkdes
