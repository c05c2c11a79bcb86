#include "models/link/alias_table.hpp"

#include "sim/base/contracts.hpp"

#include <bit>

namespace qkdes {

AliasTable::AliasTable(std::span<std::pair<std::uint16_t, double> const> outcomes) {
    // At least two columns, so that the shift below stays under 64.
    std::size_t const size = std::bit_ceil(std::max<std::size_t>(outcomes.size(), 2));
    shift_ = 64 - static_cast<unsigned>(std::countr_zero(size));
    double total = 0;
    for (auto const& [outcome, weight] : outcomes)
        total += weight;
    QKDES_EXPECTS(total > 0);

    std::vector<double> height(size, 0.0);
    columns_.assign(size, Column{~std::uint64_t{0}, outcomes[0].first, outcomes[0].first});
    std::vector<std::size_t> small, large;
    for (std::size_t i = 0; i < size; ++i) {
        if (i < outcomes.size()) {
            height[i] = outcomes[i].second / total * static_cast<double>(size);
            columns_[i].own = columns_[i].alias = outcomes[i].first;
        }
        (height[i] < 1 ? small : large).push_back(i);
    }
    while (!small.empty() && !large.empty()) {
        std::size_t const low = small.back(), high = large.back();
        small.pop_back();
        columns_[low].threshold = static_cast<std::uint64_t>(height[low] * 0x1p64);
        columns_[low].alias = columns_[high].own;
        height[high] -= 1 - height[low];
        if (height[high] < 1) {
            large.pop_back();
            small.push_back(high);
        }
    }
    // What is left is full but for rounding: its own outcome always. A left-over column of no weight, which rounding
    // alone can leave, goes to the heaviest outcome instead of to one that cannot happen.
    for (std::size_t i : small)
        if (height[i] < 0.5) columns_[i] = columns_[0];
}

std::vector<double> AliasTable::probabilities() const {
    std::vector<double> sums(std::size_t{1} << 16, 0.0);
    double const each = 1.0 / static_cast<double>(columns_.size());
    for (auto const& c : columns_) {
        double const own = c.threshold == ~std::uint64_t{0} ? 1.0 : static_cast<double>(c.threshold) * 0x1p-64;
        sums[c.own] += own * each;
        sums[c.alias] += (1 - own) * each;
    }
    return sums;
}

} // namespace qkdes
