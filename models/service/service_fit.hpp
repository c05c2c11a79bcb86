// Fits the service times of a key server to measured latencies:
//
//   t = median e^(spread N) + [stall] stall_mean E          N standard normal, E exponential of mean 1
//
// (sim/world/vendor_service.hpp draws them, with a level that drifts on top.) The four parameters are those whose
// figures (latency_statistics.hpp) come nearest to the measured ones: least sum of squared logarithms of their ratios,
// the median's and, where known, the mean's counted 25 times. The figures of a choice of parameters come from 20,000
// draws on fixed random numbers (fewer while it looks around), so the fit is deterministic; the search is Nelder and
// Mead's (Comput. J. 7, 308 (1965)) from four starts.
//
// Holds for:  a right-skewed body with rare long stalls. A body that is not log-normal shows as ratios away from 1.
// Leaves out: without mean and 99th percentile, the probability of a stall and its mean can be traded for each other
//             within some ten per cent of the figures; drift, which four figures of one run do not tell;
//             `drift_of_runs` takes it from several runs.
// Checked:    tests/models/service/service_fit_test.cpp (planted parameters come back; the published table).
#pragma once
#include "models/service/latency_statistics.hpp"

#include <span>
#include <vector>

namespace qkdes {

struct ServiceParameters {
    double median = 0;     ///< in the unit of the latencies
    double spread = 0;     ///< of the logarithm
    double stall = 0;      ///< probability
    double stall_mean = 0; ///< in the unit of the latencies
};

struct ServiceFit {
    ServiceParameters parameters;
    LatencyStatistics fitted; ///< the model's figures
    double worst = 1;         ///< of the four ratios fitted / measured, the one farthest from 1
};

/// What the model gives, from the fixed random numbers.
LatencyStatistics model_statistics(ServiceParameters const& parameters);

/// All four positive.
ServiceFit fit_service(LatencyStatistics const& measured);

/// Standard deviation of the logarithm of a run's level, from the medians of runs of `requests` each whose service
/// times have logarithmic spread `spread`: what the medians vary beyond their own sampling error. 0 for one run.
double drift_of_runs(std::span<double const> medians, double requests, double spread);

} // namespace qkdes
