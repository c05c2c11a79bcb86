// Bands for statistical tests: a test states its false-alarm rate, never a tolerance by feel.
#pragma once
#include "sim/base/contracts.hpp"

#include <cmath>
#include <cstdint>

namespace qkdes::test {

struct Band {
    double low, high;
    bool contains(double x) const { return low <= x && x <= high; }
};

/// Kullback-Leibler divergence of Bernoulli(a) from Bernoulli(p), in nats.
inline double bernoulli_divergence(double a, double p) {
    double d = 0;
    if (a > 0) d += a * std::log(a / p);
    if (a < 1) d += (1 - a) * std::log((1 - a) / (1 - p));
    return d;
}

/// Where the observed fraction of n trials with success probability p lies, but for a chance of `false_alarm`.
/// Inverts Chernoff's bound P(|k/n - p| beyond a) <= exp(-n D(a||p)) on each side, so it holds for rare events too.
inline Band binomial_band(std::uint64_t n, double p, double false_alarm = 1e-9) {
    QKDES_EXPECTS(n > 0 && p >= 0 && p <= 1);
    if (p == 0 || p == 1) return {p, p};
    double const limit = std::log(2 / false_alarm) / static_cast<double>(n);
    auto const edge = [&](double outside) {
        double inside = p;
        if (bernoulli_divergence(outside, p) <= limit) return outside;
        for (int i = 0; i < 200; ++i) {
            double const middle = (inside + outside) / 2;
            (bernoulli_divergence(middle, p) > limit ? outside : inside) = middle;
        }
        return outside;
    };
    return {edge(0.0), edge(1.0)};
}

/// Where a mean of n independent draws with the given mean and standard deviation lies (normal limit; n large).
inline Band mean_band(std::uint64_t n, double mean, double standard_deviation, double sigmas = 6.11) {
    double const half = sigmas * standard_deviation / std::sqrt(static_cast<double>(n)); // 6.11 sigma: 1e-9
    return {mean - half, mean + half};
}

} // namespace qkdes::test
