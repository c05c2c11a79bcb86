// The encoding of share messages and courier frames: what goes in comes out, and nothing else is let in.
#include "sim/kme/shares/cross_mac.hpp"
#include "tests/sim/kme/shares_network_support.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using namespace std::chrono_literals;

std::vector<ShareMessage> one_of_each() {
    test::SeededEntropy entropy{71};
    test::HashSignatures scheme;
    auto const signer = scheme.generate(entropy);
    auto const dealing =
        deal({test::key_id(3), 5, 2, 4, SimTime{1h}}, test::random_key(entropy), KeyCheck::published, entropy);
    auto const manifest = sign_manifest(dealing.manifest, *signer, entropy);
    SealedBox const box{std::vector<std::uint8_t>(Kem::kCiphertextBytes, 1), std::vector<std::uint8_t>(96, 2)};
    AccessRule const rule{2, 3, 4, SimTime{5s}, SimTime{6s}, 7};
    ShareSession const session{9, 8, 7};
    return {ShareOffer{manifest, 4, rule, box},
            ShareReceipt{test::key_id(3), 5, 1, ReceiptStatus::refreshed, {1, 2}, {3}},
            ShareInstall{manifest, 2},
            ShareRequest{session, test::key_id(3), 77, 3, true, SimTime{9s},
                         std::vector<std::uint8_t>(Kem::kPublicKeyBytes, 4), std::vector<std::uint8_t>(16, 5)},
            ShareRelease{session, 2, AccessDecision::granted, box, manifest},
            ShareRelease{session, 0, AccessDecision::too_early, {}, {}}};
}

TEST(ShareMessages, EveryKindSurvivesTheWireAndNoPrefixDoes) {
    for (auto const& message : one_of_each()) {
        auto bytes = encode_share_message(message);
        auto const back = decode_share_message(bytes);
        ASSERT_TRUE(back) << message.index();
        EXPECT_EQ(back->index(), message.index());
        EXPECT_EQ(encode_share_message(*back), bytes);
        for (std::size_t size = 0; size < bytes.size(); ++size)
            EXPECT_FALSE(decode_share_message(std::span{bytes}.first(size))) << message.index() << " cut to " << size;
        bytes.push_back(0);
        EXPECT_FALSE(decode_share_message(bytes));
    }
    auto const request = std::get<ShareRequest>(*decode_share_message(encode_share_message(one_of_each()[3])));
    EXPECT_EQ(request.requester, 77u);
    EXPECT_TRUE(request.want_manifest);
    auto const offer = std::get<ShareOffer>(*decode_share_message(encode_share_message(one_of_each()[0])));
    EXPECT_EQ(offer.rule, (AccessRule{2, 3, 4, SimTime{5s}, SimTime{6s}, 7}));
}

TEST(ShareMessages, RecordsManifestsAndFramesAreStrict) {
    test::SeededEntropy entropy{72};
    auto const dealing =
        deal({test::key_id(3), 5, 2, 4, SimTime{1h}}, test::random_key(entropy), KeyCheck::published, entropy);
    auto const record = encode_record(dealing.shares[1]);
    ASSERT_EQ(record.size(), ShareRecord::kBytes);
    for (std::size_t size = 0; size < record.size(); ++size)
        EXPECT_FALSE(decode_record(record.view().first(size)));
    auto const with = [&](std::size_t at, std::uint8_t value) {
        SecretBytes changed = record;
        changed.data()[at] = value;
        return decode_record(changed).has_value();
    };
    EXPECT_FALSE(with(0, 2)) << "version";
    EXPECT_FALSE(with(21, 0)) << "k = 0";
    EXPECT_FALSE(with(21, 5)) << "k > n";
    EXPECT_FALSE(with(23, 0)) << "x = 0 is where the key is";
    EXPECT_FALSE(with(23, 5)) << "x > n";
    auto manifest = encode_manifest(dealing.manifest);
    for (std::size_t size = 0; size < manifest.size(); ++size)
        EXPECT_FALSE(decode_manifest(std::span{manifest}.first(size)));
    auto const frame = encode_frame({NodeId{std::size_t{1}}, test::ShareNetwork::path({1, 2, 3}), 1, {1, 2, 3}});
    ASSERT_TRUE(decode_frame(frame));
    EXPECT_EQ(encode_frame(*decode_frame(frame)), frame);
    for (std::size_t size = 0; size < frame.size(); ++size)
        EXPECT_FALSE(decode_frame(std::span{frame}.first(size)));
}

// Random bytes and genuine messages with a few bytes changed, all decoders: nothing crashes (run it under the address
// sanitizer), and what is accepted encodes to the very same bytes, so no two texts mean the same.
TEST(ShareMessages, HostileBytesAreRefusedOrCanonical) {
    RngStream rng{73, "hostile"};
    auto const messages = one_of_each();
    std::size_t accepted = 0;
    for (int round = 0; round < 60'000; ++round) {
        std::vector<std::uint8_t> bytes;
        if (rng.bernoulli(.3)) {
            bytes.resize(rng.below(300));
            rng.fill(bytes);
            if (bytes.size() > 1) bytes[0] = 1, bytes[1] = static_cast<std::uint8_t>(rng.below(6));
        } else {
            bytes = encode_share_message(messages[rng.below(messages.size())]);
            for (auto flips = rng.below(4); flips > 0; --flips)
                bytes[rng.below(rng.bernoulli(.5) ? bytes.size() : std::min<std::size_t>(80, bytes.size()))] =
                    static_cast<std::uint8_t>(rng.below(256));
            if (rng.bernoulli(.2)) bytes.resize(rng.below(bytes.size() + 40));
        }
        if (auto const message = decode_share_message(bytes)) {
            ASSERT_EQ(encode_share_message(*message), bytes);
            ++accepted;
        }
        if (auto const frame = decode_frame(bytes)) {
            ASSERT_EQ(encode_frame(*frame), bytes);
        }
        if (auto const manifest = decode_manifest(bytes)) {
            ASSERT_EQ(encode_manifest(*manifest), bytes);
        }
        (void)decode_record(bytes);
        (void)decode_package(bytes);
    }
    EXPECT_GT(accepted, 10'000u) << "the test must reach what lies behind the headers";
}

} // namespace
} // namespace qkdes
