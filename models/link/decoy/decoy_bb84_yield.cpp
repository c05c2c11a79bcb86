#include "models/link/decoy/decoy_bb84_yield.hpp"

#include "models/link/binary_entropy.hpp"
#include "models/link/decoy/detection_statistics.hpp"
#include "models/link/decoy/finite_key.hpp"
#include "models/link/small_math.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>

namespace qkdes {

namespace {

/// What Bob sees of pulses of mean mu: gain and error.
PulseYield seen_at(PulseChannel const& channel, double mu) {
    PulseYield yield;
    double const seen = -portable_expm1(-channel.transmittance * mu);
    yield.gain = std::min(1.0, channel.dark_yield + seen);
    if (yield.gain > 0) yield.qber = (channel.dark_yield / 2 + channel.misalignment * seen) / yield.gain;
    return yield;
}

/// What is safe, given the yield and error of single photons.
PulseYield safe(PulseYield yield, double mu, double y1, double e1, double error_correction_efficiency) {
    yield.single_gain = y1 * mu * portable_exp(-mu);
    yield.single_error = e1;
    yield.secret = std::max(0.0, yield.single_gain * (1 - binary_entropy(std::clamp(e1, 0.0, 0.5))) -
                                     error_correction_efficiency * yield.gain * binary_entropy(yield.qber));
    return yield;
}

} // namespace

PulseYield asymptotic_yield(PulseChannel const& channel, double mu, double error_correction_efficiency) {
    double const eta = channel.transmittance, y0 = channel.dark_yield, y1 = y0 + eta - y0 * eta;
    auto const seen = seen_at(channel, mu);
    if (seen.gain <= 0) return seen;
    double const e1 = y1 > 0 ? (y0 / 2 + channel.misalignment * eta) / y1 : 0.5;
    return safe(seen, mu, y1, e1, error_correction_efficiency);
}

PulseYield vacuum_weak_yield(PulseChannel const& channel, double mu, double nu, double error_correction_efficiency) {
    QKDES_EXPECTS(nu > 0 && nu < mu);
    auto const signal = seen_at(channel, mu), decoy = seen_at(channel, nu);
    if (signal.gain <= 0) return signal;
    double const y0 = channel.dark_yield, grown = decoy.gain * portable_exp(nu), ratio = nu * nu / (mu * mu);
    double const y1 =
        std::max(0.0, mu / (mu * nu - nu * nu) * (grown - signal.gain * portable_exp(mu) * ratio - (1 - ratio) * y0));
    double const e1 = y1 > 0 ? (decoy.qber * grown - y0 / 2) / (y1 * nu) : 0.5;
    return safe(signal, mu, y1, std::clamp(e1, 0.0, 0.5), error_correction_efficiency);
}

LinkYield decoy_bb84_yield(DecoyBb84Parameters const& p, double error_correction_efficiency) {
    auto const rates = detection_statistics(p, {});
    double const clock = p.source.clock.value;
    LinkYield out{.clicks = rates.detections * clock, .usable = rates.kept * clock};
    double const in_z = rates.chances.total_z();
    if (in_z <= 0) return out;
    double wrong = 0;
    for (auto const& k : rates.chances.z)
        wrong += k[1];
    out.sifted = out.usable * in_z;
    out.qber = wrong / in_z;

    // GLLP per signal click in Z. A splitter sends Z detectors their share of light and of releases, but all of their
    // own dark counts.
    double const share = p.receiver.basis_choice == BasisChoice::passive ? p.receiver.basis_bias : 1.0;
    double const releases = (1 - rates.light_share) * rates.live_clicks;
    PulseChannel const channel{link_transmittance(p) * share,
                               2 * dark_probability(p.receiver) + (releases + stray_photons(p, {})) * share,
                               p.receiver.misalignment};
    auto const signal = asymptotic_yield(channel, p.source.intensities[0], error_correction_efficiency);
    double const signal_sifted = out.usable * (rates.chances.z[0][0] + rates.chances.z[0][1]);
    if (signal.gain > 0) out.secret = signal_sifted * signal.secret / signal.gain;
    return out;
}

} // namespace qkdes
