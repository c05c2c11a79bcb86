#include "sim/base/distributions.hpp"

#include "sim/base/contracts.hpp"
#include "sim/base/portable_math.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace qkdes {

namespace {

/// Whole numbers up to here are doubles; larger counts are split in two, which is exact.
constexpr std::uint64_t kLargestExact = std::uint64_t{1} << 53;
/// Inversion at a mean below 10 passes this count with a chance below 1e-70: only rounding can, so it draws again.
constexpr std::uint64_t kInversionLimit = 128;

// The point probabilities below are C. Loader's ("Fast and accurate computation of binomial probabilities", 2000): a
// deviance and Stirling's error, so that nothing cancels at n = 1e15, where differences of lgamma keep no digit.

/// ln k! minus Stirling's approximation of it; k a whole number >= 1.
double stirling_error(double k) {
    static constexpr double kSmall[] = {
        0x1.4c071bcda0a5bp-4, 0x1.52a9b923ea649p-5, 0x1.c579a268d80b3p-6, 0x1.54a2662fd78a9p-6, 0x1.10b4e513fcbedp-6,
        0x1.c6b167bebdf36p-7, 0x1.85d4d612e4a86p-7, 0x1.552805e7b3076p-7, 0x1.2f4871b12ab64p-7, 0x1.10f9d4c0743a7p-7,
        0x1.f0593088014f8p-8, 0x1.c7018733aa9c6p-8, 0x1.a40514700f36cp-8, 0x1.86076c002d4a7p-8, 0x1.6c08f6f194a10p-8};
    if (k < 16) return kSmall[static_cast<std::size_t>(k) - 1];
    double const k2 = k * k;
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - (1.0 / 1680 - 1.0 / 1188 / k2) / k2) / k2) / k2) / k;
}

/// x ln(x/m) + m - x, where difference = x - m is known better than x and m are.
double deviance(double x, double m, double difference) {
    if (std::abs(difference) < 0.1 * (x + m)) {
        double const v = difference / (x + m);
        double sum = difference * v, term = 2 * x * v;
        for (int j = 3;; j += 2) {
            term *= v * v;
            double const next = sum + term / j;
            if (next == sum) return sum;
            sum = next;
        }
    }
    return x == 0 ? m : x * portable_log(x / m) - difference;
}

constexpr double kTwoPi = 0x1.921fb54442d18p+2;

double log_poisson(double k, double mean) {
    if (k == 0) return -mean;
    return -stirling_error(k) - deviance(k, mean, k - mean) - 0.5 * portable_log(kTwoPi * k);
}

/// 0 < p < 1, 0 <= k <= n.
double log_binomial(double k, double n, double p) {
    if (k == 0) return n * portable_log1p(-p);
    if (k == n) return n * portable_log(p);
    double const difference = k - n * p;
    return stirling_error(n) - stirling_error(k) - stirling_error(n - k) - deviance(k, n * p, difference) -
           deviance(n - k, n * (1 - p), -difference) - 0.5 * portable_log(kTwoPi * k * (n - k) / n);
}

/// Walks up the cumulative distribution; n·p < 10.
double binomial_by_inversion(RngStream& rng, double n, double p) {
    double const odds = p / (1 - p), none = portable_exp(n * portable_log1p(-p));
    for (;;) {
        double u = rng.uniform(), mass = none;
        for (std::uint64_t k = 0; k < kInversionLimit; ++k) {
            auto const count = static_cast<double>(k);
            if (count > n) break;
            if (u <= mass) return count;
            u -= mass;
            mass *= (n - count) / (count + 1) * odds;
        }
    }
}

/// Hörmann's BTRS; p <= 1/2, n·p >= 10.
double binomial_by_rejection(RngStream& rng, double n, double p) {
    double const mean = n * p, deviation = std::sqrt(mean * (1 - p));
    double const b = 1.15 + 2.53 * deviation, a = -0.0873 + 0.0248 * b + 0.01 * p;
    double const alpha = (2.83 + 5.1 / b) * deviation, inside = 0.92 - 4.2 / b;
    double const at_mode = log_binomial(std::floor(mean + p), n, p);
    for (;;) {
        double const v = rng.uniform(), u = rng.uniform() - 0.5, us = 0.5 - std::abs(u);
        double const k = std::floor((2 * a / us + b) * u + mean + 0.5);
        if (k < 0 || k > n) continue;
        if (us >= 0.07 && v <= inside) return k;
        if (portable_log(v * alpha / (a / (us * us) + b)) <= log_binomial(k, n, p) - at_mode) return k;
    }
}

double poisson_by_inversion(RngStream& rng, double mean) {
    double const none = portable_exp(-mean);
    for (;;) {
        double u = rng.uniform(), mass = none;
        for (std::uint64_t k = 0; k < kInversionLimit; ++k) {
            if (u <= mass) return static_cast<double>(k);
            u -= mass;
            mass *= mean / static_cast<double>(k + 1);
        }
    }
}

/// Hörmann's PTRS; mean >= 10.
double poisson_by_rejection(RngStream& rng, double mean) {
    double const b = 0.931 + 2.53 * std::sqrt(mean), a = -0.059 + 0.02483 * b;
    double const inverse_alpha = 1.1239 + 1.1328 / (b - 3.4), inside = 0.9277 - 3.6224 / (b - 2);
    for (;;) {
        double const v = rng.uniform(), u = rng.uniform() - 0.5, us = 0.5 - std::abs(u);
        double const k = std::floor((2 * a / us + b) * u + mean + 0.43);
        if (us >= 0.07 && v <= inside) return k;
        if (k < 0 || (us < 0.013 && v > us)) continue;
        if (portable_log(v * inverse_alpha / (a / (us * us) + b)) <= log_poisson(k, mean)) return k;
    }
}

} // namespace

double sample_exponential(RngStream& rng) { return -portable_log(rng.uniform()); }

std::uint64_t sample_geometric(RngStream& rng, double p) {
    QKDES_EXPECTS(p > 0 && p <= 1);
    if (p == 1) return 0;
    double const failures = std::floor(portable_log(rng.uniform()) / portable_log1p(-p));
    return failures < 0x1p63 ? static_cast<std::uint64_t>(failures) : std::uint64_t{1} << 63;
}

double sample_normal(RngStream& rng) {
    for (;;) {
        double const x = 2 * rng.uniform() - 1, y = 2 * rng.uniform() - 1;
        double const square = x * x + y * y; // never 0: uniform() is never exactly 1/2
        if (square < 1) return x * std::sqrt(-2 * portable_log(square) / square);
    }
}

std::uint64_t sample_poisson(RngStream& rng, double mean) {
    QKDES_EXPECTS(mean >= 0 && mean <= 0x1p62);
    if (mean > 0x1p52) {
        std::uint64_t const half = sample_poisson(rng, mean / 2); // first: the order of draws is part of the answer
        return half + sample_poisson(rng, mean / 2);
    }
    return static_cast<std::uint64_t>(mean < 10 ? poisson_by_inversion(rng, mean) : poisson_by_rejection(rng, mean));
}

std::uint64_t sample_binomial(RngStream& rng, std::uint64_t n, double p) {
    QKDES_EXPECTS(p >= 0 && p <= 1);
    if (n == 0 || p == 0) return 0;
    if (p > 0.5) return n - sample_binomial(rng, n, 1 - p);
    if (n > kLargestExact) {
        std::uint64_t const half = sample_binomial(rng, n / 2, p);
        return half + sample_binomial(rng, n - n / 2, p);
    }
    auto const trials = static_cast<double>(n);
    return static_cast<std::uint64_t>(trials * p < 10 ? binomial_by_inversion(rng, trials, p)
                                                      : binomial_by_rejection(rng, trials, p));
}

double sample_gamma(RngStream& rng, double shape) {
    QKDES_EXPECTS(shape > 0);
    if (shape < 1) {
        double const shrink = portable_exp(portable_log(rng.uniform()) / shape);
        return sample_gamma(rng, shape + 1) * shrink;
    }
    double const d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
    for (;;) {
        double const x = sample_normal(rng), root = 1 + c * x;
        if (root <= 0) continue;
        double const v = root * root * root;
        if (portable_log(rng.uniform()) < 0.5 * x * x + d - d * v + d * portable_log(v)) return d * v;
    }
}

void sample_multinomial(RngStream& rng, std::uint64_t n, std::span<double const> weights,
                        std::span<std::uint64_t> counts) {
    QKDES_EXPECTS(weights.size() == counts.size());
    std::vector<double> from_here(weights.size()); // sums from the end, so that the last cell's share is exactly 1
    double total = 0;
    for (std::size_t i = weights.size(); i-- > 0;) {
        QKDES_EXPECTS(weights[i] >= 0 && std::isfinite(weights[i]));
        from_here[i] = total += weights[i];
    }
    QKDES_EXPECTS(total > 0 || n == 0);
    for (std::size_t i = 0; i < weights.size(); ++i) {
        counts[i] = n == 0 ? 0 : sample_binomial(rng, n, std::min(1.0, weights[i] / from_here[i]));
        n -= counts[i];
    }
}

} // namespace qkdes
