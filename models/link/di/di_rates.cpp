#include "models/link/di/di_rates.hpp"

#include "models/link/binary_entropy.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace qkdes {
namespace {

constexpr double kMostChsh = 2 * std::numbers::sqrt2;

/// h((1 + r) / 2) and its derivative in r^2: -log2((1+r)/(1-r)) / (4 r), finite at 0.
struct HalfEntropy {
    double value, by_square;
};
HalfEntropy half_entropy(double square) {
    double const r = std::sqrt(std::clamp(square, 0.0, 1.0));
    double const ratio = r < 1e-6 ? 2 + 2 * r * r / 3 : (std::log1p(r) - std::log1p(-r)) / r;
    return {binary_entropy((1 + r) / 2), -ratio / (4 * std::numbers::ln2)};
}

} // namespace

DiEntropySlope di_entropy_of_winning(double winning, double noise) {
    QKDES_EXPECTS(noise >= 0 && noise < 0.5);
    if (winning < 0.5) {
        auto const mirrored = di_entropy_of_winning(1 - winning, noise);
        return {mirrored.value, -mirrored.slope};
    }
    double const spread = noise * (1 - noise);
    double const chsh = std::clamp(chsh_of_winning(winning), 2.0, kMostChsh);
    double const square = chsh * chsh / 4 - 1;
    auto const eve = half_entropy(square);
    auto const added = half_entropy(1 - spread * (8 - chsh * chsh));
    double const value = 1 - eve.value + (noise > 0 ? added.value : 0);
    if (winning <= 0.75) return {value, 0};
    // d(S^2)/dw = 16 S; (S/2)^2 - 1 moves by a quarter of that, 1 - p(1-p)(8 - S^2) by p(1-p).
    double const slope = 16 * chsh * (-eve.by_square / 4 + (noise > 0 ? spread * added.by_square : 0));
    return {value, slope};
}

double di_entropy(double chsh, double noise) { return di_entropy_of_winning(winning_of_chsh(chsh), noise).value; }

double di_rate(double chsh, double qber, double noise) {
    return di_entropy(chsh, noise) - binary_entropy(qber + noise - 2 * qber * noise);
}

DiNoisyRate di_best_noisy_rate(double chsh, double qber) {
    // One maximum in p where any is gained; a scan finds its neighbourhood, golden section the rest.
    constexpr int steps = 200;
    constexpr double most = 0.4999;
    int best = 0;
    for (int i = 1; i <= steps; ++i)
        if (di_rate(chsh, qber, most * i / steps) > di_rate(chsh, qber, most * best / steps)) best = i;
    double low = most * std::max(0, best - 1) / steps, high = most * std::min(steps, best + 1) / steps;
    while (high - low > 1e-6) {
        double const third = (high - low) / 3;
        (di_rate(chsh, qber, low + third) < di_rate(chsh, qber, high - third) ? low : high) +=
            di_rate(chsh, qber, low + third) < di_rate(chsh, qber, high - third) ? third : -third;
    }
    double const middle = (low + high) / 2;
    double const none = di_rate(chsh, qber);
    double const found = di_rate(chsh, qber, middle);
    return found > none ? DiNoisyRate{found, middle} : DiNoisyRate{none, 0};
}

} // namespace qkdes
