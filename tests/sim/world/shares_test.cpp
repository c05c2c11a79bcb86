// Shared secrets in whole worlds: chances against the closed form, renewal after theft, policies, master keys, faults.
#include "sim/record/compare.hpp"
#include "sim/world/proportion.hpp"
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

using test::run_world;
using test::scenario;

Scenario threshold(std::vector<std::string> const& overrides) {
    LoadResult loaded = load_scenario(QKDES_SOURCE_DIR "/scenarios/threshold-shares.json", overrides);
    EXPECT_TRUE(loaded.ok()) << format_diagnostics(loaded.diagnostics);
    return loaded.ok() ? std::move(*loaded.scenario) : Scenario{};
}

SummarySection shares_of(test::WorldRun const& run) {
    for (auto const& section : run.summary.sections)
        if (section.name == "shares") return section;
    ADD_FAILURE() << "no section of shares";
    return {};
}

double figure(SummarySection const& section, std::size_t row, std::string_view column) {
    auto const at = static_cast<std::size_t>(std::ranges::find(section.head, column) - section.head.begin());
    return section.rows.at(row).at(at).value.value_or(std::nan(""));
}

bool noted(SummarySection const& section, std::string_view text) {
    return std::ranges::any_of(section.notes, [&](auto const& note) { return note.find(text) != std::string::npos; });
}

/// 7 of 10 of independent paths, written out: no code of the product.
double binomial_tail(double p, int k, int n) {
    double sum = 0;
    for (int i = k; i <= n; ++i)
        sum += std::exp(std::lgamma(n + 1) - std::lgamma(i + 1) - std::lgamma(n - i + 1)) * std::pow(p, i) *
               std::pow(1 - p, n - i);
    return sum;
}

/// The published chances of 7 of 10, and two of ten paths through one node: 99 % intervals, fixed seed. Power: k = 8
/// and, from .9 down, k = 6 lie outside the interval of the same run; through one node, so does independence of paths
/// that fail twice as often.
void expect_published(SummarySection const& section) {
    ASSERT_EQ(section.rows.size(), 5u);
    std::pair<double, double> const published[] = {{.95, .9990}, {.9, .9872}, {.8, .8791}, {.7, .6496}};
    for (std::size_t row = 0; row < 4; ++row) {
        auto const [p, chance] = published[row];
        ProportionInterval const sure{figure(section, row, "99 % from"), figure(section, row, "to")};
        EXPECT_TRUE(sure.contains(chance)) << p << ": " << sure.low << " to " << sure.high;
        EXPECT_NEAR(figure(section, row, "closed form"), chance, 5e-5);
        EXPECT_FALSE(sure.contains(binomial_tail(p, 8, 10))) << p;
        if (p < .9) {
            EXPECT_FALSE(sure.contains(binomial_tail(p, 6, 10))) << p;
        }
    }
    double const together =
        .8 * (.64 * binomial_tail(.8, 5, 8) + .32 * binomial_tail(.8, 6, 8) + .04 * binomial_tail(.8, 7, 8)) +
        .2 * binomial_tail(.8, 7, 8);
    ProportionInterval const sure{figure(section, 4, "99 % from"), figure(section, 4, "to")};
    EXPECT_NEAR(figure(section, 4, "closed form"), together, 1e-12);
    EXPECT_TRUE(sure.contains(together)) << sure.low << " to " << sure.high << " vs " << together;
    EXPECT_FALSE(sure.contains(binomial_tail(.8, 7, 10))) << "ten independent paths of .8";
    EXPECT_TRUE(noted(section, "pass e80-relay"));
}

TEST(Shares, SevenOfTenBehindLinksThatComeAndGo) {
    auto const run = run_world(threshold({"/kem=modelled", "/duration=\"21 h\""}), "threshold.h5", 8);
    EXPECT_EQ(run.summary.violations, 0u);
    EXPECT_EQ(run.summary.keys_compared, [&] {
        double sum = 0;
        for (std::size_t row = 0; row < 5; ++row)
            sum += figure(shares_of(run), row, "recovered");
        return static_cast<std::uint64_t>(sum);
    }()) << "every recovered secret is compared with the dealer's";
    expect_published(shares_of(run));
}

// With ML-KEM-768 and ML-DSA-65, as it is shipped.
TEST(Shares, SevenOfTenWithRealPrimitivesLong) {
    auto const run = run_world(threshold({}), "threshold_real.h5", 8);
    EXPECT_EQ(run.summary.violations, 0u);
    expect_published(shares_of(run));
}

constexpr std::string_view kStar = R"({
  "name": "star", "duration": "2 h", "kem": "modelled",
  "nodes": [ { "id": "hq" }, { "id": "field" }, { "id": "p1" }, { "id": "p2" }, { "id": "p3" }, { "id": "p4" }, { "id": "p5" } ],
  "links": [
    { "id": "hq-p1", "between": ["hq", "p1"], "classical": { "latency": "20 ms", "rate": "1 Mbit/s" } },
    { "id": "hq-p2", "between": ["hq", "p2"], "classical": { "latency": "20 ms", "rate": "1 Mbit/s" } },
    { "id": "hq-p3", "between": ["hq", "p3"], "classical": { "latency": "20 ms", "rate": "1 Mbit/s" } },
    { "id": "hq-p4", "between": ["hq", "p4"], "classical": { "latency": "20 ms", "rate": "1 Mbit/s" } },
    { "id": "hq-p5", "between": ["hq", "p5"], "classical": { "latency": "20 ms", "rate": "1 Mbit/s" } },
    { "id": "f-p1", "between": ["field", "p1"], "classical": { "latency": "20 ms", "rate": "1 Mbit/s" } },
    { "id": "f-p2", "between": ["field", "p2"], "classical": { "latency": "20 ms", "rate": "1 Mbit/s" } },
    { "id": "f-p3", "between": ["field", "p3"], "classical": { "latency": "20 ms", "rate": "1 Mbit/s" } } ],
  "shares": [ { "id": "s", "dealer": "hq", "requester": "field", "k": 3, "custodians": ["p1", "p2", "p3", "p4", "p5"],
                "recover": { "first": "5 min", "every": "10 min", "deadline": "2 min" } } ]
})";

Scenario star(std::vector<std::string> const& overrides = {}) { return scenario(kStar, overrides); }

// A requester that is not the dealer and gets its manifest with the shares; two custodians only behind others.
TEST(Shares, AnotherRequesterThanTheDealer) {
    auto const section = shares_of(run_world(star(), "star.h5", 1));
    EXPECT_EQ(figure(section, 0, "recovered"), 12);
    EXPECT_EQ(figure(section, 0, "to capture"), 3);
    EXPECT_TRUE(noted(section, "several paths from field pass"));
    EXPECT_FALSE(noted(section, "several paths from hq pass"));
}

// Three copied custodians give the secret away, unless a renewal came between: then no three shares are of one epoch.
TEST(Shares, RenewalMakesStolenSharesWorthless) {
    std::string const thefts =
        R"(/shares/0/captured=[{ "node": "p1", "at": "10 min" }, { "node": "p2", "at": "12 min" }, { "node": "p3", "at": "40 min" }])";
    auto const stolen = shares_of(run_world(star({thefts}), "stolen.h5", 1));
    EXPECT_TRUE(noted(stolen, "the secret is out"));
    auto const renewed =
        shares_of(run_world(star({thefts, R"(/shares/0/refresh={ "every": "30 min" })"}), "renewed.h5", 1));
    EXPECT_EQ(figure(renewed, 0, "stolen"), 2);
    EXPECT_TRUE(noted(renewed, "1 too few"));
    EXPECT_TRUE(noted(renewed, "renewed 3 of 3 times, now epoch 4; 5 of 5"));
    EXPECT_EQ(figure(renewed, 0, "recovered"), 12);
}

TEST(Shares, PoliciesAreHeldByEveryCustodian) {
    std::string const policy =
        R"(/shares/0/policy={ "clearance": 2, "attributes": ["medic"], "purposes": ["restore"], "until": "1 h" })";
    auto const asked = [&](std::string const& credentials) {
        return shares_of(run_world(star({policy, "/shares/0/credentials=" + credentials}), "policy.h5", 1));
    };
    auto const entitled = asked(R"({ "clearance": 2, "attributes": ["medic", "pilot"], "purpose": "restore" })");
    EXPECT_EQ(figure(entitled, 0, "recovered"), 6) << "of twelve, those of the first hour";
    for (char const* other : {R"({ "clearance": 1, "attributes": ["medic"], "purpose": "restore" })",
                              R"({ "clearance": 2, "attributes": ["pilot"], "purpose": "restore" })",
                              R"({ "clearance": 2, "attributes": ["medic"], "purpose": "audit" })",
                              R"({ "clearance": 2, "attributes": ["medic"], "purpose": "restore", "revoked": true })"})
        EXPECT_EQ(figure(asked(other), 0, "recovered"), 0) << other;
}

TEST(Shares, AMasterKeyOpensItsHierarchyEachTime) {
    auto const section = shares_of(run_world(
        star({R"(/shares/0/hierarchy={ "groups": 2, "data_keys": 3, "rotate_every": "30 min" })"}), "master.h5", 1));
    EXPECT_TRUE(
        noted(section, "opened 12 times 2 key-encryption keys and 6 data keys, 0 of them wrong; rotated 3 times"));
}

TEST(Shares, ExpiredSharesAreGone) {
    auto const section = shares_of(run_world(star({"/shares/0/expires=\"1 h\""}), "expired.h5", 1));
    EXPECT_EQ(figure(section, 0, "recovered"), 6);
}

// Cuts and failed nodes act on shares: three custodians out of reach are too many, two are not; a host that fails
// forgets what it had begun, and keeps its share.
TEST(Shares, FaultsActOnShares) {
    auto const with = [](std::string const& faults) {
        return shares_of(run_world(star({"/faults=[" + faults + "]"}), "faults.h5", 1));
    };
    EXPECT_EQ(
        figure(
            with(
                R"({ "at": "30 min", "for": "30 min", "down": "p4" }, { "at": "30 min", "for": "30 min", "down": "p5" })"),
            0, "recovered"),
        12);
    EXPECT_EQ(
        figure(
            with(
                R"({ "at": "30 min", "for": "30 min", "cut": "f-p1" }, { "at": "30 min", "for": "30 min", "cut": "f-p2" }, { "at": "30 min", "for": "30 min", "down": "p3" })"),
            0, "recovered"),
        9);
    auto const away = with(R"({ "at": "30 min", "for": "30 min", "down": "field" })");
    EXPECT_EQ(figure(away, 0, "recovered"), 9);
    EXPECT_TRUE(noted(away, "node was down 3 times"));
}

// Duty cycle and jamming decide when it works, the rate how long it takes: about 5 kB each way at 2.4 kbit/s.
TEST(Shares, ContactsRatesAndJamming) {
    auto const contact = [](std::string const& value, std::string const& more = "/seed=1") {
        std::vector<std::string> all{more};
        for (int link : {5, 6, 7})
            all.push_back("/links/" + std::to_string(link) + "/classical/contact=" + value);
        return shares_of(run_world(star(all), "contact.h5", 1));
    };
    EXPECT_EQ(figure(contact(R"({ "profile": "denied" })"), 0, "recovered"), 0);
    EXPECT_EQ(figure(contact(R"({ "jamming": [{ "from": "24 min", "until": "66 min" }] })"), 0, "recovered"), 8);
    EXPECT_EQ(figure(contact(R"({ "period": "20 min", "on": "8 min" })"), 0, "recovered"), 6);
    std::vector<std::string> slow;
    for (int link : {5, 6, 7})
        slow.push_back("/links/" + std::to_string(link) +
                       R"(/classical={ "latency": "20 ms", "contact": { "profile": "low-rate" } })");
    auto const radio = shares_of(run_world(star(slow), "radio.h5", 1));
    EXPECT_GT(figure(radio, 0, "p50"), 20);
}

TEST(Shares, SameSeedSameFileForAnyNumberOfThreads) {
    auto const s =
        star({R"(/links/5/classical/contact={ "profile": "disrupted" })", R"(/shares/0/refresh={ "every": "30 min" })",
              R"(/faults=[{ "at": "20 min", "for": "50 min", "lossy": "f-p2", "loss": 0.4 }])"});
    auto const one = run_world(s, "shares_one.h5", 4, 1), two = run_world(s, "shares_two.h5", 4, 2, 7);
    auto const differences = compare_results(one.file, two.file);
    ASSERT_TRUE(differences.ok());
    EXPECT_TRUE(differences.value().empty());
    EXPECT_EQ(one.summary.trace_hash, two.summary.trace_hash);
    EXPECT_NE(one.summary.trace_hash, run_world(s, "shares_other.h5", 5).summary.trace_hash);
}

} // namespace
} // namespace qkdes
