#include "models/link/cascade_cost.hpp"

#include "models/link/binary_entropy.hpp"
#include "models/link/decoy/finite_key.hpp"
#include "models/link/small_math.hpp"
#include "sim/base/distributions.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace qkdes {
namespace {

/// f at its valley, against log2 q: the fit.
constexpr std::array<std::pair<double, double>, 7> kValley{{{-8.97, 1.0320},
                                                            {-7.64, 1.0235},
                                                            {-6.64, 1.0251},
                                                            {-5.64, 1.0316},
                                                            {-4.64, 1.0398},
                                                            {-3.64, 1.0562},
                                                            {-3.18, 1.0662}}};
constexpr double kCurvature = 0.040, kLowest = -0.037;       ///< of the valley, against log2(q k1)
constexpr double kOverheadShape = 0.62, kOverheadScale = 89; ///< gamma: mean 55, deviation 70 bits a frame
constexpr double kBulkScatter = 0.26;                        ///< deviation over the root of the leak
constexpr double kResidualErrors = 1.5e-4;                   ///< frames left with an error

double valley(double log_q) {
    if (log_q <= kValley.front().first) return kValley.front().second;
    for (std::size_t i = 1; i < kValley.size(); ++i) {
        auto const [x0, f0] = kValley[i - 1];
        auto const [x1, f1] = kValley[i];
        if (log_q <= x1) return f0 + (f1 - f0) * (log_q - x0) / (x1 - x0);
    }
    return kValley.back().second;
}

} // namespace

double cascade_efficiency(double q, double qber_estimate) {
    double const log_q = portable_log2(std::clamp(q, 1e-6, 0.5));
    double const log_k1 = std::nearbyint(-portable_log2(std::clamp(qber_estimate, 1e-6, 0.5)));
    double const off = std::clamp(log_q + log_k1 - kLowest, -2.0, 2.0);
    return valley(log_q) + kCurvature * off * off;
}

CascadeCost draw_cascade_cost(std::uint64_t bits, std::uint64_t errors, std::uint64_t frame_bits, double qber_estimate,
                              RngStream& rng) {
    CascadeCost cost;
    if (bits == 0) return cost;
    double const n = static_cast<double>(bits), q = static_cast<double>(errors) / n;
    double const frames = std::max(1.0, std::nearbyint(n / static_cast<double>(frame_bits)));

    double const bulk = n * binary_entropy(q) * cascade_efficiency(q, qber_estimate);
    // Hardly any search is left over where there were hardly any errors.
    double const searched = -portable_expm1(-n * q / frames / 35);
    double const overhead = searched > 0 ? kOverheadScale * sample_gamma(rng, kOverheadShape * frames * searched) : 0;
    double const scatter = kBulkScatter * std::sqrt(bulk) * sample_normal(rng);
    // The first pass asks every block's parity, errors or none.
    double const least = n * std::clamp(qber_estimate, 1e-6, 0.5) / 1.42;
    cost.leaked =
        static_cast<std::uint64_t>(std::clamp(std::nearbyint(bulk + overhead + scatter), std::min(least, n), n));

    double const log10_frame = portable_log(n / frames) * 0x1.bcb7b1526e50ep-2;
    double const few_errors = -portable_expm1(-q / 0.0035 * portable_exp(0.345 * (log10_frame - 4)));
    double const mean = std::max(20.0, (165 + 125 * (log10_frame - 4)) * few_errors * (1 - 2.5 * std::min(q, 0.2)));
    double const beta = 0.235 * mean * 0.7797; // Gumbel: deviation = beta pi / sqrt 6, mean = mode + .5772 beta
    double const gumbel = -portable_log(-portable_log(rng.uniform()));
    double const rounds = mean + beta * (gumbel - 0.5772 + portable_log(frames));
    cost.round_trips = static_cast<std::uint32_t>(std::clamp(rounds, 14.0, 1e6));
    cost.all_correct = sample_binomial(rng, static_cast<std::uint64_t>(frames), kResidualErrors) == 0;
    return cost;
}

} // namespace qkdes
