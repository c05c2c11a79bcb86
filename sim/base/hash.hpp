// Stable, non-cryptographic hashes: the same on every machine and in every version (std::hash promises neither).
// Used for stream names, trace hashes and bench answers; never for security.
#pragma once
#include "sim/base/byte_words.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>

namespace qkdes {

/// The finaliser of MurmurHash3 (Austin Appleby, public domain): a bijection that mixes all 64 bits.
constexpr std::uint64_t mix64(std::uint64_t x) {
    x = (x ^ (x >> 33)) * 0xff51afd7ed558ccdull;
    x = (x ^ (x >> 33)) * 0xc4ceb9fe1a85ec53ull;
    return x ^ (x >> 33);
}

/// FNV-1a, 64 bit (Fowler, Noll, Vo), with a final mix.
constexpr std::uint64_t hash_text(std::string_view text, std::uint64_t basis = 0xcbf29ce484222325ull) {
    std::uint64_t h = basis;
    for (char c : text)
        h = (h ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ull;
    return mix64(h);
}

/// Running hash of a sequence of 64-bit words; order matters.
class RunningHash {
  public:
    constexpr void add(std::uint64_t word) { state_ = mix64(state_ ^ (word + 0x9e3779b97f4a7c15ull + (state_ << 6))); }
    constexpr void add(std::span<std::uint64_t const> words) {
        for (auto w : words)
            add(w);
    }
    constexpr std::uint64_t value() const { return state_; }

  private:
    std::uint64_t state_ = 0x51ed270b9f2c6d41ull;
};

/// Hash of pairs of words in their places, several times as fast: the products wait for nothing but their own words.
/// Two sequences of one length that differ, of which one is random, agree once in about 2^64.
class PairHash {
  public:
    constexpr void add(std::uint64_t a, std::uint64_t b) {
        sum_ += static_cast<Wide>(a ^ key_) * (b ^ ~(key_ << 1));
        key_ += 0x9e3779b97f4a7c15ull;
    }
    /// Two words for every sixteen bytes begun, as if zeros followed.
    void add(std::span<std::uint8_t const> bytes) {
        for (; bytes.size() >= 16; bytes = bytes.subspan(16))
            add(load_word(bytes.data()), load_word(bytes.data() + 8));
        if (bytes.empty()) return;
        std::size_t const first = std::min<std::size_t>(8, bytes.size());
        add(load_word(bytes.first(first)), load_word(bytes.subspan(first)));
    }
    constexpr std::uint64_t value() const {
        return mix64(static_cast<std::uint64_t>(sum_) ^ static_cast<std::uint64_t>(sum_ >> 64) * 0xff51afd7ed558ccdull);
    }

  private:
    __extension__ using Wide = unsigned __int128;
    Wide sum_ = 0;
    std::uint64_t key_ = 0xc4ceb9fe1a85ec53ull;
};

} // namespace qkdes
