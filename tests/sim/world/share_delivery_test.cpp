// Keys that go as shares over disjoint paths: what they cost, what they survive, who is found out, and their class.
#include "sim/record/compare.hpp"
#include "tests/sim/world/three_paths.hpp"
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

using test::run_world;
using test::scenario;

Scenario paths(std::vector<std::string> const& overrides = {}) { return scenario(test::kThreePaths, overrides); }

struct Shares {
    double requests = 0, delivered = 0, arrived = 0, cost = 0, relays = 0;
    std::vector<std::string> notes;
    bool noted(std::string_view text) const {
        return std::ranges::any_of(notes, [&](auto const& note) { return note.find(text) != std::string::npos; });
    }
};

Shares shares_of(test::WorldRun const& run) {
    EXPECT_EQ(run.summary.violations, 0u);
    auto const& sections = run.summary.sections;
    auto const found = std::ranges::find(sections, "share_deliveries", &SummarySection::name);
    if (found == sections.end()) {
        ADD_FAILURE() << "no section of deliveries as shares";
        return {};
    }
    auto const value = [&](std::size_t column) { return found->rows.at(0).at(column).value.value_or(std::nan("")); };
    return {value(3), value(4), value(5), value(8), value(9), found->notes};
}

std::uint64_t of_class(test::WorldRun const& run, SecurityClass security) {
    return run.summary.demands[0].classes[static_cast<std::size_t>(security)];
}

TEST(ShareDelivery, BothEndsHoldTheKeyAndEveryHopOfEveryPathPays) {
    auto const run = run_world(paths({"/demands/0/number=3"}), "as_shares.h5", 2);
    auto const shares = shares_of(run);
    EXPECT_GT(run.requests, 80u);
    EXPECT_EQ(run.served, run.requests);
    EXPECT_EQ(run.summary.keys_compared, 3 * run.served);
    EXPECT_EQ(shares.delivered, static_cast<double>(run.served));
    EXPECT_EQ(shares.arrived, 3 * shares.requests);
    EXPECT_DOUBLE_EQ(shares.cost, 2) << "three paths of two hops, a unit each, for three keys";
    EXPECT_EQ(shares.relays, 2) << "fewest relays with k shares";
    EXPECT_EQ(of_class(run, SecurityClass::hybrid), run.served);
    EXPECT_FALSE(run.summary.demands[0].possible);
    std::uint64_t used = 0;
    for (auto const& link : run.summary.links)
        used += link.ledger.pool[0].used / 256;
    EXPECT_EQ(used, 6 * run.served);
}

TEST(ShareDelivery, SurvivesAsManyLostPathsAsItHasToSpare) {
    auto const down = [](std::string const& relays, std::vector<std::string> more = {}) {
        std::string faults;
        for (char relay : relays)
            faults +=
                fmt::format(R"({}{{ "at": "10 s", "for": "50 s", "down": "r{}" }})", faults.empty() ? "" : ", ", relay);
        more.push_back("/faults=[" + faults + "]");
        auto const run = run_world(paths(more), "paths_down.h5", 2);
        shares_of(run);
        return static_cast<double>(run.served) / static_cast<double>(run.requests);
    };
    EXPECT_EQ(down("2"), 1);
    EXPECT_EQ(down("23"), 0);
    EXPECT_EQ(down("3", {R"(/demands/0/shares={ "k": 3, "n": 3 })"}), 0) << "n of n has none";
    EXPECT_EQ(down("12", {R"(/demands/0/shares={ "k": 1, "n": 3 })"}), 1);
}

// A relay that alters shares is found out and its path named, every time; two of them leave nothing to combine.
TEST(ShareDelivery, ARelayThatAltersSharesIsNamed) {
    auto const one = run_world(paths({R"(/demands/0/shares={ "altered_at": ["r2"] })"}), "altered.h5", 2);
    auto const shares = shares_of(one);
    EXPECT_EQ(one.served, one.requests);
    EXPECT_EQ(one.summary.keys_compared, one.served);
    EXPECT_TRUE(
        shares.noted(fmt::format("false shares in {} requests, over the path that begins with r2", one.served)));
    EXPECT_FALSE(shares.noted("begins with r1") || shares.noted("begins with r3"));
    auto const two = run_world(paths({R"(/demands/0/shares={ "altered_at": ["r2", "r3"] })"}), "altered_two.h5", 2);
    EXPECT_EQ(two.served, 0u);
    EXPECT_EQ(two.summary.keys_compared, 0u) << "no wrong key is ever handed out";
    EXPECT_TRUE(shares_of(two).noted(fmt::format("{} requests with too many false shares", two.requests)));
    EXPECT_EQ(two.summary.demands[0].outcomes[static_cast<std::size_t>(RequestOutcome::hop_failed)], two.requests);
}

// Fewer than k shares over ML-KEM alone tell nothing, k of them the key.
TEST(ShareDelivery, TheClassIsThatOfTheKthWeakestPath) {
    auto const with_pqc = [](std::vector<int> links) {
        std::vector<std::string> all;
        for (int link : links)
            all.push_back(fmt::format(R"(/links/{}/protect=pqc)", link));
        return run_world(paths(all), "classes.h5", 2);
    };
    auto const one = with_pqc({5});
    EXPECT_EQ(of_class(one, SecurityClass::hybrid), one.served);
    EXPECT_DOUBLE_EQ(shares_of(one).cost, 5);
    auto const two = with_pqc({3, 5});
    EXPECT_EQ(of_class(two, SecurityClass::pqc), two.served);
    EXPECT_GT(two.served, 80u);
}

TEST(ShareDelivery, SameSeedSameFileForAnyNumberOfThreads) {
    auto const s = paths({R"(/demands/0/shares={ "altered_at": ["r1"] })",
                          R"(/faults=[{ "at": "30 s", "for": "20 s", "lossy": "a-r3", "loss": 0.3 }])"});
    auto const one = run_world(s, "delivery_one.h5", 4, 1), two = run_world(s, "delivery_two.h5", 4, 2, 7);
    auto const differences = compare_results(one.file, two.file);
    ASSERT_TRUE(differences.ok());
    EXPECT_TRUE(differences.value().empty());
    EXPECT_EQ(one.summary.trace_hash, two.summary.trace_hash);
    EXPECT_NE(one.summary.trace_hash, run_world(s, "delivery_other.h5", 5).summary.trace_hash);
}

} // namespace
} // namespace qkdes
