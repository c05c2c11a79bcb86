// The classical variants' blocks (cascade_variants.hpp): a layer is an order of some of the key's bits, cut into blocks
// that are halved down to single bits. Both parties make the same layers from the public seed.
#pragma once
#include "sim/base/bits.hpp"

#include <cstdint>
#include <vector>

namespace qkdes::cascade_layers {

/// Places [from, to) of a layer.
struct Range {
    std::uint32_t from, to;
};

class Layer {
  public:
    Layer(std::vector<std::uint32_t> order, std::uint32_t block);

    /// The whole key as it stands, or in a random order; the members of a random subset, or of its complement.
    static Layer identity(std::uint32_t bits, std::uint32_t block);
    static Layer permuted(std::uint32_t bits, std::uint32_t block, std::uint64_t public_seed, std::uint64_t index);
    static Layer subset(std::uint32_t bits, bool complement, std::uint64_t public_seed, std::uint64_t index);

    std::uint32_t blocks() const { return blocks_; }
    /// Nodes: block b's tree is a heap that begins at b * tree_size(); its root is number 1 in it.
    std::uint32_t tree_size() const { return tree_size_; }
    std::uint32_t root(std::uint32_t block) const { return block * tree_size_ + 1; }
    std::uint32_t block_of(std::uint32_t node) const { return node / tree_size_; }
    std::uint32_t left(std::uint32_t node) const { return node + node % tree_size_; }
    std::uint32_t parent(std::uint32_t node) const { return node - node % tree_size_ + node % tree_size_ / 2; }
    Range range(std::uint32_t node) const;
    /// The key bit at a place, and the place of a key bit (kNowhere if it is no member).
    static constexpr std::uint32_t kNowhere = ~0u;
    std::uint32_t bit_at(std::uint32_t place) const { return order_[place]; }
    std::uint32_t block_of_bit(std::uint32_t bit) const {
        return bit >= place_.size() || place_[bit] == kNowhere ? kNowhere : place_[bit] / block_;
    }
    bool parity(Bits const& key, Range range) const;

  private:
    std::vector<std::uint32_t> order_, place_;
    std::uint32_t block_, blocks_, tree_size_;
};

} // namespace qkdes::cascade_layers
