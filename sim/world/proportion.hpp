// How sure a measured proportion is.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>

namespace qkdes {

struct ProportionInterval {
    double low = 0, high = 1;
    bool contains(double p) const { return low <= p && p <= high; }
};

/// E. B. Wilson, J. Am. Stat. Assoc. 22, 209 (1927), for 99 % confidence; [0, 1] without trials.
inline ProportionInterval wilson99(std::uint64_t successes, std::uint64_t trials) {
    if (trials == 0) return {};
    constexpr double z = 2.5758293035489;
    double const n = static_cast<double>(trials), p = static_cast<double>(successes) / n, t = z * z / n;
    double const middle = (p + t / 2) / (1 + t);
    double const half = z / (1 + t) * std::sqrt(p * (1 - p) / n + t / (4 * n));
    return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

} // namespace qkdes
