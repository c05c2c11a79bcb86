#include "sim/study/plan/levels.hpp"

#include "sim/base/distributions.hpp"
#include "sim/scenario/figure_catalogue.hpp"
#include "sim/study/metrics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace qkdes {
namespace {

ServiceLevel const kBlocked{"network", "blocked", "1", 0.01, false};
ServiceLevel const kServed{"network", "served", "1", 0.95, true};

Judgement one(ServiceLevel const& level, std::vector<double> values) {
    return judge(std::vector{level}, std::vector<std::vector<double>>{std::move(values)}, 0.95, 1);
}

TEST(PlanLevels, TheIntervalDecidesAndTheDirectionIsTheLevels) {
    EXPECT_EQ(one(kBlocked, {0.001, 0.002, 0.0015}).holds, Holds::yes);
    EXPECT_EQ(one(kBlocked, {0.02, 0.021, 0.0205}).holds, Holds::no);
    EXPECT_EQ(one(kBlocked, {0.001, 0.02, 0.008}).holds, Holds::undecided);
    EXPECT_EQ(one(kServed, {0.99, 0.991, 0.992}).holds, Holds::yes);
    EXPECT_EQ(one(kServed, {0.90, 0.901, 0.899}).holds, Holds::no);
    EXPECT_EQ(one(kServed, {0.90, 0.99, 0.96}).holds, Holds::undecided);
    EXPECT_EQ(one(kBlocked, {0, 0}).holds, Holds::yes);
    EXPECT_EQ(one(kBlocked, {0.01, 0.01}).holds, Holds::yes);  // at most
    EXPECT_EQ(one(kServed, {0.95, 0.95}).holds, Holds::yes);   // at least
    EXPECT_EQ(one(kBlocked, {0.001}).holds, Holds::undecided); // one run says nothing
}

TEST(PlanLevels, AllMustHoldAndOneIsEnoughToFail) {
    std::vector const levels{kBlocked, kServed};
    auto const both = [&](std::vector<double> a, std::vector<double> b) {
        return judge(levels, std::vector{std::move(a), std::move(b)}, 0.95, 1).holds;
    };
    std::vector<double> const good_blocked{0.001, 0.001, 0.0011}, bad_blocked{0.5, 0.5, 0.51},
        open_blocked{0.001, 0.02, 0.008}, good_served{0.99, 0.99, 0.991}, bad_served{0.5, 0.5, 0.51};
    EXPECT_EQ(both(good_blocked, good_served), Holds::yes);
    EXPECT_EQ(both(bad_blocked, good_served), Holds::no);
    EXPECT_EQ(both(good_blocked, bad_served), Holds::no);
    EXPECT_EQ(both(open_blocked, good_served), Holds::undecided);
    EXPECT_EQ(both(open_blocked, bad_served), Holds::no);
}

TEST(PlanLevels, MarginsSayWhichLevelBites) {
    std::vector const levels{kServed, kBlocked};
    auto const judged = judge(levels, std::vector<std::vector<double>>{{0.96, 0.96}, {0.009, 0.009}}, 0.95, 1);
    EXPECT_NEAR(judged.levels[0].margin, 0.01 / 0.95, 1e-12);
    EXPECT_NEAR(judged.levels[1].margin, 0.1, 1e-12);
    EXPECT_EQ(judged.tightest(), 0u);
}

TEST(PlanLevels, ARunWithoutTheFigureDoesNotCountAndNoneIsAFailure) {
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    auto const judged = one(kBlocked, {0.001, kNone, 0.001});
    EXPECT_EQ(judged.holds, Holds::yes);
    EXPECT_EQ(judged.levels[0].mean->count, 2u);
    EXPECT_EQ(one(kBlocked, {kNone, kNone}).holds, Holds::no);
    EXPECT_FALSE(one(kBlocked, {kNone, kNone}).levels[0].mean);
}

TEST(PlanLevels, DirectionsAreThoseOfTheMetrics) {
    auto const figures = network_figures();
    ASSERT_EQ(figures.size(), kMetrics);
    for (std::size_t m = 0; m < kMetrics; ++m) {
        EXPECT_EQ(figures[m].name, info(static_cast<Metric>(m)).name);
        EXPECT_EQ(figures[m].better == Better::more, info(static_cast<Metric>(m)).more_is_better);
        EXPECT_NE(figures[m].better, Better::neither);
    }
}

TEST(PlanLevels, LooksAreCounted) {
    PlanEffort effort;
    effort.first_replications = 4;
    for (auto const& [most, looks] :
         std::vector<std::pair<std::uint64_t, std::uint64_t>>{{4, 1}, {5, 2}, {8, 2}, {32, 4}}) {
        effort.most_replications = most;
        EXPECT_EQ(looks_of(effort), looks) << most;
    }
}

// A figure whose mean is exactly the bound must not be called to hold, or to fail, more often than the confidence
// allows, however often the growing sample is looked at.
TEST(PlanLevels, FalseStatementsAreAsRareAsTheConfidenceSays) {
    RngStream rng{7, "levels"};
    PlanEffort effort;
    effort.first_replications = 4;
    effort.most_replications = 64;
    std::uint64_t const looks = looks_of(effort);
    int wrong = 0, wrong_if_looks_were_free = 0;
    constexpr int kTrials = 3000;
    for (int t = 0; t < kTrials; ++t) {
        std::vector<double> values;
        bool said = false, said_freely = false;
        for (std::uint64_t n = 4; n <= 64; n *= 2) {
            while (values.size() < n)
                values.push_back(0.01 + 0.003 * sample_normal(rng));
            said = said || judge(std::vector{kBlocked}, std::vector<std::vector<double>>{values}, 0.95, looks).holds !=
                               Holds::undecided;
            said_freely =
                said_freely || judge(std::vector{kBlocked}, std::vector<std::vector<double>>{values}, 0.95, 1).holds !=
                                   Holds::undecided;
        }
        wrong += said;
        wrong_if_looks_were_free += said_freely;
    }
    EXPECT_LE(wrong, kTrials * 0.05 + 3 * std::sqrt(kTrials * 0.05 * 0.95));
    EXPECT_GE(wrong, kTrials * 0.01);                    // and the allowance is not wasteful
    EXPECT_GT(wrong_if_looks_were_free, kTrials * 0.08); // so the allowance is needed
}

} // namespace
} // namespace qkdes
