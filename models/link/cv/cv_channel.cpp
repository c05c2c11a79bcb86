#include "models/link/cv/cv_channel.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace qkdes {
namespace {

/// Beyond 300 dB no key depends on how much light is left, and nothing underflows.
constexpr double kDarkest = 1e-30;

double phase_variance(CvNoiseParameters const& noise) {
    double variance = noise.phase_variance + 2 * std::numbers::pi * noise.linewidths.value * seconds(noise.pilot_delay);
    if (noise.pilot_snr > 0) variance += 1 / noise.pilot_snr;
    return variance;
}

} // namespace

CvChannel cv_channel(CvParameters const& p, ConditionStep const& conditions) {
    auto const& fibre = p.fibre;
    double const loss = (fibre.attenuation * fibre.length + fibre.components + conditions.extra_loss).value;
    CvChannel channel;
    channel.transmittance = std::max(kDarkest, transmittance(Decibels{loss}));

    double const mean_cosine = std::exp(-phase_variance(p.noise) / 2) * (1 - 2 * conditions.extra_error);
    double const stray_photons = conditions.stray_light.value / (2 * p.receiver.filter_bandwidth.value);
    channel.excess_noise = p.noise.at_input + p.noise.at_detection / (p.receiver.efficiency * channel.transmittance) +
                           2 * p.source.variance * (1 - mean_cosine) + 2 * stray_photons / channel.transmittance;
    if (conditions.attack == Attack::intercept_resend) channel.intercepted = conditions.attacked;
    return channel;
}

CvQuadrature cv_quadrature(CvReceiverParameters const& receiver, double transmittance, double excess_noise) {
    double const light = receiver.efficiency * transmittance / values_per_symbol(receiver);
    return {std::sqrt(light), 1 + receiver.electronic_noise + light * excess_noise};
}

} // namespace qkdes
