// Figures of a series of latencies that a model of service times is fitted to: four that are published, and two that a
// series of one's own has as well.
//
//   median        of the latencies
//   jitter        |L(i) - L(i-1)|, consecutive requests: median and 95th percentile
//   rolling std   standard deviation (n - 1) of each window of 4 consecutive latencies: 95th percentile
//
//   mean, p99     of the latencies; 0 where they are not known
//
// The first three lines as in arXiv:2604.20376, Table IV, which says neither n nor n - 1; n - 1 fits its rows better
// together. Quantiles are the smallest value that at least that fraction do not exceed.
#pragma once
#include <span>

namespace qkdes {

struct LatencyStatistics {
    double median = 0, jitter_median = 0, jitter_p95 = 0, rolling_std_p95 = 0; ///< in the unit of the latencies
    double mean = 0, p99 = 0;                                                  ///< 0: not known
};

constexpr std::size_t kRollingWindow = 4;

/// At least kRollingWindow latencies, in the order of the requests.
LatencyStatistics latency_statistics(std::span<double const> latencies);

} // namespace qkdes
