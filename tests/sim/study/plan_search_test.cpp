#include "sim/study/plan/search.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace qkdes {
namespace {

/// Judges against a limit, with a band around it in which nothing can be decided.
struct Oracle {
    double limit;
    bool larger_is_harder = true;
    double band = 0; ///< as a share of the limit, to either side
    std::size_t rounds = 0;
    std::set<double> asked{};
    std::function<std::vector<Holds>(std::span<double const>)> judge() {
        return [this](std::span<double const> values) {
            ++rounds;
            std::vector<Holds> out;
            for (double const x : values) {
                EXPECT_TRUE(asked.insert(x).second) << x << " was asked twice";
                double const over = larger_is_harder ? x / limit : limit / x;
                out.push_back(over > 1 + band ? Holds::no : over <= 1 - band ? Holds::yes : Holds::undecided);
            }
            return out;
        };
    }
};

TEST(PlanSearch, EndsLieOnEitherSideOfTheLimitAndAsNearAsAsked) {
    for (double const limit : {0.004, 0.3, 0.99, 1.0, 1.01, 7.7, 300.0})
        for (bool const larger : {true, false})
            for (std::uint32_t const at_once : {1u, 3u, 8u}) {
                Oracle oracle{limit, larger};
                auto const judge = oracle.judge();
                auto const found = search({1, 1e-3, 1e3, larger, 0.01, 0, at_once}, judge);
                ASSERT_TRUE(found.holds && found.fails) << limit;
                double const low = std::min(*found.holds, *found.fails), high = std::max(*found.holds, *found.fails);
                EXPECT_EQ(*found.holds < *found.fails, larger);
                EXPECT_LE(low, limit);
                EXPECT_GE(high, limit);
                EXPECT_LE(high / low, 1.01 * (1 + 1e-9));
                EXPECT_FALSE(found.undecided());
                EXPECT_TRUE(found.monotone);
                EXPECT_EQ(found.tried.size(), oracle.asked.size());
            }
}

// 10 doublings at most and log2(log 2 / log 1.01) = 6.1 halvings of the gap.
TEST(PlanSearch, TakesAsFewPointsAsBisectionDoes) {
    Oracle oracle{300};
    auto const judge = oracle.judge();
    auto const found = search({1, 1e-3, 1e3, true, 0.01, 0, 1}, judge);
    EXPECT_EQ(found.tried.size(), 10u + 7u);
    EXPECT_EQ(oracle.rounds, found.tried.size());
    Oracle wide{300};
    auto const judge_wide = wide.judge();
    (void)search({1, 1e-3, 1e3, true, 0.01, 0, 7}, judge_wide);
    EXPECT_LE(wide.rounds, 2u + 3u); // two of seven doublings, and eighths
}

TEST(PlanSearch, WhatCannotBeDecidedIsBracketed) {
    Oracle oracle{10, true, 0.05};
    auto const judge = oracle.judge();
    auto const found = search({1, 1e-3, 1e3, true, 0.01, 0, 1}, judge);
    ASSERT_TRUE(found.holds && found.fails);
    EXPECT_TRUE(found.undecided());
    EXPECT_LT(*found.holds, 9.5);
    EXPECT_GT(*found.holds, 9.5 / 1.0101);
    EXPECT_GT(*found.fails, 10.5);
    EXPECT_LT(*found.fails, 10.5 * 1.0101);
}

TEST(PlanSearch, AnOpenEndIsSaid) {
    Oracle easy{1e9};
    auto const judge_easy = easy.judge();
    auto const all = search({1, 1e-3, 1e3, true, 0.01, 0, 2}, judge_easy);
    EXPECT_FALSE(all.fails);
    EXPECT_EQ(all.holds, 1e3);
    Oracle hard{1e-9};
    auto const judge_hard = hard.judge();
    auto const none = search({1, 1e-3, 1e3, true, 0.01, 0, 2}, judge_hard);
    EXPECT_FALSE(none.holds);
    ASSERT_TRUE(none.fails);
    EXPECT_EQ(*none.fails, 1e-3); // the easiest
    auto const nothing = [](std::span<double const> values) {
        return std::vector<Holds>(values.size(), Holds::undecided);
    };
    auto const unknown = search({1, 0.25, 4, true, 0.01, 0, 1}, nothing);
    EXPECT_FALSE(unknown.holds || unknown.fails);
    EXPECT_EQ(unknown.tried.size(), 5u);
}

TEST(PlanSearch, WholeUnitsEndAtNeighbours) {
    Oracle oracle{256 * 7.5, false};
    auto const judge = oracle.judge();
    auto const found = search({256 * 1024, 256, 256 * 4096, false, 1e-6, 256, 1}, judge);
    EXPECT_EQ(found.holds, 256 * 8);
    EXPECT_EQ(found.fails, 256 * 7);
}

TEST(PlanSearch, AHoldBeyondAFailureIsReported) {
    auto const judge = [](std::span<double const> values) {
        std::vector<Holds> out;
        for (double const x : values)
            out.push_back(x < 2.5 || (x > 5 && x < 6.1) ? Holds::yes : Holds::no);
        return out;
    };
    // Three at once: 1, 2, 4; then 2.38, 2.83, 3.36 ...: nothing near 5.5 is tried.
    EXPECT_TRUE(search({1, 1e-3, 1e3, true, 0.01, 0, 3}, judge).monotone);
    // From 5.5 up: 11 fails; between, 7.8; 6.6; 6.0 ...
    EXPECT_TRUE(search({5.5, 1e-3, 1e3, true, 0.01, 0, 1}, judge).monotone);
    auto const strange = [](std::span<double const> values) {
        std::vector<Holds> out;
        for (double const x : values)
            out.push_back(x == 2 ? Holds::no : x > 5 ? Holds::no : Holds::yes);
        return out;
    };
    auto const found = search({1, 1e-3, 1e3, true, 0.01, 0, 3}, strange);
    EXPECT_FALSE(found.monotone);
    EXPECT_LT(*found.holds, 2);
    EXPECT_EQ(*found.fails, 2);
}

} // namespace
} // namespace qkdes
