// Keys computed from pools in whole worlds: equal at both applications, all servers or none, and who knows them.
#include "sim/record/compare.hpp"
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

using test::run_world;
using test::scenario;

/// Two ends a relay apart, three servers; epochs of ten minutes.
constexpr std::string_view kThreePools = R"({
  "name": "pools", "duration": "1 h", "kem": "modelled",
  "nodes": [ { "id": "a" }, { "id": "r" }, { "id": "b" }, { "id": "s1" }, { "id": "s2" }, { "id": "s3" } ],
  "links": [
    { "id": "a-r", "between": ["a", "r"], "classical": { "latency": "5 ms" } },
    { "id": "r-b", "between": ["r", "b"], "classical": { "latency": "5 ms" } },
    { "id": "a-s1", "between": ["a", "s1"], "classical": { "latency": "5 ms" } },
    { "id": "b-s1", "between": ["b", "s1"], "classical": { "latency": "5 ms" } },
    { "id": "a-s2", "between": ["a", "s2"], "classical": { "latency": "5 ms" } },
    { "id": "b-s2", "between": ["b", "s2"], "classical": { "latency": "5 ms" } },
    { "id": "r-s3", "between": ["r", "s3"], "classical": { "latency": "5 ms" } } ],
  "applications": [ { "id": "x", "node": "a" }, { "id": "y", "node": "b" } ],
  "digital": { "servers": [ { "id": "p1", "node": "s1" }, { "id": "p2", "node": "s2" }, { "id": "p3", "node": "s3" } ],
               "epoch": "10 min", "grace": "1 min", "pool": "128 kbit" },
  "demands": [ { "from": "x", "to": "y", "via": "digital", "number": 2, "arrivals": { "poisson": "0.1 /s" },
                 "timeout": "2 min" } ]
})";

Scenario pools(std::vector<std::string> const& overrides = {}) { return scenario(kThreePools, overrides); }

struct Keys {
    double wanted = 0, made = 0, exposed = 0, first_exposed = 0;
    std::string failed;
};

Keys keys_of(test::WorldRun const& run) {
    EXPECT_EQ(run.summary.violations, 0u);
    auto const& sections = run.summary.sections;
    auto const found = std::ranges::find(sections, "digital", &SummarySection::name);
    if (found == sections.end()) {
        ADD_FAILURE() << "no section of digital keys";
        return {};
    }
    auto const& row = found->rows.at(0);
    return {*row.at(1).value, *row.at(2).value, *row.at(6).value, row.at(7).value.value_or(std::nan("")),
            row.at(3).text};
}

std::string stolen(std::array<char const*, 3> times, bool seed_known = true) {
    std::string servers;
    for (int i = 0; i < 3; ++i) {
        auto const& at = times[static_cast<std::size_t>(i)];
        servers += fmt::format(R"({}{{ "id": "p{}", "node": "s{}"{} }})", i == 0 ? "" : ", ", i + 1, i + 1,
                               *at == 0 ? "" : fmt::format(R"(, "compromised_from": "{}")", at));
    }
    return fmt::format(
        R"(/digital={{ "servers": [{}], "epoch": "10 min", "grace": "1 min", "pool": "128 kbit", "seed": "{}" }})",
        servers, seed_known ? "known" : "secret");
}

TEST(Digital, BothApplicationsHoldTheSameKeys) {
    auto const run = run_world(pools(), "pools.h5", 3);
    auto const keys = keys_of(run);
    EXPECT_GT(run.requests, 300u);
    EXPECT_EQ(run.served, run.requests);
    EXPECT_EQ(run.summary.keys_compared, 2 * run.requests);
    EXPECT_EQ(keys.made, 2.0 * static_cast<double>(run.requests));
    EXPECT_EQ(keys.exposed, 0);
    EXPECT_EQ(run.summary.demands[0].classes[static_cast<std::size_t>(SecurityClass::pqc)], run.served);
    // Offer (4 x 6 ms with the relay's and the far node's service), samples there and back, confirmation.
    EXPECT_GT(run.summary.demands[0].latency[0], std::chrono::milliseconds{30});
    EXPECT_LT(run.summary.demands[0].latency[2], std::chrono::milliseconds{100});
    EXPECT_FALSE(run.summary.demands[0].possible) << "no flow of link key bounds what is not relayed";
    EXPECT_EQ(run.summary.possible, 0u);
}

// Known are the keys of every epoch whose pools all lived when the last server was taken: from 30 min on for a theft
// at 35 min, and from 20 min on at 30 min and a half, as the pools of the epoch before live a minute longer.
TEST(Digital, AllPoolsOfAnEpochAndTheSeedsMakeAnAdversary) {
    auto const exposed = [](std::array<char const*, 3> times, bool seed_known = true) {
        return keys_of(run_world(pools({stolen(times, seed_known)}), "stolen_pools.h5", 3));
    };
    auto const keys = exposed({"5 min", "35 min", "1 min"});
    EXPECT_GE(keys.first_exposed, 1800);
    EXPECT_LT(keys.first_exposed, 1860);
    EXPECT_NEAR(keys.exposed, keys.made / 2, 80);
    EXPECT_NEAR(exposed({"5 min", "30.5 min", "1 min"}).first_exposed, 1230, 30);
    EXPECT_NEAR(exposed({"5 min", "31.5 min", "1 min"}).first_exposed, 1830, 30);
    EXPECT_EQ(exposed({"5 min", "", "1 min"}).exposed, 0) << "one pool is missing";
    EXPECT_EQ(exposed({"5 min", "35 min", "1 min"}, false).exposed, 0) << "the seeds are";
}

TEST(Digital, WithoutAServerThereAreNoKeys) {
    std::string const away = R"(/faults=[{ "at": "22 min", "for": "7 min", "down": "s2" }])";
    auto const waited =
        run_world(pools({away, R"(/digital/deadline="3 min")", R"(/demands/0/timeout="4 min")"}), "away.h5", 3);
    auto const keys = keys_of(waited);
    // Four of seven minutes' requests end after the deadline of three; the others wait until it is back.
    double const lost = keys.wanted - keys.made;
    EXPECT_NEAR(lost, keys.wanted * 4 / 60, 40);
    EXPECT_TRUE(keys.failed.ends_with("server down")) << keys.failed;
    EXPECT_GT(waited.summary.demands[0].latency[2], std::chrono::seconds{5});
    auto const gave_up = keys_of(run_world(pools({away, "/digital/attempts=3"}), "gave_up.h5", 3));
    EXPECT_NEAR(gave_up.wanted - gave_up.made, gave_up.wanted * 7 / 60, 40);
    EXPECT_GT(gave_up.wanted - gave_up.made, lost);
}

// The far end comes back into the next epoch: pools of the last one are shredded, and nobody gets a key from others.
TEST(Digital, OffersThatComeTooLateFail) {
    auto const run = run_world(
        pools({R"(/faults=[{ "at": "19 min", "for": "125 s", "down": "b" }])", R"(/digital/deadline="3 min")"}),
        "late.h5", 3);
    EXPECT_NE(keys_of(run).failed.find("pool gone"), std::string::npos);
    EXPECT_GT(run.summary.demands[0].outcomes[static_cast<std::size_t>(RequestOutcome::no_key)], 2u);
}

TEST(Digital, KeysDieUnlessFetchedInTime) {
    auto const run = run_world(
        pools({R"(/digital/time_to_live="20 s")", R"(/demands/0/notify="30 s")", R"(/demands/0/timeout="40 s")"}),
        "unfetched.h5", 3);
    EXPECT_EQ(run.served, 0u);
    auto const keys = keys_of(run);
    EXPECT_EQ(keys.made, keys.wanted) << "made they were";
}

// The asking end crashes: its sessions are over at once, not left hanging, and the next ones go through.
TEST(Digital, ARestartEndsWhatWasUnderWay) {
    auto const run = run_world(pools({R"(/faults=[{ "at": "20 min", "for": "2 min", "down": "s1" },
                                                  { "at": "21 min", "for": "30 s", "down": "a" }])"}),
                               "restart.h5", 3);
    auto const keys = keys_of(run);
    EXPECT_NE(keys.failed.find("restarted"), std::string::npos);
    EXPECT_EQ(keys.failed.find("unfinished"), std::string::npos);
    EXPECT_GT(keys.made, keys.wanted * .9);
}

TEST(Digital, SameSeedSameFileForAnyNumberOfThreads) {
    auto const s = pools({stolen({"5 min", "35 min", "1 min"}),
                          R"(/faults=[{ "at": "20 min", "for": "10 min", "lossy": "r-s3", "loss": 0.4 }])"});
    auto const one = run_world(s, "digital_one.h5", 4, 1), two = run_world(s, "digital_two.h5", 4, 2, 7);
    auto const differences = compare_results(one.file, two.file);
    ASSERT_TRUE(differences.ok());
    EXPECT_TRUE(differences.value().empty());
    EXPECT_EQ(one.summary.trace_hash, two.summary.trace_hash);
    EXPECT_NE(one.summary.trace_hash, run_world(s, "digital_other.h5", 5).summary.trace_hash);
}

} // namespace
} // namespace qkdes
