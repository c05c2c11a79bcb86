// What guards a hop: known answers for the derivation, and that everything it claims to bind is bound.
#include "sim/kme/hop_crypto.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/loopback_network.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using test::from_hex;
using test::to_hex;

std::vector<std::uint8_t> counting(int from, int count) {
    std::vector<std::uint8_t> out;
    for (int i = 0; i < count; ++i)
        out.push_back(static_cast<std::uint8_t>(from + i));
    return out;
}

// Known answers: RFC 5869, appendix A, cases 1 to 3. Fails when the wrapper swaps salt and info.
TEST(HopCrypto, HkdfKnownAnswers) {
    HopCrypto const crypto;
    std::vector<std::uint8_t> const ikm(22, 0x0b);
    EXPECT_EQ(to_hex(crypto.hkdf(42, ikm, counting(0, 13), counting(0xf0, 10))),
              "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
    EXPECT_EQ(to_hex(crypto.hkdf(82, counting(0, 80), counting(0x60, 80), counting(0xb0, 80))),
              "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09"
              "da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
    EXPECT_EQ(to_hex(crypto.hkdf(42, ikm, {}, {})),
              "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

struct HopInputs {
    std::vector<std::uint8_t> qkd = counting(1, 32), secret = counting(40, 32);
    std::vector<std::uint8_t> public_key = std::vector<std::uint8_t>(1184, 7);
    std::vector<std::uint8_t> ciphertext = std::vector<std::uint8_t>(1088, 9);
    SessionId session{1, 2, 3};
    std::string initiator = "vigo", responder = "derio";

    std::string key(HopDerivation derivation = HopDerivation::hkdf) const {
        HopCrypto const crypto;
        return to_hex(crypto.hop_key(derivation, qkd, SecretBytes{std::span<std::uint8_t const>{secret}},
                                     {public_key, ciphertext}, {session, initiator, responder}));
    }
};

// Fails when an input is left out of the derivation, or when fields run into each other ("vigo"+"derio" =
// "vigod"+"erio").
TEST(HopCrypto, EveryInputChangesTheHopKey) {
    std::string const base = HopInputs{}.key();
    EXPECT_EQ(HopInputs{}.key(), base);
    auto const differs = [&](auto change) {
        HopInputs inputs;
        change(inputs);
        return inputs.key() != base;
    };
    EXPECT_TRUE(differs([](auto& x) { x.qkd[31] ^= 1; }));
    EXPECT_TRUE(differs([](auto& x) { x.qkd.clear(); }));
    EXPECT_TRUE(differs([](auto& x) { x.secret[0] ^= 1; }));
    EXPECT_TRUE(differs([](auto& x) { std::swap(x.qkd, x.secret); }));
    EXPECT_TRUE(differs([](auto& x) { x.public_key[1183] ^= 1; }));
    EXPECT_TRUE(differs([](auto& x) { x.ciphertext[0] ^= 1; }));
    EXPECT_TRUE(differs([](auto& x) { x.session[15] ^= 1; }));
    EXPECT_TRUE(differs([](auto& x) { x.initiator = "vigo2"; }));
    EXPECT_TRUE(differs([](auto& x) { std::swap(x.initiator, x.responder); }));
    EXPECT_TRUE(differs([](auto& x) { x.initiator = "vigod", x.responder = "erio"; }));
}

// The paper's profile is bound to nothing: that is its weakness, and the reason why it is only a profile.
TEST(HopCrypto, ExclusiveOrIsJustThat) {
    HopInputs inputs;
    std::string const key = inputs.key(HopDerivation::exclusive_or);
    std::vector<std::uint8_t> expected = inputs.qkd;
    for (std::size_t i = 0; i < 32; ++i)
        expected[i] ^= inputs.secret[i];
    EXPECT_EQ(key, to_hex(expected));
    inputs.session[0] ^= 1;
    EXPECT_EQ(inputs.key(HopDerivation::exclusive_or), key);
    inputs.qkd.clear();
    EXPECT_EQ(inputs.key(HopDerivation::exclusive_or), to_hex(inputs.secret));
}

// Fails when a byte of the envelope, the session or an end's name is not authenticated.
TEST(HopCrypto, AnEnvelopeOpensOnlyAsItWasSealed) {
    HopCrypto const crypto;
    test::StreamEntropy entropy{1};
    SecretBytes const key{std::span<std::uint8_t const>{counting(0, 32)}};
    HopEnds const ends{{5}, "a", "b"};
    auto const text = counting(0, 100);
    Envelope const sealed = crypto.seal(key, text, ends, entropy);
    ASSERT_EQ(sealed.ciphertext.size(), 100 + Envelope::kTagBytes);
    auto const opened = crypto.open(key, sealed, ends);
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(to_hex(*opened), to_hex(text));

    for (std::size_t i = 0; i < sealed.ciphertext.size(); ++i) {
        Envelope altered = sealed;
        altered.ciphertext[i] ^= 0x10;
        EXPECT_FALSE(crypto.open(key, altered, ends)) << "byte " << i;
    }
    for (std::size_t i = 0; i < sealed.iv.size(); ++i) {
        Envelope altered = sealed;
        altered.iv[i] ^= 1;
        EXPECT_FALSE(crypto.open(key, altered, ends));
    }
    for (std::size_t size = 0; size < sealed.ciphertext.size(); ++size) {
        Envelope cut = sealed;
        cut.ciphertext.resize(size);
        EXPECT_FALSE(crypto.open(key, cut, ends));
    }
    EXPECT_FALSE(crypto.open(key, sealed, {{6}, "a", "b"}));
    EXPECT_FALSE(crypto.open(key, sealed, {{5}, "b", "a"}));
    EXPECT_FALSE(crypto.open(key, sealed, {{5}, "ab", ""}));
    SecretBytes other = key;
    other.data()[0] ^= 1;
    EXPECT_FALSE(crypto.open(other, sealed, ends));
    EXPECT_TRUE(crypto.open(key, sealed, ends)); // refusals leave nothing behind
    EXPECT_NE(to_hex(crypto.seal(key, text, ends, entropy).iv), to_hex(sealed.iv));
}

} // namespace
} // namespace qkdes
