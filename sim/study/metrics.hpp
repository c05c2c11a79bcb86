// The figures of a run that a planner compares, each one number, with the direction that is better.
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/world/summary.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace qkdes {

enum class Metric : std::uint8_t {
    served,       ///< share of requests served
    blocked,      ///< share refused at once: no key, no route, busy, not admitted
    latency_p50,  ///< s, until both applications hold the key; over served requests of all demands
    latency_p95,  ///< s
    latency_p99,  ///< s
    key_cost,     ///< bits taken from links' stores (both ends count once) for each bit delivered
    availability, ///< 1 - share of time in outage (sim/world/service_watch.hpp)
    recovery,     ///< s, mean over the faults that hit a demand
    exposure,     ///< nodes that held a key in clear, its ends included: mean over served requests
    relay_knows,  ///< share of served requests whose keys one relay held in clear, at the relay that held most
    messages,     ///< classical messages for each request served
};
constexpr std::size_t kMetrics = 11;

struct MetricInfo {
    std::string_view name, unit, meaning;
    bool more_is_better;
};
MetricInfo const& info(Metric metric);

/// By Metric; NaN where the run does not say (a latency without a served request, a recovery without a fault that hit).
using Metrics = std::array<double, kMetrics>;
Metrics metrics_of(Scenario const& scenario, RunSummary const& summary);

/// How long it took to recover from a fault (sim/world/service_watch.hpp): 0 when it hit no demand.
struct FaultRecoveryTime {
    std::string fault; ///< "cut wan at 45 min"
    double seconds = 0;
};
/// Of each scripted fault; failures at random differ from run to run.
std::vector<FaultRecoveryTime> recovery_times(Scenario const& scenario, RunSummary const& summary);

} // namespace qkdes
