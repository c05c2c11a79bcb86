#include "sim/study/comparison.hpp"

#include "sim/base/distributions.hpp"
#include "sim/study/replication.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace qkdes {
namespace {

/// Runs that differ by noise of relative size `noise`, the candidate's metrics `factor` times the base's.
struct Pair {
    std::vector<Metrics> base, candidate;
};
Pair made_up(std::uint64_t seed, std::size_t n, double noise, double factor, double shared = 0.3) {
    Pair out;
    RngStream rng{seed, "runs"};
    for (std::size_t i = 0; i < n; ++i) {
        Metrics a{}, b{};
        double const world = 1 + shared * sample_normal(rng);
        for (std::size_t m = 0; m < kMetrics; ++m) {
            a[m] = 10 * (world + noise * sample_normal(rng));
            b[m] = factor * 10 * (world + noise * sample_normal(rng));
        }
        out.base.push_back(a);
        out.candidate.push_back(b);
    }
    return out;
}

MetricComparison const& of(std::vector<MetricComparison> const& all, Metric metric) {
    return all[static_cast<std::size_t>(metric)];
}

// Fails when the direction that is better is mixed up: 10 % more is good for one and bad for the other.
TEST(Comparison, MoreIsBetterForSomeAndWorseForOthers) {
    Pair const runs = made_up(1, 20, 0.01, 1.1, 0.05);
    auto const all = compare_runs(runs.base, runs.candidate, {});
    EXPECT_EQ(of(all, Metric::served).verdict, Verdict::better);
    EXPECT_EQ(of(all, Metric::availability).verdict, Verdict::better);
    EXPECT_EQ(of(all, Metric::latency_p99).verdict, Verdict::regression);
    EXPECT_EQ(of(all, Metric::exposure).verdict, Verdict::regression);
    EXPECT_TRUE(any_regression(all));
    auto const back = compare_runs(runs.candidate, runs.base, {});
    EXPECT_EQ(of(back, Metric::served).verdict, Verdict::regression);
    EXPECT_EQ(of(back, Metric::latency_p99).verdict, Verdict::better);
}

TEST(Comparison, IdenticalRunsAreTheSame) {
    Pair const runs = made_up(2, 5, 0.1, 1);
    for (auto const& c : compare_runs(runs.base, runs.base, {})) {
        EXPECT_EQ(c.verdict, Verdict::same);
        EXPECT_EQ(c.adjusted_p, 1);
    }
}

TEST(Comparison, ADifferenceBelowItsThresholdIsSmall) {
    Pair const runs = made_up(3, 40, 0.001, 1.01, 0);
    Thresholds thresholds;
    EXPECT_EQ(of(compare_runs(runs.base, runs.candidate, thresholds), Metric::latency_p50).verdict, Verdict::small);
    thresholds.share[static_cast<std::size_t>(Metric::latency_p50)] = 0.005;
    EXPECT_EQ(of(compare_runs(runs.base, runs.candidate, thresholds), Metric::latency_p50).verdict,
              Verdict::regression);
}

// Two pairs of noisy runs decide nothing, and the report says how many would.
TEST(Comparison, WhatIsUndecidedSaysHowManyPairsItNeeds) {
    Pair const runs = made_up(4, 3, 0.2, 1.0);
    auto const all = compare_runs(runs.base, runs.candidate, {});
    auto const& c = of(all, Metric::served);
    ASSERT_EQ(c.verdict, Verdict::undecided);
    ASSERT_TRUE(c.pairs);
    EXPECT_GT(*c.pairs, 100u);
    EXPECT_FALSE(any_regression(all));
}

TEST(Comparison, AMetricThatARunLacksIsLeftOutOfThatPair) {
    Pair runs = made_up(5, 4, 0.01, 1);
    for (std::size_t i = 1; i < 4; ++i)
        runs.candidate[i][static_cast<std::size_t>(Metric::recovery)] = std::numeric_limits<double>::quiet_NaN();
    runs.base[0][static_cast<std::size_t>(Metric::served)] = std::numeric_limits<double>::quiet_NaN();
    auto const all = compare_runs(runs.base, runs.candidate, {});
    EXPECT_EQ(of(all, Metric::recovery).verdict, Verdict::no_data);
    EXPECT_EQ(of(all, Metric::served).base.count, 3u);
}

// Of 2000 null comparisons, those that call any of ten metrics different. Without Holm four in ten would.
TEST(Comparison, FalseAlarmsOfTheWholeFamilyStayBelowAlpha) {
    int alarms = 0;
    Thresholds thresholds;
    thresholds.share.fill(0); // the threshold must not be what saves it
    for (std::uint64_t seed = 0; seed < 2000; ++seed) {
        Pair const runs = made_up(seed, 8, 0.05, 1);
        for (auto const& c : compare_runs(runs.base, runs.candidate, thresholds))
            if (c.verdict == Verdict::regression || c.verdict == Verdict::better) {
                ++alarms;
                break;
            }
    }
    EXPECT_LE(alarms, 100 + 29); // 3 standard deviations
    EXPECT_GE(alarms, 50);       // and it is a test at 5 %, not one that never speaks
}

// The same network under the same policy and other random numbers, 200 times: real runs, one in twenty may be called
// worse by the family-wise rate; worse is one direction of two, so half of that is expected at most.
TEST(Comparison, TheSamePolicyUnderOtherRandomNumbersIsNoRegressionLong) {
    auto const network = test::scenario(test::kTwoNodes, {"/kem=modelled", "/duration=5 s"});
    constexpr std::size_t kPairs = 8, kSeeds = 200;
    std::vector<Task> tasks;
    for (std::uint64_t s = 0; s < kSeeds; ++s)
        for (std::uint64_t r = 0; r < 2 * kPairs; ++r)
            tasks.push_back({&network, replication_seed(1000 + s, 1 + r)});
    auto const results = run_tasks(tasks, 2);
    Thresholds thresholds;
    thresholds.share.fill(0);
    std::size_t alarms = 0;
    for (std::size_t s = 0; s < kSeeds; ++s) {
        std::vector<Metrics> base, candidate;
        for (std::size_t r = 0; r < kPairs; ++r) {
            base.push_back(results[(s * kPairs + r) * 2].metrics);
            candidate.push_back(results[(s * kPairs + r) * 2 + 1].metrics);
        }
        alarms += any_regression(compare_runs(base, candidate, thresholds));
    }
    EXPECT_LE(alarms, 10u + 9u); // 5 % of 200, and three standard deviations
    RecordProperty("alarms", static_cast<int>(alarms));
}

// Service time 5 % longer at every node: a planted regression, found with the stated 10 pairs.
TEST(Comparison, FivePercentMoreLatencyIsCaught) {
    auto const base = test::scenario(test::kTwoNodes, {"/kem=modelled", "/duration=5 s"});
    auto const slower = test::scenario(test::kTwoNodes, {"/kem=modelled", "/duration=5 s", "/kms/processing=1.05 ms"});
    std::vector<Task> tasks;
    for (std::uint64_t r = 0; r < 10; ++r) {
        tasks.push_back({&base, replication_seed(77, r)});
        tasks.push_back({&slower, replication_seed(77, r)});
    }
    auto const results = run_tasks(tasks, 2);
    std::vector<Metrics> a, b;
    for (std::size_t i = 0; i < results.size(); ++i)
        (i % 2 == 0 ? a : b).push_back(results[i].metrics);
    auto const all = compare_runs(a, b, {});
    EXPECT_EQ(of(all, Metric::latency_p50).verdict, Verdict::regression);
    EXPECT_NE(of(all, Metric::served).verdict, Verdict::regression);
    EXPECT_NE(of(all, Metric::key_cost).verdict, Verdict::regression);
}

TEST(Replication, ResultsDoNotDependOnTheThreads) {
    auto const network = test::scenario(test::kTwoNodes, {"/kem=modelled", "/duration=5 s"});
    std::vector<Task> tasks;
    for (std::uint64_t r = 0; r < 6; ++r)
        tasks.push_back({&network, replication_seed(9, r)});
    auto const one = run_tasks(tasks, 1), three = run_tasks(tasks, 3);
    for (std::size_t i = 0; i < tasks.size(); ++i)
        for (std::size_t m = 0; m < kMetrics; ++m)
            EXPECT_TRUE(one[i].metrics[m] == three[i].metrics[m] ||
                        (std::isnan(one[i].metrics[m]) && std::isnan(three[i].metrics[m])));
    EXPECT_NE(one[0].metrics, one[1].metrics);
    EXPECT_EQ(replication_seed(9, 0), 9u);
    EXPECT_NE(replication_seed(9, 1), replication_seed(9, 2));
}

TEST(Replication, StopsWhenTold) {
    auto const network = test::scenario(test::kTwoNodes, {"/kem=modelled", "/duration=5 s"});
    std::vector<Task> const tasks(10, Task{&network, 1});
    auto const results = run_tasks(tasks, 1, [](std::size_t done) { return done < 3; });
    EXPECT_FALSE(std::isnan(results[2].metrics[0]));
    EXPECT_TRUE(std::isnan(results[3].metrics[0]));
}

// Welch's own figures: samples of the NIST handbook's kind, worked out by hand. a: 1 2 3 4 (mean 2.5, s^2 5/3), b: 2 4
// 6 8 10 (mean 6, s^2 10): t = 3.5 / sqrt(5/12 + 2) = 2.251, df = (29/12)^2 / ((5/12)^2/3 + 4/4) = 5.521.
TEST(Comparison, IndependentSamplesGiveWelchsTest) {
    std::vector<double> const a{1, 2, 3, 4}, b{2, 4, 6, 8, 10};
    auto const d = independent_difference(a, b, 0.95);
    EXPECT_DOUBLE_EQ(d.difference.value, 3.5);
    EXPECT_NEAR(d.p_value, 0.06913, 0.00001);
    EXPECT_NEAR(d.difference.high - 3.5, 2.4993 * std::sqrt(29.0 / 12), 0.0001) << "t(0.975, 5.521) = 2.4993";
    EXPECT_NEAR(d.difference.high - 3.5, 3.5 - d.difference.low, 1e-12);
    EXPECT_DOUBLE_EQ(d.spread, std::sqrt(5.0 / 3 + 10));
    EXPECT_EQ(independent_difference(std::vector{2.0, 2.0}, std::vector{2.0, 2.0, 2.0}, 0.95).p_value, 1);
    EXPECT_EQ(independent_difference(std::vector{2.0, 2.0}, std::vector{3.0, 3.0}, 0.95).p_value, 0);
}

// Of samples of one law, unequal in size and spread, a share alpha is called different.
TEST(Comparison, IndependentSamplesOfOneLawSeldomDiffer) {
    int below = 0;
    constexpr int kTries = 2000;
    for (int i = 0; i < kTries; ++i) {
        RngStream rng{77, "welch", std::uint64_t(i)};
        std::vector<double> a, b;
        for (int k = 0; k < 6; ++k)
            a.push_back(sample_normal(rng));
        for (int k = 0; k < 15; ++k)
            b.push_back(4 * sample_normal(rng));
        below += independent_difference(a, b, 0.95).p_value < 0.05;
    }
    EXPECT_NEAR(below / double(kTries), 0.05, 5 * std::sqrt(0.05 * 0.95 / kTries));
}

// What all runs share hides a difference from samples that are not paired, and not from pairs.
TEST(Comparison, PairsSeeWhatIndependentSamplesDoNot) {
    Pair const runs = made_up(5, 20, 0.005, 1.05);
    EXPECT_EQ(of(compare_runs(runs.base, runs.candidate, {}), Metric::latency_p50).verdict, Verdict::regression);
    EXPECT_EQ(of(compare_runs(runs.base, runs.candidate, {}, Pairing::independent), Metric::latency_p50).verdict,
              Verdict::undecided);
    auto const more = std::span{runs.candidate}.first(7);
    auto const uneven = compare_runs(runs.base, more, {}, Pairing::independent);
    EXPECT_EQ(of(uneven, Metric::served).base.count, 20u);
    EXPECT_EQ(of(uneven, Metric::served).candidate.count, 7u);
}

TEST(Comparison, SingleRunsHaveDifferencesAndNoVerdict) {
    Pair const runs = made_up(6, 1, 0.1, 2);
    for (auto pairing : {Pairing::paired, Pairing::independent})
        for (auto const& c : compare_runs(runs.base, runs.candidate, {}, pairing)) {
            EXPECT_EQ(c.verdict, Verdict::no_data);
            EXPECT_EQ(c.base.count, 1u);
            EXPECT_DOUBLE_EQ(c.paired.difference.value, c.candidate.value - c.base.value);
        }
}

TEST(Comparison, RecoveriesAreMatchedByFault) {
    std::vector<Recoveries> const base{{{"cut a", 10}, {"flap", 1}, {"flap", 2}, {"only here", 5}},
                                       {{"cut a", 12}, {"flap", 3}, {"flap", 4}, {"only here", 5}}};
    std::vector<Recoveries> const candidate{{{"flap", 1}, {"cut a", 20}, {"flap", 9}},
                                            {{"flap", 3}, {"cut a", 22}, {"flap", 11}}};
    auto const all = compare_recoveries(base, candidate, 0.95, Pairing::paired);
    ASSERT_EQ(all.size(), 3u);
    EXPECT_EQ(all[0].fault, "cut a");
    EXPECT_EQ(all[0].base.value, 11);
    EXPECT_EQ(all[0].difference.difference.value, 10);
    EXPECT_EQ(all[1].difference.difference.value, 0);
    EXPECT_EQ(all[2].difference.difference.value, 7) << "the second flap with the second";
    auto const one = compare_recoveries(std::span{base}.first(1), std::span{candidate}, 0.95, Pairing::independent);
    EXPECT_EQ(one.at(0).difference.difference.value, 11);
}

} // namespace
} // namespace qkdes
