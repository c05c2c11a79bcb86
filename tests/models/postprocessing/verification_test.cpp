#include "models/postprocessing/verification.hpp"

#include "tests/models/postprocessing/random_keys.hpp"
#include "tests/support/statistics.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using test::random_bits;

// t = ceil(log2((L + 1) / eps)), worked by hand: 1e6 bits are 7813 blocks, log2(7814) = 12.932, log2(1e15) = 49.829.
TEST(Verification, TagLengthIsTheFormulas) {
    EXPECT_EQ(verification_tag_bits(1'000'000, 1e-15), 63u);
    EXPECT_EQ(verification_tag_bits(128, 0x1p-40), 41u);
    EXPECT_EQ(verification_tag_bits(129, 0x1p-40), 42u); // L = 2: log2(3) = 1.58
    EXPECT_EQ(verification_tag_bits(0, 0.5), 1u);
    EXPECT_LE(verification_tag_bits(10'000'000'000, 1e-28), 128u);
}

TEST(Verification, EqualKeysAlwaysPass) {
    RngStream rng{1, "test"};
    for (std::uint64_t i = 0; i < 200; ++i) {
        Bits const key = random_bits(rng, i * 17);
        auto const result = verify_keys(key, key, 1e-10, i);
        EXPECT_TRUE(result.equal);
        EXPECT_EQ(result.disclosed_bits, verification_tag_bits(key.size(), 1e-10));
    }
}

// At 1e-15 no difference may pass in any test run. Each position of a short key, alone.
TEST(Verification, OneWrongBitIsFound) {
    RngStream rng{2, "test"};
    Bits const alice = random_bits(rng, 1001);
    for (std::size_t i = 0; i < alice.size(); ++i) {
        Bits bob = alice;
        bob.flip(i);
        ASSERT_FALSE(verify_keys(alice, bob, 1e-15, i).equal) << i;
    }
}

// eps_cor is kept: at 1/64 (13 bits are then disclosed for 10 240 bits) different keys pass at most once in 64. One
// false alarm in 1e9 if the bound held with equality; the real rate is near 2^-13. Power: comparing 5 bits instead
// would pass once in 32.
TEST(Verification, DifferentKeysPassAtMostAsOftenAsPromised) {
    RngStream rng{3, "test"};
    std::uint64_t const trials = 20'000;
    Bits const alice = random_bits(rng, 10'240);
    Bits bob = alice;
    bob.flip(17);
    bob.flip(9'000);
    ASSERT_EQ(verification_tag_bits(alice.size(), 1.0 / 64), 13u);
    std::uint64_t passed = 0;
    for (std::uint64_t seed = 0; seed < trials; ++seed)
        passed += verify_keys(alice, bob, 1.0 / 64, seed).equal;
    EXPECT_LE(static_cast<double>(passed) / static_cast<double>(trials), test::binomial_band(trials, 1.0 / 64).high);
    EXPECT_GT(1.0 / 32, test::binomial_band(trials, 1.0 / 64).high);
}

TEST(Verification, TagHasItsLengthAndAFreshKey) {
    RngStream rng{4, "test"};
    Bits const key = random_bits(rng, 5000);
    for (unsigned const t : {1u, 13u, 63u, 64u, 65u, 127u}) {
        Word128 const tag = verification_tag(key, 9, t);
        if (t < 64) {
            EXPECT_EQ(tag.low >> t, 0u);
        }
        if (t <= 64) {
            EXPECT_EQ(tag.high, 0u);
        }
        if (t > 64) {
            EXPECT_EQ(tag.high >> (t - 64), 0u);
        }
    }
    EXPECT_NE(verification_tag(key, 9, 128), verification_tag(key, 10, 128));
}

} // namespace
} // namespace qkdes
