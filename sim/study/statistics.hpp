// What replications say: means, quantiles and differences, each with its interval.
//
//   mean        m +- t(n-1; (1+c)/2) s / sqrt(n)                                                     (Student)
//   quantile p  the order statistics x(l), x(u) with P(l <= B < u) >= c, B ~ Binomial(n, p); no assumption on the
//               distribution. Too few values for the confidence asked: the interval is open to that side.
//               (H. A. David, H. N. Nagaraja, Order Statistics, 3rd ed., section 7.1)
//   steady run  batch means: the run's values in k batches of equal length, their means taken for independent
//               (A. M. Law, Simulation Modeling and Analysis, 5th ed., section 9.5.3)
//   warm-up     MSER-5: cut where the standard error of what is left is least, in batches of five, first half only
//               (K. P. White, Simulation 69(6), 323 (1997))
//   difference  Student on the differences of pairs that ran on the same random numbers
//   many tests  Holm's step-down (S. Holm, Scand. J. Stat. 6, 65 (1979)): family-wise error at most alpha, whatever
//               the tests have to do with each other
//
// Confidence c in (0, 1). Values are finite. Checked: tests/sim/study/statistics_test.cpp (coverage of every interval
// on known distributions, closed forms of queues).
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace qkdes {

/// `low` or `high` is infinite where the values do not bound that side.
struct Estimate {
    double value = 0, low = 0, high = 0;
    std::size_t count = 0;
    bool contains(double x) const { return low <= x && x <= high; }
};

/// At least one value; with one alone the interval is the whole line.
Estimate mean_estimate(std::span<double const> values, double confidence = 0.95);

/// The value is the smallest that at least a fraction p of the values do not exceed, p in (0, 1).
Estimate quantile_estimate(std::span<double const> values, double p, double confidence = 0.95);

/// At least 2 batches and as many values; a remainder at the front is left out.
Estimate batch_mean_estimate(std::span<double const> values, std::size_t batches = 20, double confidence = 0.95);

/// How many values at the front belong to the warm-up: a multiple of five, at most half.
std::size_t warm_up(std::span<double const> values);

/// Of candidate - base; pairs[i] ran on the same random numbers.
struct PairedDifference {
    Estimate difference;
    double spread = 0;  ///< standard deviation of the differences
    double p_value = 1; ///< two-sided, of no difference; 0 when all differ by the same amount, 1 when none does
};
/// Both of equal length >= 2.
PairedDifference paired_difference(std::span<double const> base, std::span<double const> candidate,
                                   double confidence = 0.95);
/// The same of two samples that are not paired, sizes at least 2, perhaps different: Welch's test (B. L. Welch,
/// Biometrika 34, 28 (1947)). `spread` is that of the difference of one of each.
PairedDifference independent_difference(std::span<double const> base, std::span<double const> candidate,
                                        double confidence);

/// Pearson's, of pairs (x[i], y[i]).
struct Correlation {
    double r = 0;       ///< 0 when one of the two does not vary
    double p_value = 1; ///< two-sided, of none: Student's test with n - 2 degrees of freedom
};
/// Both of equal length >= 3.
Correlation correlation(std::span<double const> x, std::span<double const> y);

/// Adjusted p-values, in the order given: reject those at most alpha.
std::vector<double> holm(std::span<double const> p_values);

/// Pairs that a two-sided test at `alpha` needs to see a true difference `difference` with probability `power`, the
/// differences of pairs having standard deviation `spread`. At least 2; none when difference is 0 or more than a
/// million are needed. Normal approximation, with Student's quantiles instead of normal ones.
std::optional<std::size_t> pairs_needed(double difference, double spread, double alpha = 0.05, double power = 0.8);

} // namespace qkdes
