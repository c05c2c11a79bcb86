#include "models/postprocessing/toeplitz.hpp"

#include "tests/models/postprocessing/random_keys.hpp"
#include "tests/support/statistics.hpp"

#include <gtest/gtest.h>

#if defined(QKDES_HAVE_NTL)
#include <NTL/GF2X.h>
#endif

namespace qkdes {
namespace {

using test::random_bits;

std::vector<CarrylessPath> supported_paths() {
    std::vector<CarrylessPath> paths;
    for (auto path : {CarrylessPath::portable, CarrylessPath::pclmul, CarrylessPath::vpclmul})
        if (carryless_path_supported(path)) paths.push_back(path);
    return paths;
}

/// Row i of the full form, straight from the definition.
bool full_bit(Bits const& t, Bits const& x, std::size_t n, std::size_t i) {
    bool sum = false;
    for (std::size_t j = 0; j < n; ++j)
        sum ^= t.get(i + n - 1 - j) && x.get(j);
    return sum;
}

bool hash_bit(Bits const& t, Bits const& x, std::size_t m, ToeplitzForm form, std::size_t i) {
    if (form == ToeplitzForm::full) return full_bit(t, x, x.size(), i);
    std::size_t const head = x.size() - m;
    return x.get(head + i) != (head > 0 && full_bit(t, x, head, i));
}

struct Sizes {
    std::size_t n, m;
};

// Every path against the definition, bit by bit, at sizes around word and leaf boundaries and odd shapes (flat, tall,
// square). Mutation: an even shift instead of the odd one when the seed is laid out (64 across side - n) fails at once.
TEST(Toeplitz, MatchesTheDefinition) {
    RngStream rng{1, "test"};
    for (auto const [n, m] : {Sizes{1, 1},
                              {2, 1},
                              {63, 20},
                              {64, 64},
                              {65, 1},
                              {127, 126},
                              {128, 64},
                              {300, 299},
                              {1000, 7},
                              {1024, 512},
                              {1025, 513},
                              {2049, 2049},
                              {3000, 1400},
                              {5000, 300},
                              {6500, 3100}}) {
        for (auto const form : {ToeplitzForm::full, ToeplitzForm::modified}) {
            Bits const seed = random_bits(rng, toeplitz_seed_bits(n, m, form));
            Bits const key = random_bits(rng, n);
            Bits expected{m};
            for (std::size_t i = 0; i < m; ++i)
                expected.set(i, hash_bit(seed, key, m, form, i));
            for (auto const path : supported_paths())
                EXPECT_EQ(toeplitz_hash(seed, key, m, form, path), expected)
                    << n << " to " << m << (form == ToeplitzForm::full ? " full" : " modified") << ", path "
                    << int(path);
        }
    }
}

// The size that matters: all paths agree, and random rows agree with the definition. 200 rows miss an error in a tenth
// of all rows with a chance of 1e-9, 40 rows an error in half of them (a wrong tile, a seed shifted by a bit) with
// 1e-12.
void check_large(std::size_t n, std::size_t m, int rows, bool portable) {
    RngStream rng{2, "test"};
    for (auto const form : {ToeplitzForm::full, ToeplitzForm::modified}) {
        Bits const seed = random_bits(rng, toeplitz_seed_bits(n, m, form));
        Bits const key = random_bits(rng, n);
        Bits const hash = toeplitz_hash(seed, key, m, form);
        for (int k = 0; k < rows; ++k) {
            std::size_t const i = k == 0 ? 0 : k == 1 ? m - 1 : rng.below(m);
            ASSERT_EQ(hash.get(i), hash_bit(seed, key, m, form, i)) << "row " << i;
        }
        for (auto const path : supported_paths())
            if (portable || path != CarrylessPath::portable) {
                EXPECT_TRUE(toeplitz_hash(seed, key, m, form, path) == hash);
            }
    }
}
TEST(Toeplitz, LargeBlocks) { check_large(60'013, 29'501, 200, true); }
TEST(ToeplitzLong, MillionBits) { check_large(1'000'000, 500'000, 200, true); }
TEST(ToeplitzLong, TenMillionBits) { check_large(10'000'000, 3'000'001, 40, false); }

#if defined(QKDES_HAVE_NTL)
NTL::GF2X polynomial(Bits const& bits) {
    auto const bytes = bits.bytes();
    NTL::GF2X out;
    NTL::GF2XFromBytes(out, bytes.data(), static_cast<long>(bytes.size()));
    return out;
}

// Independent oracle: the hash is the middle of a polynomial product, which NTL (Shoup) computes by its own means.
TEST(Toeplitz, MatchesNtl) {
    RngStream rng{3, "test"};
    for (auto const [n, m] : {Sizes{100'000, 50'000}, {99'991, 12'345}, {30'000, 30'000}, {200'003, 77'777}}) {
        Bits const seed = random_bits(rng, n + m - 1);
        Bits const key = random_bits(rng, n);
        NTL::GF2X const product = polynomial(seed) * polynomial(key);
        Bits expected{m};
        for (std::size_t i = 0; i < m; ++i)
            expected.set(i, NTL::IsOne(NTL::coeff(product, static_cast<long>(i + n - 1))));
        EXPECT_TRUE(toeplitz_hash(seed, key, m, ToeplitzForm::full) == expected) << n << " to " << m;
    }
}
#endif

// (I | T') x = x_tail + T' x_head: the modified form is the full form on the head, plus the tail.
TEST(Toeplitz, ModifiedFormIsIdentityBesideFullForm) {
    RngStream rng{4, "test"};
    for (auto const [n, m] : {Sizes{1000, 400}, {777, 388}, {5001, 64}}) {
        Bits const seed = random_bits(rng, toeplitz_seed_bits(n, m, ToeplitzForm::modified));
        Bits const key = random_bits(rng, n);
        Bits expected = toeplitz_hash(seed, key.slice(0, n - m), m, ToeplitzForm::full);
        expected ^= key.slice(n - m, m);
        EXPECT_EQ(toeplitz_hash(seed, key, m, ToeplitzForm::modified), expected);
    }
}

TEST(Toeplitz, EdgesOfTheRange) {
    RngStream rng{5, "test"};
    Bits const key = random_bits(rng, 100);
    EXPECT_EQ(toeplitz_seed_bits(100, 0, ToeplitzForm::full), 0u);
    EXPECT_EQ(toeplitz_seed_bits(100, 40, ToeplitzForm::full), 139u);
    EXPECT_EQ(toeplitz_seed_bits(100, 40, ToeplitzForm::modified), 99u);
    EXPECT_EQ(toeplitz_seed_bits(100, 100, ToeplitzForm::modified), 0u);
    EXPECT_TRUE(toeplitz_hash(Bits{}, key, 0, ToeplitzForm::full).empty());
    EXPECT_EQ(toeplitz_hash(Bits{}, key, 100, ToeplitzForm::modified), key);
    EXPECT_TRUE(toeplitz_hash(Bits{}, Bits{}, 0, ToeplitzForm::modified).empty());
}

TEST(Toeplitz, IsLinear) {
    RngStream rng{6, "test"};
    for (auto const form : {ToeplitzForm::full, ToeplitzForm::modified}) {
        Bits const seed = random_bits(rng, 3000), a = random_bits(rng, 1700), b = random_bits(rng, 1700);
        Bits sum = a, hash = toeplitz_hash(seed, a, 900, form);
        sum ^= b;
        hash ^= toeplitz_hash(seed, b, 900, form);
        EXPECT_EQ(toeplitz_hash(seed, sum, 900, form), hash);
    }
}

// Universality: two fixed keys collide with probability 2^-m over the seed. Statistical, one false alarm in 1e9.
// Power: a seed bit that is never used makes some pairs collide twice as often, which the last line shows is seen.
TEST(Toeplitz, CollisionsAreAsRareAsPromised) {
    RngStream rng{7, "test"};
    std::size_t const n = 24, m = 6;
    std::uint64_t const trials = 100'000;
    auto const band = test::binomial_band(trials, 1.0 / 64);
    for (auto const form : {ToeplitzForm::full, ToeplitzForm::modified}) {
        for (std::uint64_t const difference : {0x000001ull, 0x020000ull, 0xffffffull, 0x800001ull, 0x5a5a5aull}) {
            Bits const key{n, {difference}}; // linear: a pair collides when its difference hashes to zero
            std::uint64_t collisions = 0;
            for (std::uint64_t trial = 0; trial < trials; ++trial)
                collisions += toeplitz_hash(random_bits(rng, n + m - 1), key, m, form).count() == 0;
            double const rate = static_cast<double>(collisions) / static_cast<double>(trials);
            EXPECT_TRUE(band.contains(rate)) << std::hex << difference << ": " << rate;
        }
    }
    EXPECT_FALSE(band.contains(1.0 / 32));
    EXPECT_FALSE(band.contains(1.0 / 80));
}

} // namespace
} // namespace qkdes
