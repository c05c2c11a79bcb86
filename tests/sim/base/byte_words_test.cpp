// Words are little-endian bytes on every machine, and the fast hash of pairs sees every bit, every place and every
// length.
#include "sim/base/byte_words.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/rng.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <vector>

namespace qkdes {
namespace {

TEST(ByteWords, StandLeastSignificantFirst) {
    std::array<std::uint8_t, 9> const bytes{1, 2, 3, 4, 5, 6, 7, 8, 9};
    EXPECT_EQ(load_word(bytes.data()), 0x0807060504030201u);
    EXPECT_EQ(load_word(std::span{bytes}.first(3)), 0x030201u);
    EXPECT_EQ(load_word(std::span{bytes}.first(0)), 0u);
    EXPECT_EQ(load_word(std::span{bytes}), 0x0807060504030201u);
    std::array<std::uint8_t, 9> copy{};
    store_word(0x0807060504030201u, copy.data());
    EXPECT_EQ(copy, (std::array<std::uint8_t, 9>{1, 2, 3, 4, 5, 6, 7, 8, 0}));
}

TEST(ByteWords, RandomBytesAreTheWordsOfTheStream) {
    for (std::size_t size = 0; size <= 40; ++size) {
        RngStream one{7, "bytes", size}, other{7, "bytes", size};
        std::vector<std::uint8_t> bytes(size);
        one.fill(std::span{bytes});
        for (std::size_t at = 0; at < size; at += 8) {
            std::uint64_t const word = other.next();
            for (std::size_t i = at; i < std::min(size, at + 8); ++i)
                ASSERT_EQ(bytes[i], static_cast<std::uint8_t>(word >> (8 * (i - at)))) << size << " " << i;
        }
        ASSERT_EQ(one.next(), other.next());
    }
}

std::uint64_t hash_of(std::span<std::uint8_t const> bytes) {
    PairHash hash;
    hash.add(bytes);
    return hash.value();
}

TEST(PairHash, SeesEveryBitAndPlace) {
    RngStream rng{8, "pairs"};
    std::vector<std::uint8_t> bytes(83);
    rng.fill(std::span{bytes});
    std::set<std::uint64_t> seen{hash_of(bytes)};
    std::size_t expected = 1;
    for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit, ++expected) {
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
        seen.insert(hash_of(bytes));
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    }
    for (std::size_t word = 0; word + 16 <= bytes.size(); word += 8, ++expected) { // neighbours change places
        std::swap_ranges(&bytes[word], &bytes[word + 8], &bytes[word + 8]);
        seen.insert(hash_of(bytes));
        std::swap_ranges(&bytes[word], &bytes[word + 8], &bytes[word + 8]);
    }
    EXPECT_EQ(seen.size(), expected);
    // Zeros are something too, pair by pair.
    std::vector<std::uint8_t> const zeros(64);
    EXPECT_NE(hash_of(std::span{zeros}.first(16)), hash_of(zeros));
}

// Of random words: bits of the answer come up as often as not.
TEST(PairHash, SpreadsItsBits) {
    RngStream rng{9, "pairs"};
    std::array<int, 64> ones{};
    constexpr int kDraws = 10'000;
    for (int i = 0; i < kDraws; ++i) {
        PairHash hash;
        hash.add(rng.below(4), static_cast<std::uint64_t>(i)); // nearly all bits equal
        for (std::size_t bit = 0; bit < 64; ++bit)
            ones[bit] += static_cast<int>(hash.value() >> bit & 1);
    }
    for (int const count : ones)
        EXPECT_NEAR(count, kDraws / 2, 300); // six standard deviations
}

} // namespace
} // namespace qkdes
