// Keys for the tests of this folder.
#pragma once
#include "sim/base/bits.hpp"
#include "sim/base/distributions.hpp"
#include "sim/base/rng.hpp"

#include <cmath>

namespace qkdes::test {

inline Bits random_bits(RngStream& rng, std::size_t size) {
    std::vector<std::uint64_t> words((size + 63) / 64);
    rng.fill(std::span<std::uint64_t>{words});
    return Bits{size, std::move(words)};
}

/// A copy with each bit flipped with probability q.
inline Bits with_errors(RngStream& rng, Bits key, double q) {
    if (q <= 0) return key;
    for (std::uint64_t i = sample_geometric(rng, q); i < key.size(); i += 1 + sample_geometric(rng, q))
        key.flip(i);
    return key;
}

inline double binary_entropy(double q) { return q <= 0 || q >= 1 ? 0 : -q * std::log2(q) - (1 - q) * std::log2(1 - q); }

} // namespace qkdes::test
