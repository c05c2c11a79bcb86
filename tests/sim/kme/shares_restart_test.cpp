// Share agents after a crash, and signatures that only have the right size.
#include "sim/kme/shares/modelled_signature.hpp"
#include "tests/sim/kme/shares_network_support.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using namespace std::chrono_literals;
using test::ShareNetwork;

// What was under way ends once, with what had been answered; shares stay, but not beyond their time, even if their
// timer was lost with the host.
TEST(ShareRestart, EndsWhatWasUnderWayAndKeepsShares) {
    ShareNetwork net{4, {1s, 2s, 1h}};
    test::star(net, 3);
    SecretBytes const key = test::random_key(net.entropy);
    SharingParameters sharing{test::key_id(1), 1, 2, 3, kSimStart + 30min};
    ASSERT_TRUE(net.distribute(sharing, key).usable);

    net.meddler = [](test::ShareFlight&) { return std::vector<SimDuration>{}; };
    int recoveries = 0, dealings = 0;
    net.agent(0).collector().recover(sharing.key, 0, net.ways, std::nullopt, [&](RecoveryReport report) {
        ++recoveries;
        EXPECT_EQ(report.status, RecoveryStatus::too_few);
    });
    sharing.key = test::key_id(2);
    net.agent(0).dealer().distribute(sharing, key, KeyCheck::published, {}, net.addresses(),
                                     [&](DistributionReport report) {
                                         ++dealings;
                                         EXPECT_FALSE(report.usable);
                                     });
    net.clock.run_for(5s);
    net.agent(0).on_restart();
    EXPECT_EQ(recoveries, 1);
    EXPECT_EQ(dealings, 1);
    net.clock.run_for(2h);
    EXPECT_EQ(recoveries + dealings, 2) << "exactly once";

    EXPECT_EQ(net.agent(1).custodian().held(), 0u) << "its time was up";
}

TEST(ShareRestart, RestartKeepsAndStillExpires) {
    ShareNetwork net{4, {1s, 2s, 1h}};
    test::star(net, 3);
    ASSERT_TRUE(net.distribute({test::key_id(1), 1, 2, 3, kSimStart + 30min}, test::random_key(net.entropy)).usable);
    net.agent(1).on_restart();
    EXPECT_EQ(net.agent(1).custodian().held(), 1u);
    net.clock.run_for(1h);
    EXPECT_EQ(net.agent(1).custodian().held(), 0u);
}

TEST(ModelledSignatures, HaveTheSizesAndRefuseChanges) {
    test::SeededEntropy entropy{3};
    ModelledSignatures scheme;
    auto const signer = scheme.generate(entropy), other = scheme.generate(entropy);
    EXPECT_EQ(signer->public_key().size(), MlDsa65::kPublicKeyBytes);
    std::vector<std::uint8_t> text{1, 2, 3};
    auto signature = signer->sign(text, entropy);
    EXPECT_EQ(signature.size(), MlDsa65::kSignatureBytes);
    EXPECT_TRUE(scheme.verify(signer->public_key(), text, signature));
    EXPECT_FALSE(scheme.verify(other->public_key(), text, signature));
    for (std::size_t at : {std::size_t{0}, signature.size() - 1}) {
        signature[at] ^= 1;
        EXPECT_FALSE(scheme.verify(signer->public_key(), text, signature));
        signature[at] ^= 1;
    }
    text[1] ^= 1;
    EXPECT_FALSE(scheme.verify(signer->public_key(), text, signature));
}

} // namespace
} // namespace qkdes
