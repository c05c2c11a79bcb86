#include "sim/kme/agent/qber_bands.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>

namespace qkdes::agent {

std::string_view to_string(QberBand band) {
    static constexpr std::string_view names[] = {"nominal", "degraded", "warning", "critical", "compromised"};
    return names[static_cast<std::size_t>(band)];
}

QberBand band_of(double qber, BandConfig const& config) {
    auto const above = std::ranges::upper_bound(config.limits, qber);
    return static_cast<QberBand>(above - config.limits.begin());
}

BandAction action_of(QberBand band, BandConfig const& config) {
    BandAction action;
    if (band >= QberBand::degraded) action.redundancy = config.redundancy;
    if (band == QberBand::warning) action.rate = config.reduced_rate;
    if (band >= QberBand::critical) action.rate = 0;
    action.halt = band == QberBand::compromised;
    return action;
}

QberBand QberBands::measured(SimTime at, double qber, std::uint64_t bits) {
    QKDES_EXPECTS(seen_.empty() || at >= seen_.back().at);
    QKDES_EXPECTS(qber >= 0 && qber <= 1 && bits >= 1);
    seen_.push_back({at, qber, static_cast<double>(bits)});
    while (seen_.size() > 1 && at - seen_.front().at >= config_.window)
        seen_.pop_front();
    double errors = 0, all = 0; // summed anew: running sums would drift
    for (auto const& each : seen_) {
        errors += each.qber * each.bits;
        all += each.bits;
    }
    estimate_ = errors / all;

    QberBand const plain = band_of(estimate_, config_);
    if (plain >= band_) return band_ = plain;
    while (band_ > plain) {
        auto const below = static_cast<std::uint8_t>(static_cast<std::uint8_t>(band_) - 1);
        if (estimate_ >= config_.limits[below] - config_.hysteresis) break;
        band_ = static_cast<QberBand>(below);
    }
    return band_;
}

void QberBands::forget() {
    seen_.clear();
    band_ = QberBand::nominal;
    estimate_ = 0;
}

} // namespace qkdes::agent
