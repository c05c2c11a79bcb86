#include "models/link/cv/cv_rates.hpp"

#include "models/link/cv/discrete_modulation.hpp"
#include "models/link/cv/holevo.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace qkdes {

CvInformation cv_information(CvParameters const& p, double transmittance, double excess_noise) {
    auto const& source = p.source;
    bool const gaussian = source.modulation == CvModulation::gaussian;
    double const snr = cv_quadrature(p.receiver, transmittance, excess_noise).snr(source.variance);
    double const a_value = gaussian ? 0.5 * std::log2(1 + snr) : qam_information(source, snr);
    auto const state = gaussian ? gaussian_state(source.variance, transmittance, excess_noise)
                                : qam_state(source, transmittance, excess_noise);
    return {values_per_symbol(p.receiver) * a_value, holevo_bound(state, p.receiver)};
}

double cv_asymptotic_key(CvInformation const& information, double beta) {
    return std::max(0.0, beta * information.mutual - information.holevo);
}

double cv_finite_size_cost(double symbols, double eps_smoothing, double eps_amplification) {
    QKDES_EXPECTS(symbols > 0);
    return 7 * std::sqrt(std::log2(2 / eps_smoothing) / symbols) + 2 / symbols * std::log2(1 / eps_amplification);
}

double normal_quantile(double tail) {
    QKDES_EXPECTS(tail > 0 && tail <= 0.5);
    // Newton on the logarithm of the tail, from a start that is right for small tails.
    double q = std::sqrt(std::max(0.0, -2 * std::log(2 * tail)));
    for (int i = 0; i < 60; ++i) {
        double const beyond = 0.5 * std::erfc(q / std::numbers::sqrt2);
        double const density = std::exp(-q * q / 2) / std::sqrt(2 * std::numbers::pi);
        double const step = std::log(beyond / tail) * beyond / density;
        q += step;
        if (std::abs(step) < 1e-13 * (1 + q)) break;
    }
    return q;
}

CvEstimate cv_estimate(CvParameters const& p, CvQuadrature const& seen, std::uint64_t values) {
    auto const& receiver = p.receiver;
    double const eta = receiver.efficiency / values_per_symbol(receiver), vacuum = 1 + receiver.electronic_noise;
    CvEstimate estimate{.seen = seen, .values = values};
    auto const invert = [&](double gain, double noise, double& transmittance, double& excess_noise) {
        transmittance = gain * gain / eta;
        excess_noise = transmittance > 0 ? (noise - vacuum) / (eta * transmittance) : 0;
    };
    invert(std::max(0.0, seen.gain), seen.noise, estimate.transmittance, estimate.excess_noise);
    double gain = seen.gain, noise = seen.noise;
    if (p.post.finite_size) {
        auto const m = static_cast<double>(values);
        QKDES_EXPECTS(m > 0);
        double const quantile = normal_quantile(p.post.eps_estimation / 2);
        gain -= quantile * std::sqrt(noise / (m * p.source.variance));
        noise += quantile * noise * std::sqrt(2 / m);
    }
    // A gain that may be 0 leaves no key, and Eve no noise to explain: the caller sees a transmittance of 0.
    invert(std::max(0.0, gain), noise, estimate.least_transmittance, estimate.most_excess_noise);
    estimate.least_transmittance = std::min(1.0, estimate.least_transmittance);
    estimate.most_excess_noise = std::max(0.0, estimate.most_excess_noise);
    return estimate;
}

} // namespace qkdes
