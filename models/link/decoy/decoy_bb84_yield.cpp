#include "models/link/decoy/decoy_bb84_yield.hpp"

#include "models/link/binary_entropy.hpp"
#include "models/link/decoy/detection_statistics.hpp"
#include "models/link/decoy/finite_key.hpp"
#include "models/link/small_math.hpp"

#include <algorithm>

namespace qkdes {

PulseYield asymptotic_yield(PulseChannel const& channel, double mu, double error_correction_efficiency) {
    double const eta = channel.transmittance, y0 = channel.dark_yield, e_d = channel.misalignment;
    PulseYield yield;

    // What Bob sees.
    double const seen = -portable_expm1(-eta * mu);
    yield.gain = std::min(1.0, y0 + seen);
    if (yield.gain <= 0) return yield;
    yield.qber = (y0 / 2 + e_d * seen) / yield.gain;

    // What is safe.
    double const y1 = y0 + eta - y0 * eta;
    yield.single_gain = y1 * mu * portable_exp(-mu);
    yield.single_error = y1 > 0 ? (y0 / 2 + e_d * eta) / y1 : 0.5;
    yield.secret = std::max(0.0, yield.single_gain * (1 - binary_entropy(std::min(0.5, yield.single_error))) -
                                     error_correction_efficiency * yield.gain * binary_entropy(yield.qber));
    return yield;
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
    PulseChannel const channel{link_transmittance(p) * share, 2 * dark_probability(p.receiver) + releases * share,
                               p.receiver.misalignment};
    auto const signal = asymptotic_yield(channel, p.source.intensities[0], error_correction_efficiency);
    double const signal_sifted = out.usable * (rates.chances.z[0][0] + rates.chances.z[0][1]);
    if (signal.gain > 0) out.secret = signal_sifted * signal.secret / signal.gain;
    return out;
}

} // namespace qkdes
