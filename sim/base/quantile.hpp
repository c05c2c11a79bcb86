// Quantiles of what was measured.
#pragma once
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace qkdes {

/// Smallest value that at least a fraction q of the values do not exceed, q in (0, 1]; T{} without values. The values
/// are put into another order.
template <class T>
T quantile_in(std::span<T> values, double q) {
    if (values.empty()) return T{};
    auto const rank = static_cast<std::size_t>(std::ceil(q * static_cast<double>(values.size())));
    auto const at = values.begin() + static_cast<std::ptrdiff_t>(std::max<std::size_t>(rank, 1) - 1);
    std::nth_element(values.begin(), at, values.end());
    return *at;
}

/// The same of a copy.
template <class T>
T quantile_of(std::vector<T> values, double q) {
    return quantile_in(std::span{values}, q);
}

} // namespace qkdes
