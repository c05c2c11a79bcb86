// ML-KEM-768 as linked, against NIST's vectors when they are at hand and against recorded answers always.
#include "sim/base/hash.hpp"
#include "sim/kme/ml_kem.hpp"
#include "sim/kme/modelled_kem.hpp"
#include "tests/support/hex.hpp"
#include "tests/support/loopback_network.hpp"

#include <botan/hash.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>

namespace qkdes {
namespace {

using Bytes = std::vector<std::uint8_t>;
using test::from_hex;
using test::to_hex;

/// Hands out exactly these bytes, and says when it was asked for more.
class Scripted final : public Entropy {
  public:
    explicit Scripted(Bytes bytes) : bytes_{std::move(bytes)} {}
    void fill(std::span<std::uint8_t> out) override {
        ASSERT_LE(at_ + out.size(), bytes_.size()) << "asked for more randomness than the standard says";
        std::copy_n(bytes_.begin() + static_cast<std::ptrdiff_t>(at_), out.size(), out.begin());
        at_ += out.size();
    }
    bool exhausted() const { return at_ == bytes_.size(); }

  private:
    Bytes bytes_;
    std::size_t at_ = 0;
};

Bytes operator+(Bytes a, Bytes const& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

std::vector<nlohmann::json> vectors(std::string const& file, std::string const& function) {
    std::ifstream in{std::string{QKDES_SOURCE_DIR} + "/../shared/reference/acvp/" + file};
    std::vector<nlohmann::json> out;
    if (!in) return out;
    auto const file_text = nlohmann::json::parse(in);
    for (auto const& group : file_text.at("testGroups"))
        if (group.value("function", function) == function)
            for (auto const& test : group.at("tests"))
                out.push_back(test);
    return out;
}

Bytes field(nlohmann::json const& test, char const* name) { return from_hex(test.at(name).get<std::string>()); }

/// FIPS 203, algorithm 18: what a ciphertext that was not made for this key yields.
Bytes rejection_secret(Bytes const& z, Bytes const& ciphertext) {
    auto const shake = Botan::HashFunction::create_or_throw("SHAKE-256(256)");
    shake->update(z);
    shake->update(ciphertext);
    auto const digest = shake->final();
    return {digest.begin(), digest.end()};
}

// Fails when keys are made from other seeds, in another order, or by a draft of the standard. The private key is
// checked through its effect: it opens what was sealed to NIST's public key, and rejects with NIST's z.
TEST(MlKem768, NistKeyGeneration) {
    auto const tests = vectors("acvp_mlkem768_keyGen_sample.json", "");
    if (tests.empty()) GTEST_SKIP() << "reference vectors are not here";
    MlKem768 kem;
    for (auto const& test : tests) {
        Scripted entropy{field(test, "d") + field(test, "z")};
        auto const pair = kem.generate(entropy);
        EXPECT_TRUE(entropy.exhausted());
        ASSERT_EQ(to_hex(pair.public_key), to_hex(field(test, "ek"))) << test.at("tcId");

        Scripted more{Bytes(32, 0x5a)};
        auto sent = kem.encapsulate(pair.public_key, more).value();
        EXPECT_TRUE(*pair.private_key->decapsulate(sent.ciphertext) == sent.secret);
        sent.ciphertext[17] ^= 4;
        Bytes const dk = field(test, "dk"), z{dk.end() - 32, dk.end()};
        EXPECT_EQ(to_hex(*pair.private_key->decapsulate(sent.ciphertext)),
                  to_hex(rejection_secret(z, sent.ciphertext)));
    }
}

TEST(MlKem768, NistEncapsulation) {
    auto const tests = vectors("acvp_mlkem768_encapDecap_sample.json", "encapsulation");
    if (tests.empty()) GTEST_SKIP() << "reference vectors are not here";
    MlKem768 kem;
    for (auto const& test : tests) {
        Scripted entropy{field(test, "m")};
        auto const sent = kem.encapsulate(field(test, "ek"), entropy);
        ASSERT_TRUE(sent.has_value());
        EXPECT_EQ(to_hex(sent->ciphertext), to_hex(field(test, "c"))) << test.at("tcId");
        EXPECT_EQ(to_hex(sent->secret), to_hex(field(test, "k")));
    }
}

// Coefficients out of range make no public key (FIPS 203, section 7.2). Fails when a peer's key is used unchecked.
TEST(MlKem768, NistPublicKeyCheck) {
    auto const tests = vectors("acvp_mlkem768_encapDecap_sample.json", "encapsulationKeyCheck");
    if (tests.empty()) GTEST_SKIP() << "reference vectors are not here";
    MlKem768 kem;
    test::StreamEntropy entropy{1};
    for (auto const& test : tests)
        EXPECT_EQ(kem.encapsulate(field(test, "ek"), entropy).has_value(), test.at("testPassed").get<bool>())
            << test.at("tcId");
}

std::uint64_t hash_of(std::span<std::uint8_t const> bytes) {
    return hash_text({reinterpret_cast<char const*>(bytes.data()), bytes.size()});
}

// Recorded with Botan 3.7.1 when it agreed with NIST's vectors. Fails when another version or the way randomness is
// fed changes a byte, and with it every result of every seed.
TEST(MlKem768, RecordedRoundTrips) {
    struct Recorded {
        std::uint64_t seed, public_key, ciphertext, secret;
    };
    MlKem768 kem;
    for (auto const& expected : {Recorded{1, 12457761360799616767u, 14305383945806863509u, 18197470772803448789u},
                                 Recorded{2, 15362283272804937526u, 10138555332045200736u, 2583548760974472056u},
                                 Recorded{3, 17931183622958465660u, 7166649529435919436u, 14081758894774495224u}}) {
        test::StreamEntropy entropy{expected.seed, "recorded"};
        auto const pair = kem.generate(entropy);
        auto const sent = kem.encapsulate(pair.public_key, entropy).value();
        auto const received = pair.private_key->decapsulate(sent.ciphertext).value();
        EXPECT_TRUE(received == sent.secret);
        EXPECT_EQ(hash_of(pair.public_key), expected.public_key);
        EXPECT_EQ(hash_of(sent.ciphertext), expected.ciphertext);
        EXPECT_EQ(hash_of(sent.secret), expected.secret);
    }
}

// FIPS 203, table 3.
TEST(KemParameters, Sizes) {
    EXPECT_EQ(kem_sizes(KemParameters::ml_kem_512), (KemSizes{800, 768}));
    EXPECT_EQ(kem_sizes(KemParameters::ml_kem_768), (KemSizes{1184, 1088}));
    EXPECT_EQ(kem_sizes(KemParameters::ml_kem_1024), (KemSizes{1568, 1568}));
    EXPECT_EQ(MlKem768{}.sizes(), ModelledKem{}.sizes());
}

// Values leave out zeros and nothing else: the same run, message for message.
TEST(ModelledKem, TheBriefOneAgreesOnTheSameSecretsAsTheWholeOne) {
    test::StreamEntropy one{5}, other{5};
    ModelledKem whole, brief{KemParameters::ml_kem_768, ModelledKem::Form::brief};
    EXPECT_EQ(whole.sizes(), brief.sizes());
    auto const long_pair = whole.generate(one), short_pair = brief.generate(other);
    auto const long_sent = whole.encapsulate(long_pair.public_key, one).value();
    auto const short_sent = brief.encapsulate(short_pair.public_key, other).value();
    EXPECT_LT(short_pair.public_key.size() + short_sent.ciphertext.size(), 100u);
    EXPECT_TRUE(long_sent.secret == short_sent.secret);
    EXPECT_TRUE(*short_pair.private_key->decapsulate(short_sent.ciphertext) == long_sent.secret);
    EXPECT_FALSE(brief.encapsulate(long_pair.public_key, other).has_value());
    EXPECT_FALSE(short_pair.private_key->decapsulate(long_sent.ciphertext).has_value());
}

template <class Kind>
class AnyKem : public testing::Test {};
template <class Base, KemParameters parameters>
struct Of : Base {
    Of() : Base{parameters} {}
};
using Kinds =
    testing::Types<MlKem768, ModelledKem, Of<MlKem, KemParameters::ml_kem_512>, Of<MlKem, KemParameters::ml_kem_1024>,
                   Of<ModelledKem, KemParameters::ml_kem_512>, Of<ModelledKem, KemParameters::ml_kem_1024>>;
TYPED_TEST_SUITE(AnyKem, Kinds);

// The port's contract, for the real one and the one that stands in for it.
TYPED_TEST(AnyKem, KeepsThePortsContract) {
    TypeParam kem;
    test::StreamEntropy entropy{11};
    KemSizes const sizes = kem.sizes();
    auto const pair = kem.generate(entropy), other = kem.generate(entropy);
    EXPECT_EQ(pair.public_key.size(), sizes.public_key);
    EXPECT_NE(pair.public_key, other.public_key);
    auto const sent = kem.encapsulate(pair.public_key, entropy).value();
    auto const again = kem.encapsulate(pair.public_key, entropy).value();
    EXPECT_EQ(sent.ciphertext.size(), sizes.ciphertext);
    EXPECT_EQ(sent.secret.size(), Kem::kSecretBytes);
    EXPECT_FALSE(sent.secret == again.secret);
    EXPECT_TRUE(*pair.private_key->decapsulate(sent.ciphertext) == sent.secret);
    EXPECT_FALSE(*other.private_key->decapsulate(sent.ciphertext) == sent.secret);
    for (std::size_t at : {std::size_t{0}, std::size_t{31}, std::size_t{32}, sizes.ciphertext - 1}) {
        auto altered = sent.ciphertext;
        altered[at] ^= 1;
        EXPECT_FALSE(*pair.private_key->decapsulate(altered) == sent.secret) << "byte " << at;
    }
    EXPECT_FALSE(pair.private_key->decapsulate(Bytes(sizes.ciphertext - 1)));
    EXPECT_FALSE(pair.private_key->decapsulate({}));
    EXPECT_FALSE(kem.encapsulate(Bytes(sizes.public_key + 1), entropy));
    EXPECT_FALSE(kem.encapsulate({}, entropy));
}

} // namespace
} // namespace qkdes
