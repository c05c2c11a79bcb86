#include "sim/kme/agent/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qkdes::agent {

namespace {

enum Family : std::size_t {
    kKeys,
    kBits,
    kSecureRate,
    kRawRate,
    kQber,
    kLoss,
    kPhotons,
    kVisibility,
    kExceeded,
    kHalted,
    kTemperature,
    kUptime,
    kPushes,
    kPushLatency,
};

constexpr MetricFamily kFamilies[] = {
    {"qkd_keys_generated_total", "Keys obtained.", MetricKind::counter},
    {"qkd_key_bits_generated_total", "Bits of key obtained.", MetricKind::counter},
    {"qkd_secure_key_rate_bps", "Secret key that the device makes.", MetricKind::gauge},
    {"qkd_raw_key_rate_bps", "Sifted key that the device makes.", MetricKind::gauge},
    {"qkd_qber", "Bit error rate, as estimated.", MetricKind::gauge},
    {"qkd_channel_loss_db", "Loss of the quantum channel.", MetricKind::gauge},
    {"qkd_photon_rate_hz", "Detections.", MetricKind::gauge},
    {"qkd_visibility", "Optical visibility.", MetricKind::gauge},
    {"qkd_qber_threshold_exceeded_total", "Times that the error rate rose into a band.", MetricKind::counter},
    {"qkd_key_generation_halted_total", "Times that key generation was halted.", MetricKind::counter},
    {"qkd_device_temperature_celsius", "Of the device.", MetricKind::gauge},
    {"qkd_device_uptime_seconds", "Since the device came up.", MetricKind::gauge},
    {"qkd_kms_key_push_total", "Attempts to push a key into the secret store.", MetricKind::counter},
    {"qkd_kms_key_push_latency_seconds", "Of attempts that succeeded.", MetricKind::histogram},
};

std::string_view name_of(MetricKind kind) {
    constexpr std::string_view names[] = {"counter", "gauge", "histogram"};
    return names[static_cast<std::size_t>(kind)];
}

/// Backslash, quote and line feed, as the format asks.
std::string label_value(std::string_view text) {
    std::string out;
    for (char c : text) {
        if (c == '\\' || c == '"') out += '\\';
        if (c == '\n')
            out += "\\n";
        else
            out += c;
    }
    return out;
}

} // namespace

std::span<MetricFamily const> metric_families() { return kFamilies; }

std::vector<MetricSample> metric_samples(QkdAgent const& agent) {
    std::vector<MetricSample> samples;
    std::string const link = fmt::format("link_id=\"{}\"", label_value(agent.config().link_id));
    auto const add = [&](std::size_t family, double value, std::string const& more = "", std::string_view suffix = "") {
        samples.push_back({family, suffix, more.empty() ? link : link + "," + more, value});
    };
    auto const count = [](std::uint64_t n) { return static_cast<double>(n); };
    ChannelStatus const status = agent.device().channel_status();
    add(kKeys, count(agent.counts().keys), fmt::format("protocol=\"{}\"", to_string(agent.config().protocol)));
    add(kBits, count(agent.counts().bits));
    add(kSecureRate, status.key_rate.value);
    if (status.raw_rate.value > 0) add(kRawRate, status.raw_rate.value);
    if (agent.bands().known()) add(kQber, agent.bands().estimate());
    add(kLoss, status.loss.value);
    add(kPhotons, status.photon_rate.value);
    if (status.visibility) add(kVisibility, *status.visibility);
    add(kExceeded, count(agent.counts().warnings), "severity=\"warning\"");
    add(kExceeded, count(agent.counts().criticals), "severity=\"critical\"");
    add(kHalted, count(agent.fallback().halts()));
    if (status.temperature) add(kTemperature, *status.temperature);
    add(kUptime, seconds(status.uptime));
    auto const& pushes = agent.pushes();
    add(kPushes, count(pushes.success), "status=\"success\"");
    add(kPushes, count(pushes.failure), "status=\"failure\"");
    for (std::size_t i = 0; i < LatencyHistogram::kBounds.size(); ++i)
        add(kPushLatency, count(pushes.latency.at_most(i)), fmt::format("le=\"{}\"", LatencyHistogram::kBounds[i]),
            "_bucket");
    add(kPushLatency, count(pushes.latency.count()), "le=\"+Inf\"", "_bucket");
    add(kPushLatency, pushes.latency.sum(), "", "_sum");
    add(kPushLatency, count(pushes.latency.count()), "", "_count");
    return samples;
}

std::string metrics_text(std::span<QkdAgent const* const> agents) {
    std::vector<MetricSample> all;
    for (auto const* agent : agents)
        for (auto& sample : metric_samples(*agent))
            all.push_back(std::move(sample));
    std::ranges::stable_sort(all, {}, &MetricSample::family); // a family's lines stand together
    std::string text;
    std::size_t family = std::size(kFamilies);
    for (auto const& sample : all) {
        if (sample.family != family) {
            family = sample.family;
            text += fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", kFamilies[family].name, kFamilies[family].help,
                                name_of(kFamilies[family].kind));
        }
        text += fmt::format("{}{{{}}} {}\n", sample.name(), sample.labels, sample.value);
    }
    return text;
}

} // namespace qkdes::agent
