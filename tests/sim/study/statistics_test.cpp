#include "sim/study/statistics.hpp"

#include "sim/base/distributions.hpp"
#include "sim/base/rng.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

namespace qkdes {
namespace {

/// Of `trials` intervals, how many hold the truth. At 0.95 and 2000 trials the count has standard deviation 9.7.
int covered(int trials, std::function<Estimate(RngStream&)> const& estimate, double truth) {
    int count = 0;
    for (int t = 0; t < trials; ++t) {
        RngStream rng{7, "coverage", static_cast<std::uint64_t>(t)};
        if (estimate(rng).contains(truth)) ++count;
    }
    return count;
}

std::vector<double> draw(RngStream& rng, std::size_t n, double (*sample)(RngStream&)) {
    std::vector<double> out(n);
    for (double& v : out)
        v = sample(rng);
    return out;
}

// Fails when Student's interval is too narrow or too wide: normal quantiles would cover 87 % of means of four values.
TEST(Statistics, StudentCoversTheMeanOfFewNormalValues) {
    for (std::size_t const n : {2u, 4u, 20u}) {
        int const hits = covered(
            2000, [&](auto& rng) { return mean_estimate(draw(rng, n, sample_normal)); }, 0);
        EXPECT_NEAR(hits, 1900, 40) << n;
    }
}

// Student's t by hand: values 1..5 have s = sqrt(2.5), t(4; .975) = 2.776445.
TEST(Statistics, AMeanByHand) {
    double const values[] = {1, 2, 3, 4, 5};
    Estimate const e = mean_estimate(values);
    EXPECT_DOUBLE_EQ(e.value, 3);
    EXPECT_NEAR(e.high - e.value, 2.776445 * std::sqrt(2.5 / 5), 1e-5);
    EXPECT_NEAR(e.value - e.low, e.high - e.value, 1e-12);
    EXPECT_EQ(mean_estimate(std::span{values}.first(1)).high, std::numeric_limits<double>::infinity());
}

// Fails when the interval is off by one order statistic: then coverage falls below the promise for some n.
TEST(Statistics, QuantileIntervalsCoverWhateverTheDistribution) {
    for (double const p : {0.5, 0.95}) {
        double const truth = -std::log(1 - p);
        for (std::size_t const n : {20u, 100u, 1000u}) {
            int const hits = covered(
                2000, [&](auto& rng) { return quantile_estimate(draw(rng, n, sample_exponential), p); }, truth);
            EXPECT_GE(hits, 1900 - 30) << p << ' ' << n; // conservative: at least the promise
            EXPECT_LE(hits, 1995) << p << ' ' << n;
        }
    }
}

// n = 10, median, 95 %: x(2) to x(9), coverage 0.9785 (David & Nagaraja, table in section 7.1).
TEST(Statistics, AMedianByHand) {
    double const values[] = {10, 9, 8, 7, 6, 5, 4, 3, 2, 1};
    Estimate const e = quantile_estimate(values, 0.5);
    EXPECT_EQ(e.value, 5);
    EXPECT_EQ(e.low, 2);
    EXPECT_EQ(e.high, 9);
    // Too few for the 99th percentile's upper side.
    EXPECT_EQ(quantile_estimate(values, 0.99).high, std::numeric_limits<double>::infinity());
}

// An AR(1) process with correlation 0.9: independent-looking intervals would be 4.4 times too narrow.
TEST(Statistics, BatchMeansSeeCorrelation) {
    auto const process = [](RngStream& rng) {
        std::vector<double> x(20'000);
        double v = sample_normal(rng) / std::sqrt(1 - 0.81);
        for (double& out : x)
            out = v = 0.9 * v + sample_normal(rng);
        return x;
    };
    EXPECT_NEAR(covered(
                    500, [&](auto& rng) { return batch_mean_estimate(process(rng)); }, 0),
                475, 20);
    EXPECT_LT(covered(
                  500, [&](auto& rng) { return mean_estimate(process(rng)); }, 0),
              250);
}

TEST(Statistics, WarmUpEndsWhereTheTransientDoes) {
    RngStream rng{3, "warm-up"};
    std::vector<double> steady(2000), rising(2000);
    for (std::size_t i = 0; i < steady.size(); ++i) {
        steady[i] = sample_normal(rng);
        rising[i] = steady[i] - 20 * std::exp(-static_cast<double>(i) / 50);
    }
    EXPECT_LT(warm_up(steady), 400u);
    EXPECT_GE(warm_up(rising), 150u); // 20 e^-3 = 1
    EXPECT_LE(warm_up(rising), 500u);
    EXPECT_EQ(warm_up(std::span{steady}.first(19)), 0u);
}

// Common random numbers: what both share must not widen the interval.
TEST(Statistics, PairsCancelWhatTheyShare) {
    RngStream rng{5, "pairs"};
    std::vector<double> base(30), candidate(30);
    for (std::size_t i = 0; i < base.size(); ++i) {
        base[i] = 100 + 10 * sample_normal(rng);
        candidate[i] = base[i] + 1 + 0.5 * sample_normal(rng);
    }
    auto const seen = paired_difference(base, candidate);
    EXPECT_TRUE(seen.difference.contains(1));
    EXPECT_LT(seen.difference.high - seen.difference.low, 0.5);
    EXPECT_LT(seen.p_value, 1e-6);
    EXPECT_EQ(paired_difference(base, base).p_value, 1);
    std::vector<double> const none{3, 3, 3}, one{4, 4, 4};
    EXPECT_EQ(paired_difference(none, one).p_value, 0);
}

// The p-value is uniform where nothing differs.
TEST(Statistics, PValuesAreUniformUnderNoDifference) {
    int below = 0;
    for (std::uint64_t t = 0; t < 4000; ++t) {
        RngStream rng{11, "null", t};
        if (paired_difference(draw(rng, 8, sample_normal), draw(rng, 8, sample_normal)).p_value < 0.05) ++below;
    }
    EXPECT_NEAR(below, 200, 55); // standard deviation 13.8
}

// Holm's own order: .01, .04, .03 among three -> .03, .06, .06.
TEST(Statistics, HolmByHand) {
    double const p[] = {0.01, 0.04, 0.03};
    auto const adjusted = holm(p);
    EXPECT_DOUBLE_EQ(adjusted[0], 0.03);
    EXPECT_DOUBLE_EQ(adjusted[1], 0.06);
    EXPECT_DOUBLE_EQ(adjusted[2], 0.06);
    EXPECT_TRUE(holm({}).empty());
}

// Fails when the promised number of pairs does not give the promised power.
TEST(Statistics, PairsNeededGiveThePower) {
    auto const pairs = pairs_needed(0.5, 1.0);
    ASSERT_TRUE(pairs);
    EXPECT_NEAR(static_cast<double>(*pairs), 34, 1.5); // 2.04 + 0.85 squared times 4; standard tables say 34
    int seen = 0;
    for (std::uint64_t t = 0; t < 2000; ++t) {
        RngStream rng{13, "power", t};
        std::vector<double> const base(*pairs, 0.0);
        std::vector<double> candidate = draw(rng, *pairs, sample_normal);
        for (double& v : candidate)
            v += 0.5;
        if (paired_difference(base, candidate).p_value < 0.05) ++seen;
    }
    EXPECT_NEAR(seen, 1600, 70);
    EXPECT_FALSE(pairs_needed(0, 1));
    EXPECT_FALSE(pairs_needed(1e-4, 1));
    EXPECT_EQ(*pairs_needed(1, 0), 2u);
}

// r = 0.5 of 20 pairs: t = 2.449 with 18 degrees of freedom, p = 0.0248 (tables).
TEST(Statistics, CorrelationWithItsStudentTest) {
    std::vector<double> x(20), y(20), noise(20);
    for (std::size_t i = 0; i < 20; ++i) {
        x[i] = i % 2 == 0 ? 1 : -1;
        noise[i] = i % 4 < 2 ? 1 : -1; // orthogonal to x
        y[i] = .5 * x[i] + std::sqrt(.75) * noise[i];
    }
    auto const c = correlation(x, y);
    EXPECT_NEAR(c.r, .5, 1e-12);
    EXPECT_NEAR(c.p_value, .0248, 5e-4);
    for (double& v : y)
        v = -v;
    EXPECT_NEAR(correlation(x, y).r, -.5, 1e-12);
    EXPECT_NEAR(correlation(x, noise).p_value, 1, 1e-9);
    EXPECT_EQ(correlation(x, x).p_value, 0);
    EXPECT_EQ(correlation(x, std::vector<double>(20, 3)).r, 0) << "what does not vary hangs together with nothing";
}

} // namespace
} // namespace qkdes
