// Shares that vouch for each other, and the one-time seal of a hop.
#include "sim/kme/shares/cross_mac.hpp"
#include "tests/sim/kme/shares_support.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using test::SeededEntropy;

struct CrossMac : testing::Test {
    SeededEntropy entropy{21};
    SecretBytes secret = test::random_key(entropy);
    std::vector<CrossMacPackage> packages = cross_mac_split(secret, 3, 5, entropy);
};

TEST_F(CrossMac, HonestPackagesCombineAndSurviveLoss) {
    for (unsigned mask = 0; mask < 32; ++mask) {
        std::vector<CrossMacPackage> arrived;
        for (unsigned i = 0; i < 5; ++i)
            if (mask >> i & 1) arrived.push_back(*decode_package(encode_package(packages[i])));
        auto const result = cross_mac_combine(arrived, 3);
        EXPECT_EQ(result.secret.has_value(), arrived.size() >= 3);
        if (result.secret) {
            EXPECT_TRUE(*result.secret == secret);
            EXPECT_TRUE(result.culprits.empty());
        }
    }
}

// Any one or two of five packages altered, in any of share, tags and keys at once: the key, and who altered a share is
// named. Fails when a package's own liars can outvote the honest ones.
TEST_F(CrossMac, UpToKMinusOneAlteredPackagesAreNamed) {
    for (unsigned mask = 1; mask < 32; ++mask) {
        if (__builtin_popcount(mask) > 2) continue;
        for (int kind = 0; kind < 3; ++kind) {
            auto altered = packages;
            std::vector<std::uint8_t> liars;
            for (unsigned i = 0; i < 5; ++i) {
                if (!(mask >> i & 1)) continue;
                liars.push_back(static_cast<std::uint8_t>(i + 1));
                if (kind == 0) altered[i].y.data()[i] ^= 1;
                if (kind == 1) entropy.fill(altered[i].y.mutable_view());
                if (kind >= 1) entropy.fill(altered[i].tags.mutable_view());
                if (kind >= 1) entropy.fill(altered[i].keys.mutable_view());
            }
            auto const result = cross_mac_combine(altered, 3);
            ASSERT_TRUE(result.secret && *result.secret == secret) << mask << " kind " << kind;
            EXPECT_EQ(result.culprits, liars) << mask << " kind " << kind;
        }
    }
}

// Two that conspire make tags for each other's false shares with the keys they hold; three honest ones refuse.
TEST_F(CrossMac, ConspirersCannotVouchForEachOther) {
    auto altered = packages;
    auto const forged = cross_mac_split(test::random_key(entropy), 3, 5, entropy); // consistent among themselves
    altered[0] = forged[0];
    altered[1] = forged[1];
    auto const result = cross_mac_combine(altered, 3);
    ASSERT_TRUE(result.secret && *result.secret == secret);
    EXPECT_EQ(result.culprits, (std::vector<std::uint8_t>{1, 2}));
    altered[2] = forged[2]; // k of them: beyond the promise, and the reason for n >= 2k - 1
    EXPECT_FALSE(*cross_mac_combine(altered, 3).secret == secret);
}

TEST_F(CrossMac, PackagesAreHeldToTheirSize) {
    auto const bytes = encode_package(packages[2]);
    EXPECT_EQ(bytes.size(), 2u + 32 + 16 * 4 + 32 * 4);
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(decode_package(bytes.view().first(size)));
    SecretBytes longer{bytes.size() + 1};
    std::copy_n(bytes.data(), bytes.size(), longer.data());
    EXPECT_FALSE(decode_package(longer));
}

// The one-time seal: every changed bit and every shortened text is refused, and the text does not show.
TEST(OneTimeSeal, RefusesEveryChange) {
    SeededEntropy entropy{22};
    for (std::size_t size : {0u, 1u, 15u, 16u, 17u, 226u}) {
        SecretBytes pad{size + kOneTimeOverhead}, text{size};
        entropy.fill(pad.mutable_view());
        entropy.fill(text.mutable_view());
        auto const sealed = one_time_seal(pad, text);
        ASSERT_EQ(sealed.size(), size + 16);
        auto const back = one_time_open(pad, sealed);
        ASSERT_TRUE(back && *back == text);
        for (std::size_t bit = 0; bit < 8 * sealed.size(); ++bit) {
            auto changed = sealed;
            changed[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
            EXPECT_FALSE(one_time_open(pad, changed)) << bit;
        }
        EXPECT_FALSE(one_time_open(pad, std::span{sealed}.first(sealed.size() - 1)));
    }
    EXPECT_FALSE(one_time_open(SecretBytes{40}, {}));
}

} // namespace
} // namespace qkdes
