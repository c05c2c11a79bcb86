// Fields and the sharing over them: products against division by hand, secrecy by counting every case, errors located.
#include "sim/kme/shares/gf128.hpp"
#include "sim/kme/shares/gf256.hpp"
#include "sim/kme/shares/secret_sharing.hpp"
#include "tests/sim/kme/shares_support.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using test::ChosenEntropy;
using test::SeededEntropy;

// Another way to the same product: multiply as polynomials, then divide by 0x11b.
std::uint8_t by_division(unsigned a, unsigned b) {
    unsigned product = 0;
    for (unsigned i = 0; i < 8; ++i)
        if (b >> i & 1) product ^= a << i;
    for (unsigned i = 15; i >= 8; --i)
        if (product >> i & 1) product ^= 0x11bu << (i - 8);
    return static_cast<std::uint8_t>(product);
}

// Known answers from FIPS 197 sections 4.2 and 4.2.1; fails for any other polynomial.
TEST(SharesField, Gf256AgreesWithDivision) {
    EXPECT_EQ(gf256_multiply(0x57, 0x83), 0xc1);
    EXPECT_EQ(gf256_multiply(0x57, 0x13), 0xfe);
    for (unsigned a = 0; a < 256; ++a) {
        for (unsigned b = 0; b < 256; ++b)
            ASSERT_EQ(gf256_multiply(static_cast<std::uint8_t>(a), static_cast<std::uint8_t>(b)), by_division(a, b));
        auto const inverse = gf256_inverse(static_cast<std::uint8_t>(a));
        EXPECT_EQ(gf256_multiply(static_cast<std::uint8_t>(a), inverse), a == 0 ? 0 : 1);
    }
}

// Fails for a wrong reduction (then the powers of a do not return after 2^128 - 1 steps) or a lost carry.
TEST(SharesField, Gf128IsAField) {
    RngStream rng{1, "gf128"};
    Gf128 const one{1, 0};
    EXPECT_EQ((Gf128{0, std::uint64_t{1} << 63} * Gf128{2, 0}), (Gf128{0x87, 0}));
    for (int i = 0; i < 200; ++i) {
        Gf128 const a{rng.next(), rng.next()}, b{rng.next(), rng.next()}, c{rng.next(), rng.next()};
        EXPECT_EQ(a * b, b * a);
        EXPECT_EQ((a * b) * c, a * (b * c));
        EXPECT_EQ(a * (b ^ c), (a * b) ^ (a * c));
        EXPECT_EQ(a * one, a);
        Gf128 power = a, inverse = one; // a^(2^128 - 2)
        for (int j = 0; j < 127; ++j) {
            power = power * power;
            inverse = inverse * power;
        }
        EXPECT_EQ(a * inverse, one);
    }
}

// Secrecy of one share of two, all cases counted: whatever the secret, each value of any one share comes from exactly
// one of the 256 coefficients. Fails when coefficients are kept from being zero, or x may be 0.
TEST(SharesField, OneShareOfTwoSaysNothing) {
    for (unsigned secret = 0; secret < 256; ++secret)
        for (unsigned x : {1u, 2u, 255u}) {
            std::vector<int> seen(256);
            for (unsigned a = 0; a < 256; ++a) {
                ChosenEntropy entropy{{static_cast<std::uint8_t>(a)}};
                std::uint8_t const byte[] = {static_cast<std::uint8_t>(secret)};
                ++seen[split_secret(byte, 2, static_cast<std::uint8_t>(x < 2 ? 2 : x), entropy)[x - 1].y.data()[0]];
            }
            ASSERT_EQ(std::count(seen.begin(), seen.end(), 1), 256) << secret << " at " << x;
        }
}

// The same for two shares of three: over all 2^16 pairs of coefficients each pair of values comes once.
TEST(SharesField, TwoSharesOfThreeSayNothing) {
    for (unsigned secret : {0u, 1u, 0x53u, 255u}) {
        std::vector<int> seen(65536);
        for (unsigned pair = 0; pair < 65536; ++pair) {
            ChosenEntropy entropy{{static_cast<std::uint8_t>(pair), static_cast<std::uint8_t>(pair >> 8)}};
            std::uint8_t const byte[] = {static_cast<std::uint8_t>(secret)};
            auto const shares = split_secret(byte, 3, 5, entropy);
            ++seen[shares[1].y.data()[0] * 256u + shares[4].y.data()[0]];
        }
        EXPECT_EQ(std::count(seen.begin(), seen.end(), 1), 65536) << secret;
    }
}

// Every set of k shares gives the secret back, and k - 1 with the degree below do not.
TEST(SharesField, AnyThresholdSetRecovers) {
    SeededEntropy entropy{2};
    SecretBytes const secret = test::random_key(entropy);
    auto const shares = split_secret(secret, 4, 7, entropy);
    int sets = 0;
    for (unsigned mask = 0; mask < 128; ++mask) {
        std::vector<SharePoint> chosen;
        for (unsigned i = 0; i < 7; ++i)
            if (mask >> i & 1) chosen.push_back(shares[i]);
        if (chosen.empty()) continue;
        EXPECT_EQ(interpolate(chosen) == secret, chosen.size() >= 4) << mask;
        ++sets;
    }
    EXPECT_EQ(sets, 127);
    EXPECT_TRUE(interpolate(std::span{shares}.first(4), 6) == shares[5].y) << "a lost share made again";
    auto const many = split_secret(secret, 255, 255, entropy);
    EXPECT_TRUE(interpolate(many) == secret);
}

// For every number of errors up to (m - k) / 2 exactly those are named; with one more, never silently a wrong list
// that explains fewer errors than allowed without being consistent. Fails when a syndrome or a multiplier is wrong.
TEST(SharesField, ErrorsAreLocated) {
    SeededEntropy entropy{3};
    RngStream rng{3, "errors"};
    for (int round = 0; round < 300; ++round) {
        auto const n = static_cast<std::uint8_t>(2 + rng.below(30));
        auto const k = static_cast<std::uint8_t>(1 + rng.below(n));
        SecretBytes const secret = test::random_key(entropy);
        auto shares = split_secret(secret, k, n, entropy);
        std::size_t const most = (n - k) / 2u, errors = rng.below(most + 1);
        std::vector<std::size_t> wrong;
        while (wrong.size() < errors) {
            std::size_t const i = rng.below(n);
            if (std::find(wrong.begin(), wrong.end(), i) != wrong.end()) continue;
            wrong.push_back(i);
            // Sometimes in one byte only: bytes are decoded one by one, and their errors differ.
            shares[i].y.data()[rng.below(32)] ^= static_cast<std::uint8_t>(1 + rng.below(255));
            if (rng.bernoulli(0.5)) entropy.fill(shares[i].y.mutable_view());
        }
        std::sort(wrong.begin(), wrong.end());
        auto const found = locate_errors(shares, k);
        ASSERT_TRUE(found) << int{k} << " of " << int{n} << ", errors " << errors;
        EXPECT_EQ(*found, wrong);
    }
}

// One error more than can be located, in all bytes: refused (a wrong list would need 32 bytes to conspire).
TEST(SharesField, TooManyErrorsAreNotLocated) {
    SeededEntropy entropy{4};
    for (int round = 0; round < 100; ++round) {
        auto shares = split_secret(test::random_key(entropy), 3, 7, entropy);
        for (std::size_t i = 0; i < 3; ++i)
            entropy.fill(shares[2 * i].y.mutable_view());
        EXPECT_FALSE(locate_errors(shares, 3));
    }
    auto shares = split_secret(test::random_key(entropy), 3, 4, entropy);
    shares[0].y.data()[5] ^= 1;
    EXPECT_FALSE(locate_errors(shares, 3)) << "one surplus share shows an error, and cannot say where";
}

} // namespace
} // namespace qkdes
