#include "models/link/cv/cv_estimation.hpp"

#include "models/link/cv/discrete_modulation.hpp"
#include "sim/base/contracts.hpp"
#include "sim/base/distributions.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

/// E x^4 of Alice's values.
double fourth_moment(CvSourceParameters const& source) {
    if (source.modulation == CvModulation::gaussian) return 3 * source.variance * source.variance;
    auto const levels = qam_levels(source);
    double sum = 0;
    for (std::size_t i = 0; i < levels.values.size(); ++i)
        sum += levels.probabilities[i] * std::pow(levels.values[i], 4);
    return sum;
}

/// Share of the block's symbols in a stretch.
double weight(std::span<CvStretch const> stretches, std::size_t s, std::uint64_t symbols) {
    std::uint64_t const until = s + 1 < stretches.size() ? stretches[s + 1].first : symbols;
    return static_cast<double>(until - stretches[s].first) / static_cast<double>(symbols);
}

} // namespace

void CvFit::add(CvSymbols const& symbols, unsigned per_symbol) {
    auto const alice = symbols.alice(), bob = symbols.bob();
    auto const& revealed = symbols.revealed();
    double xx = 0, xy = 0, yy = 0; // of the chunk: sums of sums keep more digits
    for (std::size_t i = 0; i < symbols.size(); ++i) {
        double const counts = revealed.get(i) ? 1.0 : 0.0; // a product is faster than a branch nobody can guess
        for (std::size_t k = i * per_symbol; k < (i + 1) * per_symbol; ++k) {
            xx += counts * (alice[k] * alice[k]);
            xy += counts * (alice[k] * bob[k]);
            yy += counts * (bob[k] * bob[k]);
        }
    }
    xx_ += xx;
    xy_ += xy;
    yy_ += yy;
    values_ += revealed.count() * per_symbol;
}

CvQuadrature CvFit::result() const {
    QKDES_EXPECTS(values_ > 0 && xx_ > 0);
    double const gain = xy_ / xx_;
    return {gain, (yy_ - gain * xy_) / static_cast<double>(values_)};
}

CvQuadrature cv_mean_quadrature(CvParameters const& p, std::span<CvStretch const> stretches, std::uint64_t symbols) {
    CvQuadrature mean{0, 0};
    for (std::size_t s = 0; s < stretches.size(); ++s)
        mean.gain += weight(stretches, s, symbols) * stretches[s].quadrature.gain;
    for (std::size_t s = 0; s < stretches.size(); ++s) {
        double const d = stretches[s].quadrature.gain - mean.gain;
        double const noise = stretches[s].quadrature.noise + stretches[s].intercepted * stretches[s].intercept_noise;
        mean.noise += weight(stretches, s, symbols) * (d * d * p.source.variance + noise);
    }
    return mean;
}

CvQuadrature draw_cv_fit(CvParameters const& p, std::span<CvStretch const> stretches, std::uint64_t symbols,
                         std::uint64_t values, RngStream& rng) {
    QKDES_EXPECTS(symbols > 0 && values > 0 && !stretches.empty());
    double const variance = p.source.variance, x4 = fourth_moment(p.source);
    auto const m = static_cast<double>(values);
    auto const mean = cv_mean_quadrature(p, stretches, symbols);

    double var_gain = 0, var_noise = 0, covariance = 0;
    for (std::size_t s = 0; s < stretches.size(); ++s) {
        double const w = weight(stretches, s, symbols), share = stretches[s].intercepted,
                     calm = stretches[s].quadrature.noise;
        double const taken = calm + stretches[s].intercept_noise, d = stretches[s].quadrature.gain - mean.gain;
        double const v = (1 - share) * calm + share * taken;
        double const z4 = 3 * ((1 - share) * calm * calm + share * taken * taken);
        double const r2 = d * d * variance + v, r4 = std::pow(d, 4) * x4 + 6 * d * d * variance * v + z4;
        var_gain += w * (d * d * x4 + variance * v - d * d * variance * variance) / (variance * variance);
        var_noise += w * (r4 - r2 * r2);
        covariance += w * (std::pow(d, 3) * x4 + 3 * d * variance * v - d * variance * r2) / variance;
    }
    double const a = sample_normal(rng), b = sample_normal(rng);
    double const deviation = std::sqrt(var_gain / m), slope = covariance / m / deviation;
    CvQuadrature drawn;
    drawn.gain = mean.gain + deviation * a;
    drawn.noise =
        mean.noise - variance * var_gain / m + slope * a + std::sqrt(std::max(0.0, var_noise / m - slope * slope)) * b;
    drawn.noise = std::max(drawn.noise, 1e-9); // a variance, even when few symbols make a wide normal
    return drawn;
}

} // namespace qkdes
