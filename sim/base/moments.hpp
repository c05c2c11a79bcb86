// Mean and standard deviation of what was measured.
#pragma once
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

namespace qkdes {

struct Moments {
    double mean = 0, deviation = 0; ///< deviation: with n - 1; 0 of one value; both NaN of none
};

inline Moments moments(std::span<double const> values) {
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    if (values.empty()) return {kNone, kNone};
    auto const n = static_cast<double>(values.size());
    // Sums of equal values round; their mean must be that value, or identical runs would seem to differ.
    auto const [least, most] = std::minmax_element(values.begin(), values.end());
    if (*least == *most) return {*least, 0};
    double const mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    double squares = 0;
    for (double const v : values)
        squares += (v - mean) * (v - mean);
    return {mean, std::sqrt(squares / (n - 1))};
}

} // namespace qkdes
