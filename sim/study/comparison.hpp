// Is the candidate worse than the base? One verdict per metric, from replications paired on the same random numbers.
//
//   d      candidate - base, mean over pairs, Student interval (of two samples without pairs: Welch's)
//   p      of no difference, Holm-adjusted over all metrics: the chance that any of them is called different when none
//          is stays at most alpha
//   limit  threshold times |base's mean| (times 1 s or 1 when that mean is 0)
//
//   regression  p <= alpha, worse, and |d| > limit          better       p <= alpha, better, and |d| > limit
//   small       p <= alpha, and |d| <= limit                same         the interval of d lies within +- limit
//   undecided   none of these: `pairs` replications would show a difference as large as the limit with 80 % power,
//               at the same level
//   no data     fewer than two pairs (or runs of either) have the metric; base, candidate and difference are there when
//               one has it
#pragma once
#include "sim/study/metrics.hpp"
#include "sim/study/statistics.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace qkdes {

enum class Verdict : std::uint8_t { regression, better, small, same, undecided, no_data };
std::string_view to_string(Verdict verdict);

/// What counts as a difference worth reporting, as a share of the base.
struct Thresholds {
    double alpha = 0.05;                ///< family-wise, in (0, 1)
    std::array<double, kMetrics> share; ///< by Metric, >= 0
    Thresholds() { share.fill(0.02); }
};

struct MetricComparison {
    Metric metric{};
    Verdict verdict = Verdict::no_data;
    Estimate base, candidate; ///< means
    PairedDifference paired;  ///< of the pairs that both have the metric
    double adjusted_p = 1;
    double limit = 0;                 ///< in the metric's unit
    std::optional<std::size_t> pairs; ///< needed to decide; for `undecided`
};

enum class Pairing : std::uint8_t {
    paired,      ///< base[i] and candidate[i] ran on the same random numbers: both equally long; differences of pairs
    independent, ///< two samples: Welch's test
};
std::vector<MetricComparison> compare_runs(std::span<Metrics const> base, std::span<Metrics const> candidate,
                                           Thresholds const& thresholds, Pairing pairing = Pairing::paired);

/// Time to recover after one fault, means over the replications. For reading: no verdict, and no part of the family.
struct RecoveryComparison {
    std::string fault;
    Estimate base, candidate;    ///< in s
    PairedDifference difference; ///< from two replications on; else only its value
};
using Recoveries = std::vector<FaultRecoveryTime>;
/// The faults that every replication of both has, in the base's order.
std::vector<RecoveryComparison> compare_recoveries(std::span<Recoveries const> base,
                                                   std::span<Recoveries const> candidate, double confidence,
                                                   Pairing pairing);

bool any_regression(std::span<MetricComparison const> comparisons);

} // namespace qkdes
