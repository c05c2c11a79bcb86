#include "models/postprocessing/cascade_layers.hpp"

#include "sim/base/rng.hpp"

#include <algorithm>
#include <bit>
#include <numeric>

namespace qkdes::cascade_layers {

Layer::Layer(std::vector<std::uint32_t> order, std::uint32_t block)
    : order_{std::move(order)}, block_{std::max(1u, block)} {
    auto const size = static_cast<std::uint32_t>(order_.size());
    blocks_ = (size + block_ - 1) / block_;
    tree_size_ = 2 * std::bit_ceil(std::min(block_, std::max(1u, size)));
    std::uint32_t const last = size == 0 ? 0 : *std::max_element(order_.begin(), order_.end());
    place_.assign(last + 1, kNowhere);
    for (std::uint32_t i = 0; i < size; ++i)
        place_[order_[i]] = i;
}

Layer Layer::identity(std::uint32_t bits, std::uint32_t block) {
    std::vector<std::uint32_t> order(bits);
    std::iota(order.begin(), order.end(), 0u);
    return {std::move(order), block};
}

Layer Layer::permuted(std::uint32_t bits, std::uint32_t block, std::uint64_t public_seed, std::uint64_t index) {
    RngStream rng{public_seed, "postprocessing/cascade/layer", index};
    std::vector<std::uint32_t> order(bits);
    for (std::uint32_t i = 0; i < bits; ++i) {
        auto const j = static_cast<std::uint32_t>(rng.below(i + 1));
        order[i] = order[j];
        order[j] = i;
    }
    return {std::move(order), block};
}

Layer Layer::subset(std::uint32_t bits, bool complement, std::uint64_t public_seed, std::uint64_t index) {
    RngStream rng{public_seed, "postprocessing/cascade/confirmation", index};
    std::vector<std::uint64_t> members((bits + 63) / 64);
    rng.fill(std::span<std::uint64_t>{members});
    std::vector<std::uint32_t> order;
    for (std::uint32_t i = 0; i < bits; ++i)
        if ((members[i / 64] >> (i % 64) & 1) != complement) order.push_back(i);
    return {std::move(order), bits};
}

Range Layer::range(std::uint32_t node) const {
    std::uint32_t const heap = node % tree_size_, first = block_of(node) * block_;
    Range range{first, std::min(static_cast<std::uint32_t>(order_.size()), first + block_)};
    for (int bit = std::bit_width(heap) - 2; bit >= 0; --bit) {
        std::uint32_t const middle = range.from + (range.to - range.from + 1) / 2;
        (heap >> bit & 1 ? range.from : range.to) = middle;
    }
    return range;
}

bool Layer::parity(Bits const& key, Range range) const {
    bool sum = false;
    for (std::uint32_t i = range.from; i < range.to; ++i)
        sum ^= key.get(order_[i]);
    return sum;
}

} // namespace qkdes::cascade_layers
