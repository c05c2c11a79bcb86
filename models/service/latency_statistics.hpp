// Four figures that a series of latencies is published with, and a model of service times is fitted to.
//
//   median        of the latencies
//   jitter        |L(i) - L(i-1)|, consecutive requests: median and 95th percentile
//   rolling std   standard deviation (n - 1) of each window of 4 consecutive latencies: 95th percentile
//
// As in arXiv:2604.20376, Table IV, which says neither n nor n - 1; n - 1 fits its rows better together.
// Quantiles are the smallest value that at least that fraction do not exceed.
#pragma once
#include <span>

namespace qkdes {

struct LatencyStatistics {
    double median = 0, jitter_median = 0, jitter_p95 = 0, rolling_std_p95 = 0; ///< in the unit of the latencies
};

constexpr std::size_t kRollingWindow = 4;

/// At least kRollingWindow latencies, in the order of the requests.
LatencyStatistics latency_statistics(std::span<double const> latencies);

} // namespace qkdes
