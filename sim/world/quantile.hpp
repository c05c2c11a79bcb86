// Quantiles of what a run measured.
#pragma once
#include "sim/base/units.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace qkdes {

/// Smallest value that at least a fraction q of the values do not exceed; 0 without values.
inline SimDuration quantile_of(std::vector<SimDuration> values, double q) {
    if (values.empty()) return SimDuration{0};
    auto const rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size())));
    auto const at = values.begin() + static_cast<std::ptrdiff_t>(rank == 0 ? 0 : rank - 1);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

} // namespace qkdes
