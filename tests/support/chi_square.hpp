// Goodness of fit with a stated false-alarm rate.
#pragma once
#include "sim/base/contracts.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace qkdes::test {

/// Beyond this a chi-square of so many degrees of freedom lies with a chance below `false_alarm`
/// (B. Laurent, P. Massart, Ann. Statist. 28, 1302 (2000), lemma 1: an upper bound, so the test is never harsher).
inline double chi_square_limit(std::size_t degrees, double false_alarm = 1e-9) {
    double const x = -std::log(false_alarm), k = static_cast<double>(degrees);
    return k + 2 * std::sqrt(k * x) + 2 * x;
}

/// Probabilities of the counts from `first` on; what lies outside is below 1e-15 in all.
struct Pmf {
    std::uint64_t first = 0;
    std::vector<double> mass;
};

/// From the ratio P(k+1)/P(k) alone, outward from the mode: no logarithm of a factorial, hence independent of the
/// samplers.
template <class Ratio>
Pmf pmf_from_ratio(std::uint64_t mode, std::uint64_t last, Ratio ratio) {
    std::map<std::uint64_t, long double> mass{{mode, 1.0L}};
    long double total = 1, value = 1;
    for (std::uint64_t k = mode; k < last && value > 1e-20L; ++k)
        total += mass[k + 1] = value *= ratio(k);
    value = 1;
    for (std::uint64_t k = mode; k > 0 && value > 1e-20L; --k)
        total += mass[k - 1] = value /= ratio(k - 1);
    Pmf out{mass.begin()->first, {}};
    for (auto const& [k, m] : mass)
        out.mass.push_back(static_cast<double>(m / total));
    return out;
}

inline Pmf binomial_pmf(std::uint64_t n, double p) {
    auto const mode = static_cast<std::uint64_t>(static_cast<long double>(n) * p);
    return pmf_from_ratio(mode, n, [n, p](std::uint64_t k) {
        return static_cast<long double>(n - k) / static_cast<long double>(k + 1) * (p / (1.0L - p));
    });
}
inline Pmf poisson_pmf(double mean) {
    return pmf_from_ratio(static_cast<std::uint64_t>(mean), ~std::uint64_t{0}, [mean](std::uint64_t k) {
        return static_cast<long double>(mean) / static_cast<long double>(k + 1);
    });
}
inline Pmf geometric_pmf(double p) {
    return pmf_from_ratio(0, ~std::uint64_t{0}, [p](std::uint64_t) { return 1.0L - p; });
}

/// Neighbouring counts share a cell until it expects 50 draws and one in 100; what lies outside the pmf falls in the
/// end cells. True if the draws fit.
inline bool fits(std::vector<std::uint64_t> const& draws, Pmf const& pmf, double false_alarm = 1e-9) {
    std::map<std::uint64_t, std::size_t> counts;
    for (auto d : draws)
        ++counts[d];
    double const n = static_cast<double>(draws.size());
    double statistic = 0, expected = 0, observed = 0;
    std::size_t cells = 0;
    auto next = counts.begin();
    std::vector<std::pair<double, double>> merged;
    for (std::size_t i = 0; i < pmf.mass.size(); ++i) {
        expected += n * pmf.mass[i];
        for (; next != counts.end() && next->first <= pmf.first + i; ++next)
            observed += static_cast<double>(next->second);
        if (expected < std::fmax(50, n / 100)) continue;
        merged.emplace_back(expected, observed);
        expected = observed = 0;
    }
    for (; next != counts.end(); ++next)
        observed += static_cast<double>(next->second);
    QKDES_EXPECTS(!merged.empty());
    merged.back().first += expected;
    merged.back().second += observed;
    for (auto const& [e, o] : merged)
        statistic += (o - e) * (o - e) / e, ++cells;
    if (cells == 1) return statistic < 1e-6 * n;
    return statistic <= chi_square_limit(cells - 1, false_alarm);
}

/// For continuous draws: `cdf` must make them uniform.
template <class Cdf>
bool fits_cdf(std::vector<double> const& draws, Cdf cdf, double false_alarm = 1e-9) {
    constexpr std::size_t kCells = 100;
    std::vector<std::uint64_t> cells;
    for (double x : draws)
        cells.push_back(static_cast<std::uint64_t>(std::fmin(kCells * cdf(x), kCells - 1)));
    return fits(cells, {0, std::vector<double>(kCells, 1.0 / kCells)}, false_alarm);
}

} // namespace qkdes::test
