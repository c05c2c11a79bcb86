// What an agent tells its operators: the metrics of HIP-0071 under their names, as values and as the text that
// Prometheus scrapes (text exposition format 0.0.4).
//
// Deviation: qkd_kms_key_push_latency_seconds is a histogram; HIP-0071 does not say how it sums up.
// Holds:     a metric that the device does not measure is absent, never 0.
// Checked:   tests/sim/kme/agent_metrics_test.cpp, against a parser of the format.
#pragma once
#include "sim/kme/agent/qkd_agent.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qkdes::agent {

enum class MetricKind : std::uint8_t { counter, gauge, histogram };
struct MetricFamily {
    std::string_view name, help;
    MetricKind kind;
};
/// In the order in which they are told.
std::span<MetricFamily const> metric_families();

struct MetricSample {
    std::size_t family;      ///< index into metric_families()
    std::string_view suffix; ///< of histograms: "_bucket", "_sum", "_count"; else empty
    std::string labels;      ///< link_id="hk-lk",status="success"
    double value;
    std::string name() const { return std::string{metric_families()[family].name} + std::string{suffix}; }
};

/// Ordered by family; within it as Prometheus wants it.
std::vector<MetricSample> metric_samples(QkdAgent const& agent);
/// Of all agents at a site.
std::string metrics_text(std::span<QkdAgent const* const> agents);

} // namespace qkdes::agent
