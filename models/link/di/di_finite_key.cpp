#include "models/link/di/di_finite_key.hpp"

#include "models/link/binary_entropy.hpp"
#include "models/link/di/di_rates.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace qkdes {
namespace {

constexpr double kLeastWinning = (1 - 1 / std::numbers::sqrt2) / 2;
constexpr double kMostWinning = (1 + 1 / std::numbers::sqrt2) / 2;
constexpr double kGolden = 0.6180339887498949;

/// -log2(1 - sqrt(1 - e^2)), without the loss of digits for small e.
double theta(double e) { return -std::log2(e * e / (1 + std::sqrt(1 - e * e))); }

/// Largest value of f over [low, high], f with one maximum, and where it is.
template <class F>
std::pair<double, double> golden_maximum(F const& f, double low, double high, double width) {
    double a = high - kGolden * (high - low), b = low + kGolden * (high - low);
    double at_a = f(a), at_b = f(b);
    while (high - low > width) {
        if (at_a < at_b) {
            low = a;
            a = b, at_a = at_b;
            b = low + kGolden * (high - low), at_b = f(b);
        } else {
            high = b;
            b = a, at_b = at_a;
            a = high - kGolden * (high - low), at_a = f(a);
        }
    }
    return at_a > at_b ? std::pair{at_a, a} : std::pair{at_b, b};
}

/// x + m as a function of t and a' - 1; the rest is optimised in closed form.
class Length {
  public:
    Length(DiProtocolParameters const& protocol, double rounds)
        : protocol_{protocol}, n_{rounds}, threshold_{di_gate(protocol, static_cast<std::uint64_t>(rounds)).winning},
          budget_{protocol.eps_sound - 4 * 0x1p-61} {}

    DiEntropySlope entropy(double w) const {
        auto const games = di_entropy_of_winning(w);
        if (protocol_.noise <= 0) return games;
        auto const key = di_entropy_of_winning(w, protocol_.noise);
        double const gamma = protocol_.test_probability;
        return {gamma * games.value + (1 - gamma) * key.value, gamma * games.slope + (1 - gamma) * key.slope};
    }

    double operator()(double t, double a1) const {
        auto const at_t = entropy(t);
        auto const tangent = [&](double w) { return at_t.value + (w - t) * at_t.slope; };
        double const log5 = std::log2(5.0), log_inverse = -std::log2(budget_);

        // What is promised per round, and what its fluctuations cost.
        double const range = 2 + tangent(1) - tangent(kLeastWinning);
        double const large = std::max(range * std::numbers::ln2, 2.0);
        double const log_sum =
            large + std::log1p(std::exp(-std::abs(range * std::numbers::ln2 - 2.0))); // ln(2^range + e^2)
        double const k =
            std::exp2(a1 * range) * log_sum * log_sum * log_sum / (6 * std::pow(1 - a1, 3) * std::numbers::ln2);
        double value =
            n_ * (tangent(threshold_) + worst(at_t, t, a1)) - n_ * a1 * a1 * k - n_ * protocol_.test_probability;

        // Shares of the epsilons and a'', each given the other; converges at once.
        double const weight = 1 / a1;
        double a2 = std::sqrt(2 * log_inverse / n_) / log5, e1 = 0, e2 = 0, unit = 0;
        for (int i = 0; i < 4; ++i) {
            unit = budget_ / (2 * weight + 2 / a2 + 11);
            e1 = weight * unit;
            e2 = unit / (2 * a2);
            a2 = std::min(1 / log5, std::sqrt((theta(e2) + log_inverse) / n_) / log5);
        }
        value -= n_ * a2 * log5 * log5 + (theta(e2) + (1 + a2) * log_inverse) / a2;
        value -= (theta(e1) + (1 + a1) * log_inverse) / a1;
        return value - 3 * theta(3 * unit) + 5 * std::log2(5 * unit) - 264;
    }

    double second_alpha(double a1) const {
        double const log5 = std::log2(5.0), log_inverse = -std::log2(budget_);
        double a2 = std::sqrt(2 * log_inverse / n_) / log5;
        for (int i = 0; i < 4; ++i)
            a2 = std::min(1 / log5,
                          std::sqrt((theta(budget_ / (2 / a1 + 2 / a2 + 11) / (2 * a2)) + log_inverse) / n_) / log5);
        return a2;
    }
    double threshold() const { return threshold_; }

  private:
    /// inf_w [eta(w) - g_t(w) - (a'-1) V(w)]: convex, so where its slope changes sign.
    double worst(DiEntropySlope at_t, double t, double a1) const {
        double const gamma = protocol_.test_probability, step = at_t.slope * at_t.slope, log33 = std::log2(33.0);
        auto const root = [&](double w) { return std::sqrt(2 + step * ((1 - w) / gamma - (1 - w) * (1 - w))); };
        double low = kLeastWinning, high = kMostWinning;
        for (int i = 0; i < 60 && high - low > 1e-13; ++i) {
            double const w = (low + high) / 2, r = root(w);
            double const variance_slope = step * (2 * (1 - w) - 1 / gamma);
            double const slope =
                entropy(w).slope - at_t.slope - a1 * std::numbers::ln2 / 2 * (log33 + r) * variance_slope / r;
            (slope < 0 ? low : high) = w;
        }
        double const w = (low + high) / 2, r = root(w);
        return entropy(w).value - at_t.value - (w - t) * at_t.slope -
               a1 * std::numbers::ln2 / 2 * (log33 + r) * (log33 + r);
    }

    DiProtocolParameters const& protocol_;
    double n_, threshold_, budget_;
};

/// y of y + (4 / ln 2) ln y = x, for x >= 1; grows with x.
double shortened(double x) {
    double const b = 4 / std::numbers::ln2;
    double y = std::max(1.0, x - b * std::log(x));
    for (int i = 0; i < 50; ++i)
        y = std::max(1.0, y - (y + b * std::log(y) - x) / (1 + b / y));
    return y;
}

} // namespace

DiGate di_gate(DiProtocolParameters const& p, std::uint64_t rounds) {
    auto const n = static_cast<double>(rounds);
    double const lost = p.test_probability * (1 - winning_of_chsh(p.expected_chsh));
    DiGate gate;
    gate.lost = lost + (rounds > 0 ? p.tolerance * std::sqrt(lost * (1 - lost) / n) : 0);
    gate.winning = 1 - gate.lost / p.test_probability;
    gate.most_losses = static_cast<std::uint64_t>(n * gate.lost);
    return gate;
}

DiFiniteKey di_finite_key(DiProtocolParameters const& p, std::uint64_t rounds, double disclosed) {
    QKDES_EXPECTS(p.test_probability > 0 && p.test_probability < 1 && p.eps_sound > 4 * 0x1p-61);
    DiFiniteKey key{.entropy = -disclosed};
    if (rounds == 0) return key;
    Length const length{p, static_cast<double>(rounds)};
    if (length.threshold() <= 0.75) return key;
    double alpha = 0;
    auto const best_alpha = [&](double t) {
        auto const found = golden_maximum([&](double log_a) { return length(t, std::exp(log_a)); }, std::log(1e-8),
                                          std::log(0.5), 1e-5);
        alpha = std::exp(found.second);
        return found.first;
    };
    auto const found = golden_maximum(best_alpha, 0.75 + 1e-6, kMostWinning - 1e-6, 1e-7);
    key.entropy = best_alpha(found.second);
    key.tangent = found.second;
    key.alpha_minus_1 = alpha;
    key.alpha2_minus_1 = length.second_alpha(alpha);
    key.secret = di_key_length(key.entropy, rounds, disclosed);
    return key;
}

std::uint64_t di_key_length(double entropy, std::uint64_t rounds, double disclosed) {
    double const x = entropy - disclosed;
    return x > 1 ? std::min(static_cast<std::uint64_t>(shortened(x)), rounds) : 0;
}

double di_correction_bound(double bits, double error_rate, double eps) {
    if (bits < 1 || error_rate <= 0) return 0;
    // Qinv by bisection on erfc.
    double low = -40, high = 40;
    while (high - low > 1e-10) {
        double const middle = (low + high) / 2;
        (std::erfc(middle / std::numbers::sqrt2) / 2 > eps ? low : high) = middle;
    }
    double const d = std::min(error_rate, 0.5);
    return std::max(0.0, bits * binary_entropy(d) +
                             std::sqrt(bits * d * (1 - d)) * std::log2((1 - d) / d) * (low + high) / 2 -
                             std::log2(bits) / 2);
}

} // namespace qkdes
