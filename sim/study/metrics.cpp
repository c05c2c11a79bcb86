#include "sim/study/metrics.hpp"

#include "sim/world/fault_names.hpp"

#include <limits>

namespace qkdes {

MetricInfo const& info(Metric metric) {
    static constexpr MetricInfo table[kMetrics] = {
        {"served", "1", "share of requests served", true},
        {"blocked", "1", "share refused for want of key, route, room or admission", false},
        {"latency_p50", "s", "median time until both applications hold the key", false},
        {"latency_p95", "s", "95th percentile of it", false},
        {"latency_p99", "s", "99th percentile of it", false},
        {"key_cost", "1", "bits of link key used per bit delivered", false},
        {"availability", "1", "share of time without outage", true},
        {"recovery", "s", "time to recover from a fault, mean over those that hit", false},
        {"exposure", "1", "nodes that held a key in clear, ends included", false},
        {"relay_knows", "1", "share of served requests whose keys the relay that saw most held in clear", false},
        {"messages", "1", "classical messages per request served", false},
    };
    return table[static_cast<std::size_t>(metric)];
}

Metrics metrics_of(Scenario const& scenario, RunSummary const& summary) {
    Metrics out;
    out.fill(std::numeric_limits<double>::quiet_NaN());
    auto const set = [&](Metric metric, double value) { out[static_cast<std::size_t>(metric)] = value; };
    double requests = 0, served = 0, blocked = 0, delivered = 0;
    for (auto const& demand : summary.demands) {
        auto const outcome = [&](RequestOutcome o) {
            return static_cast<double>(demand.outcomes[static_cast<std::size_t>(o)]);
        };
        DemandSpec const& spec = scenario.demands[demand.demand.index()];
        // Those that the end of the run cut short say nothing.
        requests += static_cast<double>(demand.requests) - outcome(RequestOutcome::unfinished);
        served += static_cast<double>(demand.served);
        blocked += outcome(RequestOutcome::no_key) + outcome(RequestOutcome::no_route) + outcome(RequestOutcome::busy) +
                   outcome(RequestOutcome::not_admitted);
        delivered += static_cast<double>(demand.served) * spec.number * spec.key_bits;
    }
    if (requests > 0) {
        set(Metric::served, served / requests);
        set(Metric::blocked, blocked / requests);
    }
    if (served > 0) {
        set(Metric::latency_p50, seconds(summary.latency[0]));
        set(Metric::latency_p95, seconds(summary.latency[1]));
        set(Metric::latency_p99, seconds(summary.latency[2]));
        set(Metric::exposure, summary.service.holders);
        set(Metric::relay_knows, summary.service.worst_relay);
        set(Metric::messages, static_cast<double>(summary.messages) / served);
        double used = 0;
        for (auto const& link : summary.links) // both ends take the same units
            used += static_cast<double>(link.ledger.pool[0].used + link.ledger.pool[1].used) / 2;
        set(Metric::key_cost, used / delivered);
    }
    if (!summary.demands.empty()) set(Metric::availability, summary.service.availability);
    double hit = 0, took = 0;
    for (auto const& recovery : summary.service.recoveries) {
        if (recovery.demands == 0) continue;
        ++hit;
        took += seconds(recovery.took);
    }
    if (!summary.service.recoveries.empty()) set(Metric::recovery, hit == 0 ? 0 : took / hit);
    return out;
}

std::vector<FaultRecoveryTime> recovery_times(Scenario const& scenario, RunSummary const& summary) {
    std::vector<FaultRecoveryTime> out;
    for (auto const& recovery : summary.service.recoveries)
        if (!recovery.fault.drawn) out.push_back({fault_title(scenario, recovery.fault), seconds(recovery.took)});
    return out;
}

} // namespace qkdes
