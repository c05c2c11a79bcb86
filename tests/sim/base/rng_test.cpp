#include "sim/base/rng.hpp"
#include "tests/support/chi_square.hpp"
#include "tests/support/statistics.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <set>
#include <string>
#include <vector>

namespace qkdes {
namespace {

// Known answers of Random123 1.09 (tests/kat_vectors): that the package's Philox is the published one.
TEST(Philox, KnownAnswers) {
    using Words = std::array<std::uint32_t, 4>;
    auto const philox = [](Words c, std::array<std::uint32_t, 2> k) {
        auto const r = r123::Philox4x32{}({{c[0], c[1], c[2], c[3]}}, {{k[0], k[1]}});
        return Words{r[0], r[1], r[2], r[3]};
    };
    std::uint32_t const f = 0xffffffff;
    EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    EXPECT_EQ(philox({f, f, f, f}, {f, f}), (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
    EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
              (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

std::vector<std::uint64_t> first(RngStream stream, std::size_t n) {
    std::vector<std::uint64_t> out(n);
    stream.fill(out);
    return out;
}

// Results files say which seed made them: a stream must not change between versions. Turns red when its name's hash,
// the use of the key or the order within a block changes.
TEST(RngStream, GoldenDraws) {
    EXPECT_EQ(first(RngStream{42, "link/basel-bern/detector", 3}, 4),
              (std::vector<std::uint64_t>{118618068358814139u, 4592894233778853840u, 3798327609738474885u,
                                          9653004347273277775u}));
}

TEST(RngStream, SeedNameAndIndexEachMatter) {
    std::set<std::vector<std::uint64_t>> seen;
    for (std::uint64_t seed : {0u, 1u, 2u})
        for (std::string name : {"", "a", "b", "ab", "ba", "link/1", "link/11"})
            for (std::uint64_t index : {0u, 1u, 2u})
                seen.insert(first(RngStream{seed, name, index}, 2));
    EXPECT_EQ(seen.size(), 3u * 7u * 3u);
}

// Turns red when streams share any state.
TEST(RngStream, DrawsOfOneStreamDoNotShiftAnother) {
    auto const alone = first(RngStream{9, "b"}, 100);
    RngStream a{9, "a"}, b{9, "b"};
    std::vector<std::uint64_t> interleaved;
    for (int i = 0; i < 100; ++i) {
        for (int k = 0; k < i % 5; ++k)
            a.next();
        interleaved.push_back(b.next());
    }
    EXPECT_EQ(interleaved, alone);
}

// Two streams whose names differ in one character agree in half of their bits. One false alarm in 1e9.
TEST(RngStream, NeighbouringNamesAreIndependent) {
    std::uint64_t equal = 0;
    constexpr std::uint64_t kWords = 20'000;
    RngStream a{1, "node/1"}, b{1, "node/2"};
    for (std::uint64_t i = 0; i < kWords; ++i)
        equal += static_cast<std::uint64_t>(std::popcount(~(a.next() ^ b.next())));
    double const fraction = static_cast<double>(equal) / (64 * kWords);
    EXPECT_TRUE(test::binomial_band(64 * kWords, 0.5).contains(fraction)) << fraction;
    EXPECT_FALSE(test::binomial_band(64 * kWords, 0.5).contains(fraction * 1.01));
}

TEST(RngStream, BelowIsUniform) {
    RngStream rng{2, "below"};
    for (std::uint64_t bound : {1u, 2u, 3u, 7u, 100u}) {
        std::vector<std::uint64_t> draws(100'000);
        for (auto& x : draws)
            ASSERT_LT(x = rng.below(bound), bound);
        test::Pmf const even{0, std::vector<double>(bound, 1.0 / static_cast<double>(bound))};
        EXPECT_TRUE(test::fits(draws, even)) << bound;
        if (bound == 1) continue;
        for (std::size_t i = 0; i < draws.size(); i += 10)
            draws[i] = 0; // the negative twin
        EXPECT_FALSE(test::fits(draws, even)) << bound;
    }
}

// Turns red when the remainder is taken without rejection: at a bound of 3/4 of 2^64 a third of the range is hit twice.
TEST(RngStream, BelowIsUniformForHugeBounds) {
    RngStream rng{3, "below"};
    std::uint64_t const bound = std::uint64_t{3} << 62;
    std::uint64_t low = 0;
    for (int i = 0; i < 100'000; ++i)
        low += rng.below(bound) < bound / 3;
    EXPECT_TRUE(test::binomial_band(100'000, 1.0 / 3).contains(static_cast<double>(low) / 100'000));
}

TEST(RngStream, UniformIsOpenAndUniform) {
    RngStream rng{4, "uniform"};
    std::vector<double> draws(200'000);
    for (auto& u : draws) {
        u = rng.uniform();
        ASSERT_TRUE(u > 0 && u < 1);
    }
    EXPECT_TRUE(test::fits_cdf(draws, [](double u) { return u; }));
    EXPECT_FALSE(test::fits_cdf(draws, [](double u) { return u * u * 0.1 + 0.9 * u; }));
}

// Little-endian bytes of successive words; the unused bytes of the last word are dropped.
TEST(RngStream, BytesAreTheWordsInLittleEndian) {
    for (std::size_t size : {0u, 1u, 7u, 8u, 9u, 33u}) {
        std::vector<std::uint8_t> bytes(size);
        RngStream a{5, "fill"}, b{5, "fill"};
        a.fill(bytes);
        std::uint64_t word = 0;
        for (std::size_t i = 0; i < size; ++i) {
            if (i % 8 == 0) word = b.next();
            ASSERT_EQ(bytes[i], static_cast<std::uint8_t>(word >> (8 * (i % 8)))) << i;
        }
        EXPECT_EQ(a.next(), b.next());
    }
}

TEST(RngStreamDeathTest, BelowNothing) {
    RngStream rng{6, "death"};
    EXPECT_DEATH(rng.below(0), "bound > 0");
}

} // namespace
} // namespace qkdes
