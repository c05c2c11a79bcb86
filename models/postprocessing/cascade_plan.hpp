// What both parties of Cascade know before the first message: block sizes, the permutation, the random subsets, and how
// a query names a range of bits. All public, drawn from a public seed.
//
// Every pass lays binary trees over its blocks. A tree over 2^s places is stored as a heap: root 1, children of node v
// at 2v and 2v + 1, leaf of place x at 2^s + x. Block b's nodes stand from b 2^(s+1) on, so that one number names a
// range, and the known/odd flags of a block are neighbours. Pass 0 is the identity, pass 1 the permutation; from pass 2
// on there are two "blocks" over the whole frame: a random subset (0) and its complement (1).
#pragma once
#include "models/postprocessing/cascade.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace qkdes::cascade {

/// A node of a pass's forest, as it crosses the channel: pass in the upper 4 bits, node below.
using Query = std::uint32_t;
inline constexpr unsigned kNodeBits = 28;
inline constexpr std::size_t kLargestFrame = std::size_t{1} << 25;
inline constexpr unsigned kFirstSubsetPass = 2;

constexpr Query make_query(unsigned pass, std::uint32_t node) { return pass << kNodeBits | node; }
constexpr unsigned pass_of(Query query) { return query >> kNodeBits; }
constexpr std::uint32_t node_of(Query query) { return query & ((1u << kNodeBits) - 1); }

/// Places [first, first + (1 << log2_size)) of a pass; those beyond the frame are empty. `block` is the node's tree.
struct Range {
    std::uint32_t block, first;
    unsigned log2_size;
};

/// The range of a node in a forest of trees over 2^log2_block places. For subset passes all trees begin at place 0.
inline Range range_of(std::uint32_t node, unsigned log2_block, bool subset) {
    std::uint32_t const block = node >> (log2_block + 1);
    std::uint32_t const heap = node & ((2u << log2_block) - 1);
    unsigned const level = static_cast<unsigned>(std::bit_width(heap)) - 1;
    unsigned const log2_size = log2_block - level;
    std::uint32_t const inside = (heap - (1u << level)) << log2_size;
    return {block, subset ? inside : (block << log2_block) + inside, log2_size};
}

class Plan {
  public:
    /// Needs frame_bits <= kLargestFrame and 2 <= parameters.passes <= 15.
    Plan(std::size_t frame_bits, CascadeParameters const& parameters, std::uint64_t public_seed);
    /// The plan for one bit less: same block sizes; the permutation without its largest element (again uniform).
    Plan shortened() const;

    std::size_t frame_bits() const { return frame_bits_; }
    unsigned passes() const { return passes_; }
    unsigned log2_block(unsigned pass) const { return pass < kFirstSubsetPass ? log2_block_[pass] : log2_whole_; }
    std::uint32_t blocks(unsigned pass) const {
        if (pass >= kFirstSubsetPass) return 2;
        return static_cast<std::uint32_t>((frame_bits_ + (std::size_t{1} << log2_block_[pass]) - 1) >>
                                          log2_block_[pass]);
    }
    Range range(Query query) const {
        unsigned const pass = pass_of(query);
        return range_of(node_of(query), log2_block(pass), pass >= kFirstSubsetPass);
    }
    /// Pass 1: the key position that stands at each place, and the place of each key position.
    std::span<std::uint32_t const> order() const { return order_; }
    std::span<std::uint32_t const> place() const { return place_; }
    /// Members of the subset of a pass >= kFirstSubsetPass, one bit per key position; clear beyond the frame.
    std::span<std::uint64_t const> subset(unsigned pass) const { return subsets_[pass - kFirstSubsetPass]; }

    /// The key in the order of pass 1.
    void permute(std::span<std::uint64_t const> key, std::vector<std::uint64_t>& out) const;

  private:
    Plan() = default;
    std::size_t frame_bits_ = 0;
    unsigned passes_ = 0, log2_whole_ = 0;
    unsigned log2_block_[kFirstSubsetPass] = {0, 0};
    std::vector<std::uint32_t> order_, place_;
    std::vector<std::vector<std::uint64_t>> subsets_;
};

/// XOR of all words that a range of places covers, of `words` or, in a subset pass, of its members among them: its
/// parity is the range's parity. Words beyond the end count as 0.
inline std::uint64_t fold_range(std::span<std::uint64_t const> words, Range range) {
    std::size_t const first = range.first >> 6;
    if (range.log2_size < 6) {
        if (first >= words.size()) return 0;
        return words[first] >> (range.first & 63) & ((std::uint64_t{1} << (1u << range.log2_size)) - 1);
    }
    std::size_t const last = std::min(words.size(), first + (std::size_t{1} << (range.log2_size - 6)));
    std::uint64_t fold = 0;
    for (std::size_t w = first; w < last; ++w)
        fold ^= words[w];
    return fold;
}

/// The same over the members of a subset (block 0) or of its complement (block 1).
inline std::uint64_t fold_range(std::span<std::uint64_t const> words, std::span<std::uint64_t const> subset,
                                Range range) {
    std::uint64_t const invert = range.block == 0 ? 0 : ~std::uint64_t{0};
    std::size_t const first = range.first >> 6;
    if (range.log2_size < 6) {
        if (first >= words.size()) return 0;
        return (words[first] & (subset[first] ^ invert)) >> (range.first & 63) &
               ((std::uint64_t{1} << (1u << range.log2_size)) - 1);
    }
    std::size_t const last = std::min(words.size(), first + (std::size_t{1} << (range.log2_size - 6)));
    std::uint64_t a = 0, b = 0;
    std::size_t w = first;
    for (; w + 1 < last; w += 2) {
        a ^= words[w] & (subset[w] ^ invert);
        b ^= words[w + 1] & (subset[w + 1] ^ invert);
    }
    if (w < last) a ^= words[w] & (subset[w] ^ invert);
    return a ^ b;
}

inline bool parity(std::uint64_t word) { return __builtin_parityll(word) != 0; }

} // namespace qkdes::cascade
