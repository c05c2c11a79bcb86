#include "models/link/cv/discrete_modulation.hpp"

#include "sim/base/contracts.hpp"

#include <Eigen/Dense>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

namespace qkdes {
namespace {

using Complex = std::complex<double>;
using Eigen::Index;
using Eigen::MatrixXcd;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kSupport = 1e-14; ///< smaller eigenvalues of t are rounding

unsigned levels_of(unsigned constellation) {
    auto const m = static_cast<unsigned>(std::lround(std::sqrt(constellation)));
    QKDES_EXPECTS(m * m == constellation && m >= 2 && m <= 16);
    return m;
}

/// Column k: sqrt(p_k) |alpha_k> in Fock space.
MatrixXcd weighted_states(QamLevels const& levels) {
    std::size_t const m = levels.values.size();
    double const farthest = levels.values.back() * levels.values.back() / 2; // |alpha|^2 = (x^2 + p^2) / 4
    auto const dimension = static_cast<Index>(farthest + 9 * std::sqrt(farthest) + 40);
    MatrixXcd states(dimension, static_cast<Index>(m * m));
    for (std::size_t i = 0; i < m; ++i)
        for (std::size_t j = 0; j < m; ++j) {
            Complex const alpha{levels.values[i] / 2, levels.values[j] / 2};
            Complex amplitude = std::exp(-std::norm(alpha) / 2) * //
                                std::sqrt(levels.probabilities[i] * levels.probabilities[j]);
            for (Index n = 0; n < dimension; ++n) {
                states(n, static_cast<Index>(i * m + j)) = amplitude;
                amplitude *= alpha / std::sqrt(static_cast<double>(n + 1));
            }
        }
    return states;
}

QamMoments compute_moments(CvSourceParameters const& source) {
    MatrixXcd const states = weighted_states(qam_levels(source));
    Index const dimension = states.rows();
    // Real, because the constellation is its own mirror image.
    MatrixXd const tau = (states * states.adjoint()).real();
    Eigen::SelfAdjointEigenSolver<MatrixXd> const solver{tau};
    VectorXd root = VectorXd::Zero(dimension), inverse_root = root, support = root;
    for (Index i = 0; i < dimension; ++i)
        if (double const value = solver.eigenvalues()[i]; value > kSupport) {
            root[i] = std::sqrt(value);
            inverse_root[i] = 1 / root[i];
            support[i] = 1;
        }
    auto const with = [&](VectorXd const& diagonal) -> MatrixXd {
        return solver.eigenvectors() * diagonal.asDiagonal() * solver.eigenvectors().transpose();
    };
    MatrixXd lowering = MatrixXd::Zero(dimension, dimension);
    for (Index n = 1; n < dimension; ++n)
        lowering(n - 1, n) = std::sqrt(static_cast<double>(n));

    MatrixXd const half = with(root), half_lowered = half * lowering;
    QamMoments moments;
    moments.coherence = (half_lowered * half * lowering.transpose()).trace();
    // sum p <a_t+ a_t> = Tr(t a P a+), which needs no inverse.
    double const first = (tau * lowering * with(support) * lowering.transpose()).trace();
    MatrixXcd const image = (half_lowered * with(inverse_root)).cast<Complex>() * states;
    double second = 0;
    for (Index k = 0; k < states.cols(); ++k)
        if (double const weight = states.col(k).squaredNorm(); weight > 0)
            second += std::norm(states.col(k).dot(image.col(k))) / weight;
    moments.spread = std::max(0.0, first - second);
    return moments;
}

} // namespace

QamLevels qam_levels(CvSourceParameters const& source) {
    unsigned const m = levels_of(source.constellation);
    QamLevels levels;
    double coins = 1, total = 0, power = 0;
    for (unsigned i = 0; i < m; ++i) {
        double const at = i - (m - 1) / 2.0;
        double weight = 1;
        if (source.shaping == QamShaping::binomial) weight = coins;
        if (source.shaping == QamShaping::normal) weight = std::exp(-source.shaping_strength * at * at);
        coins *= static_cast<double>(m - 1 - i) / (i + 1);
        levels.values.push_back(at);
        levels.probabilities.push_back(weight);
        total += weight;
        power += weight * at * at;
    }
    double const scale = std::sqrt(source.variance * total / power);
    for (unsigned i = 0; i < m; ++i) {
        levels.values[i] *= scale;
        levels.probabilities[i] /= total;
    }
    return levels;
}

QamMoments qam_moments(CvSourceParameters const& source) {
    struct Kept {
        CvSourceParameters source;
        QamMoments moments;
    };
    auto const same = [&](CvSourceParameters const& other) {
        return source.constellation == other.constellation && source.shaping == other.shaping &&
               source.shaping_strength == other.shaping_strength && source.variance == other.variance;
    };
    thread_local std::vector<Kept> known;
    for (auto const& kept : known)
        if (same(kept.source)) return kept.moments;
    auto const moments = compute_moments(source);
    if (known.size() >= 64) known.erase(known.begin()); // more different sources than that are computed again
    known.push_back({source, moments});
    return moments;
}

TwoModeState qam_state(CvSourceParameters const& source, double transmittance, double excess_noise) {
    auto const moments = qam_moments(source);
    TwoModeState state = gaussian_state(source.variance, transmittance, excess_noise);
    double const bound = 2 * std::sqrt(transmittance) * moments.coherence -
                         std::sqrt(2 * transmittance * std::max(0.0, excess_noise) * moments.spread);
    state.correlation = std::clamp(bound, 0.0, state.correlation);
    return state;
}

double qam_information(CvSourceParameters const& source, double snr) {
    if (snr <= 0) return 0;
    auto const levels = qam_levels(source);
    // Entropy of y minus that of z, by the trapezoidal rule, which converges exponentially for smooth densities.
    double const deviation = std::sqrt(source.variance / snr), step = deviation / 8;
    double const reach = levels.values.back() + 9 * deviation;
    double entropy = 0;
    for (double y = -reach; y <= reach; y += step) {
        double density = 0;
        for (std::size_t i = 0; i < levels.values.size(); ++i) {
            double const u = (y - levels.values[i]) / deviation;
            density += levels.probabilities[i] * std::exp(-u * u / 2);
        }
        density /= std::sqrt(2 * std::numbers::pi) * deviation;
        if (density > 0) entropy -= density * std::log2(density) * step;
    }
    double const noise_entropy = 0.5 * std::log2(2 * std::numbers::pi * std::numbers::e * deviation * deviation);
    return std::max(0.0, entropy - noise_entropy);
}

} // namespace qkdes
