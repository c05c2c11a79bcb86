#include "sim/base/polynomial_hash.hpp"

#include "tests/models/postprocessing/random_keys.hpp"
#include "tests/support/statistics.hpp"

#include <gtest/gtest.h>

#if defined(QKDES_HAVE_NTL)
#include <NTL/GF2E.h>
#endif

namespace qkdes {
namespace {

using test::random_bits;

/// One bit of b at a time: the field from its definition.
Word128 bitwise_multiply(Word128 a, Word128 b) {
    Word128 sum;
    for (int i = 127; i >= 0; --i) {
        bool const carry = sum.high >> 63;
        sum = {sum.low << 1, sum.high << 1 | sum.low >> 63};
        if (carry) sum.low ^= 0x87;
        if ((i < 64 ? b.low >> i : b.high >> (i - 64)) & 1) sum ^= a;
    }
    return sum;
}

Word128 bitwise_hash(Bits const& message, Word128 key) {
    Word128 acc;
    for (std::size_t block = 0; block < (message.size() + 127) / 128; ++block) {
        Word128 chunk;
        for (std::size_t i = 0; i < 128 && 128 * block + i < message.size(); ++i)
            (i < 64 ? chunk.low : chunk.high) |= std::uint64_t{message.get(128 * block + i)} << (i % 64);
        acc = bitwise_multiply(acc ^ chunk, key);
    }
    return bitwise_multiply(acc ^ Word128{message.size(), 0}, key);
}

Word128 random_word(RngStream& rng) {
    std::uint64_t const low = rng.next();
    return {low, rng.next()};
}

TEST(PolynomialHash, ProductMatchesTheDefinition) {
    RngStream rng{1, "test"};
    Word128 const ones{~0ull, ~0ull};
    EXPECT_EQ(gf128_multiply(ones, ones), bitwise_multiply(ones, ones));
    EXPECT_EQ(gf128_multiply({0, 1ull << 63}, {2, 0}), (Word128{0x87, 0})); // x^127 x = x^7 + x^2 + x + 1
    for (int i = 0; i < 2000; ++i) {
        Word128 const a = random_word(rng), b = random_word(rng);
        ASSERT_EQ(gf128_multiply(a, b), bitwise_multiply(a, b));
    }
}

// All paths, all lengths around the block, the eight-fold stride and the word. Mutation: power[kWays - 1 - i] with an
// off-by-one fails from 1024 bits on; forgetting the odd last word fails at 64.
TEST(PolynomialHash, MatchesBitwiseHorner) {
    RngStream rng{2, "test"};
    for (std::size_t const bits :
         {0, 1, 63, 64, 65, 127, 128, 129, 192, 1023, 1024, 1025, 1151, 1152, 2048, 3000, 4097}) {
        Bits const message = random_bits(rng, bits);
        Word128 const key = random_word(rng);
        Word128 const expected = bitwise_hash(message, key);
        for (auto path : {CarrylessPath::portable, CarrylessPath::pclmul, CarrylessPath::vpclmul})
            if (carryless_path_supported(path)) {
                EXPECT_EQ(polynomial_hash(message, key, path), expected) << bits;
            }
    }
}

/// Sixteen bytes in GHASH's order (first bit is the coefficient of 1) as an element in ours.
Word128 reflected(std::uint64_t first, std::uint64_t second) {
    auto const reverse = [](std::uint64_t w) {
        std::uint64_t out = 0;
        for (int i = 0; i < 64; ++i)
            out |= (w >> i & 1) << (63 - i);
        return out;
    };
    return {reverse(first), reverse(second)};
}

// Known answer: test case 2 of D. McGrew, J. Viega, "The Galois/Counter Mode of Operation (GCM)". One block, then the
// length block; GHASH puts the length where ours has it only after reflection, so the two products are taken singly.
TEST(PolynomialHash, FieldIsTheOneOfGhash) {
    Word128 const h = reflected(0x66e94bd4ef8a2c3bull, 0x884cfa59ca342b2eull);
    Word128 const c = reflected(0x0388dace60b6a392ull, 0xf328c2b971b2fe78ull);
    Word128 const x1 = gf128_multiply(c, h);
    EXPECT_EQ(x1, reflected(0x5e2ec74691706288ull, 0x2c85b0685353deb7ull));
    EXPECT_EQ(gf128_multiply(x1 ^ reflected(0, 0x80), h), reflected(0xf38cbb1ad69223dcull, 0xc3457ae5b6b0f885ull));
}

#if defined(QKDES_HAVE_NTL)
NTL::GF2X polynomial(Word128 w) {
    unsigned char bytes[16];
    for (int i = 0; i < 8; ++i) {
        bytes[i] = static_cast<unsigned char>(w.low >> (8 * i));
        bytes[8 + i] = static_cast<unsigned char>(w.high >> (8 * i));
    }
    return NTL::GF2XFromBytes(bytes, 16);
}

TEST(PolynomialHash, ProductMatchesNtl) {
    NTL::GF2X modulus;
    for (long exponent : {128, 7, 2, 1, 0})
        NTL::SetCoeff(modulus, exponent);
    NTL::GF2E::init(modulus);
    RngStream rng{3, "test"};
    for (int i = 0; i < 500; ++i) {
        Word128 const a = random_word(rng), b = random_word(rng);
        NTL::GF2E const product = NTL::conv<NTL::GF2E>(polynomial(a)) * NTL::conv<NTL::GF2E>(polynomial(b));
        ASSERT_EQ(NTL::rep(product), polynomial(gf128_multiply(a, b)));
    }
}
#endif

// The length block tells apart what zero filling would merge.
TEST(PolynomialHash, TrailingZerosChangeTheHash) {
    RngStream rng{4, "test"};
    Word128 const key = random_word(rng);
    Bits message = random_bits(rng, 100);
    Word128 const before = polynomial_hash(message, key);
    for (std::size_t const longer : {101, 128, 129, 256}) {
        message.resize(longer);
        EXPECT_NE(polynomial_hash(message, key), before);
    }
}

// Over the key, 8 bits of two messages' hashes agree about once in 256 (the bound is (L+1)/256). Statistical, 1e-9.
// Power: a hash that ignored one of the eight bits would agree once in 128, and is seen.
TEST(PolynomialHash, ShortTagsCollideAsRarelyAsTheirLength) {
    RngStream rng{5, "test"};
    std::uint64_t const trials = 200'000;
    Bits const a = random_bits(rng, 1500);
    auto const band = test::binomial_band(trials, 1.0 / 256);
    for (std::size_t const position : {0, 700, 1499}) {
        Bits b = a;
        b.flip(position);
        std::uint64_t agree = 0;
        for (std::uint64_t trial = 0; trial < trials; ++trial) {
            Word128 const key = random_word(rng);
            agree += ((polynomial_hash(a, key) ^ polynomial_hash(b, key)).low & 255) == 0;
        }
        EXPECT_TRUE(band.contains(static_cast<double>(agree) / static_cast<double>(trials))) << position;
    }
    EXPECT_FALSE(band.contains(1.0 / 128));
}

} // namespace
} // namespace qkdes
