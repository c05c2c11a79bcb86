// A custodian alone: whom it believes, whom it serves, and what it forgets.
#include "tests/sim/kme/shares_network_support.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using namespace std::chrono_literals;

struct CustodianTest : testing::Test {
    test::ManualClock clock;
    test::CountingTelemetry telemetry;
    test::SeededEntropy entropy{81};
    ModelledKem kem;
    test::HashSignatures scheme;
    SharePorts ports{clock, entropy, kem, scheme, telemetry};
    std::unique_ptr<Signer const> dealer = scheme.generate(entropy), asker = scheme.generate(entropy),
                                  stranger = scheme.generate(entropy);
    Custodian custodian{config(), ports};
    Kem::KeyPair pair = kem.generate(entropy);
    Dealing dealing;

    CustodianConfig config() {
        CustodianConfig out;
        out.dealers = {dealer->public_key()};
        out.requesters[5] = Requester{asker->public_key(), 2, 0b101, false};
        out.most_shares = 3;
        out.most_sessions = 4;
        return out;
    }
    ShareOffer offer(std::uint8_t number, std::uint32_t epoch = 1, AccessRule const& rule = {},
                     SimTime until = kSimNever) {
        dealing =
            deal({test::key_id(number), epoch, 2, 3, until}, test::random_key(entropy), KeyCheck::published, entropy);
        return sealed(dealing.shares[0], sign_manifest(dealing.manifest, *dealer, entropy), rule);
    }
    ShareOffer sealed(ShareRecord const& record, SignedManifest const& manifest, AccessRule const& rule) {
        auto const& m = manifest.manifest;
        auto box = seal_box(kem, custodian.public_key(), kOfferLabel, manifest_digest(m), encode_record(record),
                            associated_part(m.key, m.epoch, record.x, rule), entropy);
        return {manifest, record.x, rule, box->box};
    }
    std::optional<ReceiptStatus> give(ShareOffer const& o) {
        auto const answer = custodian.on(o);
        if (!answer) return std::nullopt;
        return std::get<ShareReceipt>(*answer).status;
    }
    ShareRequest request(std::uint8_t number, Signer const& by) {
        ShareRequest out{{}, test::key_id(number), 5, 1, false, clock.now(), pair.public_key, {}};
        entropy.fill(out.session);
        out.signature = by.sign(signed_part(out), entropy);
        return out;
    }
    AccessDecision ask(ShareRequest const& r) { return std::get<ShareRelease>(*custodian.on(r)).decision; }
    AccessDecision ask(std::uint8_t number) { return ask(request(number, *asker)); }
};

TEST_F(CustodianTest, BelievesOnlyItsDealersAndWhatFits) {
    auto good = offer(1);
    auto forged = good;
    forged.manifest = sign_manifest(dealing.manifest, *stranger, entropy);
    EXPECT_FALSE(give(forged));
    auto softened = good;
    softened.rule.min_clearance = 1; // the rule on the way made another
    EXPECT_FALSE(give(softened));
    EXPECT_FALSE(give(sealed(dealing.shares[1], good.manifest, {})) == std::nullopt) << "another x is as good a share";
    custodian.destroy_all();
    auto other = dealing.shares[0];
    other.y.data()[0] ^= 1;
    EXPECT_FALSE(give(sealed(other, good.manifest, {}))) << "does not fit its hash";
    EXPECT_EQ(custodian.held(), 0u);
    EXPECT_EQ(give(good), ReceiptStatus::stored);
    EXPECT_EQ(give(good), ReceiptStatus::stored) << "the receipt was lost";
    EXPECT_EQ(custodian.held(), 1u);
}

TEST_F(CustodianTest, NewerEpochsReplaceOlderOnesAndRoomIsBounded) {
    EXPECT_EQ(give(offer(1, 2)), ReceiptStatus::stored);
    EXPECT_EQ(give(offer(1, 1)), ReceiptStatus::refused);
    EXPECT_EQ(give(offer(1, 2)), ReceiptStatus::refused) << "another dealing of the same epoch";
    EXPECT_EQ(give(offer(1, 3)), ReceiptStatus::stored);
    EXPECT_EQ(give(offer(2)), ReceiptStatus::stored);
    EXPECT_EQ(give(offer(3)), ReceiptStatus::stored);
    EXPECT_EQ(give(offer(4)), ReceiptStatus::refused) << "no room";
    EXPECT_EQ(give(offer(3, 2)), ReceiptStatus::stored) << "replacing needs none";
    EXPECT_EQ(custodian.held(), 3u);
}

TEST_F(CustodianTest, EveryClauseOfTheRuleCounts) {
    struct Case {
        AccessRule rule;
        AccessDecision expected;
    };
    SimTime const now = clock.now();
    Case const cases[] = {
        {{2, 0b101, 0b10, now, now, 1}, AccessDecision::granted},
        {{3, 0, ~0u, kSimStart, kSimNever, 9}, AccessDecision::clearance},
        {{0, 0b10, ~0u, kSimStart, kSimNever, 9}, AccessDecision::attributes},
        {{0, 0b111, ~0u, kSimStart, kSimNever, 9}, AccessDecision::attributes},
        {{0, 0, 0b101, kSimStart, kSimNever, 9}, AccessDecision::purpose},
        {{0, 0, ~0u, now + 1s, kSimNever, 9}, AccessDecision::too_early},
        {{0, 0, ~0u, kSimStart, now - 1s, 9}, AccessDecision::too_late},
        {{0, 0, ~0u, kSimStart, kSimNever, 0}, AccessDecision::exhausted},
    };
    for (auto const& [rule, expected] : cases) {
        custodian.destroy_all();
        ASSERT_EQ(give(offer(1, 1, rule)), ReceiptStatus::stored);
        EXPECT_EQ(ask(1), expected) << to_string(expected);
    }
}

TEST_F(CustodianTest, AsksWhoAsksAndWhen) {
    ASSERT_EQ(give(offer(1)), ReceiptStatus::stored);
    EXPECT_EQ(ask(request(1, *stranger)), AccessDecision::unknown) << "signed by another";
    auto altered = request(1, *asker);
    altered.purpose = 2;
    EXPECT_EQ(ask(altered), AccessDecision::unknown);
    altered = request(1, *asker);
    altered.public_key[0] ^= 1; // somebody else's key to seal to
    EXPECT_EQ(ask(altered), AccessDecision::unknown);
    EXPECT_EQ(ask(2), AccessDecision::no_share);
    auto const early = request(1, *asker);
    clock.run_for(30min);
    EXPECT_EQ(ask(early), AccessDecision::granted);
    clock.run_for(1s);
    EXPECT_EQ(ask(early), AccessDecision::stale);
    for (SimTime far : {kSimNever, SimTime{SimDuration::min()}, clock.now() + 6s}) {
        auto odd = request(1, *asker);
        odd.issued = far;
        odd.signature = asker->sign(signed_part(odd), entropy);
        EXPECT_EQ(ask(odd), AccessDecision::stale);
    }
    custodian.requesters()[5].revoked = true;
    EXPECT_EQ(ask(1), AccessDecision::revoked);
}

// The same request again is the same release; sessions in one period are bounded. Fails when retries eat the allowance.
TEST_F(CustodianTest, CountsReleasesOnce) {
    ASSERT_EQ(give(offer(1, 1, {0, 0, ~0u, kSimStart, kSimNever, 2})), ReceiptStatus::stored);
    auto const first = request(1, *asker);
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(ask(first), AccessDecision::granted);
    auto const second = request(1, *asker);
    EXPECT_EQ(ask(second), AccessDecision::granted);
    EXPECT_EQ(ask(1), AccessDecision::exhausted);
    EXPECT_EQ(ask(second), AccessDecision::granted);
    ASSERT_EQ(give(offer(2)), ReceiptStatus::stored);
    for (int i = 0; i < 4; ++i)
        EXPECT_EQ(ask(2), AccessDecision::granted);
    EXPECT_EQ(ask(2), AccessDecision::busy);
    clock.run_for(31min);
    EXPECT_EQ(ask(2), AccessDecision::granted);
}

TEST_F(CustodianTest, ForgetsInTime) {
    ASSERT_EQ(give(offer(1, 1, {}, SimTime{1h})), ReceiptStatus::stored);
    ASSERT_EQ(give(offer(2)), ReceiptStatus::stored);
    clock.run_until(SimTime{59min});
    EXPECT_EQ(custodian.seized().size(), 2u);
    clock.run_until(SimTime{1h});
    EXPECT_EQ(custodian.seized().size(), 1u);
    EXPECT_EQ(give(offer(3, 1, {}, SimTime{1h})), ReceiptStatus::refused) << "late already";
    custodian.destroy_all();
    EXPECT_EQ(clock.pending(), 0u) << "no timer outlives its share";
}

} // namespace
} // namespace qkdes
