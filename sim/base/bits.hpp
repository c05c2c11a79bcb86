// A string of bits in 64-bit words: bit i is bit i%64 of word i/64. Bits beyond size() in the last word are always 0,
// so that words can be hashed, compared and xor-ed whole.
#pragma once
#include "sim/base/contracts.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace qkdes {

class Bits {
  public:
    Bits() = default;
    explicit Bits(std::size_t size) : size_{size}, words_((size + 63) / 64) {}
    /// Takes whole words; clears what lies beyond `size`. Needs words.size() == ceil(size / 64).
    Bits(std::size_t size, std::vector<std::uint64_t> words) : size_{size}, words_{std::move(words)} {
        QKDES_EXPECTS(words_.size() == (size + 63) / 64);
        clear_tail();
    }

    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    bool get(std::size_t i) const { return words_[i >> 6] >> (i & 63) & 1; }
    void set(std::size_t i, bool bit) {
        words_[i >> 6] = (words_[i >> 6] & ~(std::uint64_t{1} << (i & 63))) | std::uint64_t{bit} << (i & 63);
    }
    void flip(std::size_t i) { words_[i >> 6] ^= std::uint64_t{1} << (i & 63); }
    void push_back(bool bit) {
        if (size_ % 64 == 0) words_.push_back(0);
        words_.back() |= std::uint64_t{bit} << (size_ & 63);
        ++size_;
    }
    void reserve(std::size_t bits) { words_.reserve((bits + 63) / 64); }
    /// Shrinks or grows; new bits are 0.
    void resize(std::size_t size);

    std::span<std::uint64_t const> words() const { return words_; }
    std::span<std::uint64_t> mutable_words() { return words_; } ///< keep the tail clear
    /// Bits [from, from + count) as a new string.
    Bits slice(std::size_t from, std::size_t count) const;
    void append(Bits const& other);
    /// Little-endian bytes, size() / 8 rounded up.
    std::vector<std::uint8_t> bytes() const;

    std::size_t count() const {
        std::size_t n = 0;
        for (auto w : words_)
            n += static_cast<std::size_t>(std::popcount(w));
        return n;
    }
    /// Number of positions where the two differ; sizes must be equal.
    std::size_t distance(Bits const& other) const;
    bool operator==(Bits const&) const = default;
    Bits& operator^=(Bits const& other);

  private:
    void clear_tail() {
        if (size_ % 64 != 0) words_.back() &= (std::uint64_t{1} << (size_ % 64)) - 1;
    }
    std::size_t size_ = 0;
    std::vector<std::uint64_t> words_;
};

} // namespace qkdes
