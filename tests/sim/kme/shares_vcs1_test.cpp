// VCS-1 without a network: dealing, commitments, signatures, reconstruction among liars, refresh.
#include "sim/kme/shares/reconstruct.hpp"
#include "tests/sim/kme/shares_support.hpp"
#include "tests/support/chi_square.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using test::SeededEntropy;

struct Vcs1 : testing::Test {
    SeededEntropy entropy{11};
    SecretBytes key = test::random_key(entropy);
    SharingParameters sharing{test::key_id(7), 1, 4, 7, SimTime{std::chrono::hours{5}}};
    SimTime now{std::chrono::hours{1}};
    Dealing dealing = deal(sharing, key, KeyCheck::published, entropy);

    Reconstruction combine(std::vector<ShareRecord> const& shares) {
        return reconstruct(dealing.manifest, shares, now);
    }
};

TEST_F(Vcs1, AnyKSharesGiveTheKey) {
    for (unsigned mask = 1; mask < 128; ++mask) {
        std::vector<ShareRecord> chosen;
        for (unsigned i = 0; i < 7; ++i)
            if (mask >> i & 1) chosen.push_back(dealing.shares[i]);
        auto const result = combine(chosen);
        ASSERT_EQ(result.status, chosen.size() >= 4 ? ReconstructStatus::ok : ReconstructStatus::too_few);
        if (result.key) {
            EXPECT_TRUE(*result.key == key);
            EXPECT_EQ(result.surplus, chosen.size() - 4);
        }
        EXPECT_TRUE(result.culprits.empty());
    }
}

// k - 1 shares of a fixed key, dealt anew each time: together they are uniform. Chi-square over the 2^16 values that a
// byte of two shares can take, false alarm 1e-9. Power: with coefficients never zero (255 values) it fails.
TEST(Vcs1Secrecy, FewerSharesAreUniform) {
    SeededEntropy entropy{12};
    SecretBytes const key{kSharedKeyBytes}; // all zero: the worst to hide
    std::vector<double> cells(65536), biased(65536);
    constexpr int kDealings = 40'000;
    double const draws = kDealings * 32.0;
    for (int i = 0; i < kDealings; ++i) {
        auto const shares = split_secret(key, 3, 3, entropy);
        for (std::size_t b = 0; b < 32; ++b) {
            unsigned const one = shares[0].y.data()[b], two = shares[1].y.data()[b];
            cells[one * 256 + two] += 1;
            biased[(one == 0 ? 1u : one) * 256 + two] += 1; // the negative twin: a value that never comes
        }
    }
    auto const statistic = [&](std::vector<double> const& counts) {
        double sum = 0;
        for (double c : counts)
            sum += (c - draws / 65536) * (c - draws / 65536) / (draws / 65536);
        return sum;
    };
    EXPECT_LT(statistic(cells), test::chi_square_limit(65535));
    EXPECT_GT(statistic(biased), test::chi_square_limit(65535));
}

// Every single byte of every share, changed: named, left out, and the key still comes from the others.
TEST_F(Vcs1, EveryChangedByteIsDetectedAndItsShareNamed) {
    for (std::size_t i = 0; i < dealing.shares.size(); ++i) {
        auto const bytes = encode_record(dealing.shares[i]);
        for (std::size_t at = 0; at < bytes.size(); ++at) {
            SecretBytes changed = bytes;
            changed.data()[at] ^= 0x41;
            auto const record = decode_record(changed);
            if (!record) continue; // no record at all: nothing can be combined
            EXPECT_FALSE(matches(dealing.manifest, *record)) << at;
            auto shares = dealing.shares;
            shares[i] = *record;
            auto const result = combine(shares);
            ASSERT_TRUE(result.key && *result.key == key) << i << " at " << at;
            if (record->x == i + 1) {
                EXPECT_EQ(result.culprits, std::vector{static_cast<std::uint8_t>(i + 1)});
            }
        }
    }
}

// Up to n - k shares spoilt in any combination: the key, and exactly these named. One more: too few.
TEST_F(Vcs1, LiarsAreNamedWhoeverTheyAre) {
    for (unsigned mask = 0; mask < 128; ++mask) {
        auto shares = dealing.shares;
        std::vector<std::uint8_t> liars;
        for (unsigned i = 0; i < 7; ++i) {
            if (!(mask >> i & 1)) continue;
            liars.push_back(static_cast<std::uint8_t>(i + 1));
            entropy.fill(shares[i].y.mutable_view());
        }
        auto const result = combine(shares);
        EXPECT_EQ(result.culprits, liars);
        EXPECT_EQ(result.status, liars.size() <= 3 ? ReconstructStatus::ok : ReconstructStatus::too_few);
        if (result.key) {
            EXPECT_TRUE(*result.key == key);
        }
    }
}

TEST_F(Vcs1, ExpiredSharesDoNotCount) {
    now = sharing.not_after;
    EXPECT_TRUE(combine(dealing.shares).key);
    now += SimDuration{1};
    auto const late = combine(dealing.shares);
    EXPECT_EQ(late.status, ReconstructStatus::too_few);
    EXPECT_EQ(late.expired.size(), 7u);
    EXPECT_TRUE(late.culprits.empty()) << "late is not false";
}

// Hashes that fit false shares: a faulty dealer, or a custodian that lied at a refresh. Within (m - k) / 2 syndromes
// find it without a check; beyond, the check does; without a check the key is refused rather than guessed.
TEST_F(Vcs1, FalseSharesWithRightHashesAreFound) {
    for (bool with_check : {true, false})
        for (std::size_t liars = 0; liars <= 3; ++liars) {
            Dealing faulty = dealing;
            if (!with_check) faulty.manifest.check.reset();
            std::vector<std::uint8_t> names;
            for (std::size_t i = 0; i < liars; ++i) {
                entropy.fill(faulty.shares[2 * i].y.mutable_view());
                faulty.manifest.commitments[2 * i] = commitment(faulty.shares[2 * i]);
                names.push_back(static_cast<std::uint8_t>(2 * i + 1));
            }
            auto const result = reconstruct(faulty.manifest, faulty.shares, now);
            if (liars <= 1 || with_check) {
                ASSERT_TRUE(result.key && *result.key == key) << liars << with_check;
                EXPECT_EQ(result.culprits, names);
            } else {
                EXPECT_EQ(result.status, ReconstructStatus::inconsistent);
                EXPECT_FALSE(result.key);
            }
        }
}

TEST_F(Vcs1, TheCheckKnowsTheKeyAndCanBeLeftOut) {
    EXPECT_TRUE(dealing.manifest.check);
    SecretBytes other = key;
    other.data()[31] ^= 1;
    EXPECT_NE(key_check(key, sharing.key), key_check(other, sharing.key));
    EXPECT_FALSE(deal(sharing, key, KeyCheck::left_out, entropy).manifest.check);
}

// After a refresh: the same key from new shares; old and new do not mix, in hashes or in arithmetic.
TEST_F(Vcs1, RefreshKeepsTheKeyAndVoidsOldShares) {
    SharingParameters next = sharing;
    next.epoch = 2;
    Dealing const zeros = deal_refresh(next, entropy);
    std::vector<ShareRecord> fresh;
    std::vector<std::optional<Digest>> commitments;
    for (std::size_t i = 0; i < 7; ++i) {
        EXPECT_TRUE(matches(zeros.manifest, zeros.shares[i]));
        auto const record = refreshed(dealing.shares[i], zeros.shares[i]);
        ASSERT_TRUE(record);
        EXPECT_FALSE(record->y == dealing.shares[i].y);
        fresh.push_back(*record);
        commitments.emplace_back(commitment(*record));
    }
    ShareManifest const manifest = refreshed_manifest(dealing.manifest, commitments);
    auto const result = reconstruct(manifest, fresh, now);
    ASSERT_TRUE(result.key && *result.key == key);

    // Three old shares and three new ones, of an attacker that captured three before and three others after.
    std::vector<ShareRecord> mixed{dealing.shares.begin(), dealing.shares.begin() + 3};
    mixed.insert(mixed.end(), fresh.begin() + 3, fresh.begin() + 6);
    EXPECT_EQ(reconstruct(manifest, mixed, now).status, ReconstructStatus::too_few);
    EXPECT_EQ(reconstruct(manifest, mixed, now).culprits, (std::vector<std::uint8_t>{1, 2, 3}));
    for (unsigned mask = 0; mask < 64; ++mask) { // arithmetic alone, with nobody checking hashes
        std::vector<SharePoint> points;
        for (unsigned i = 0; i < 6; ++i)
            if (mask >> i & 1) points.push_back({mixed[i].x, mixed[i].y});
        if (points.size() < 4) continue;
        EXPECT_FALSE(interpolate(points) == key);
    }

    auto wrong = zeros.shares[0];
    wrong.sharing.epoch = 3;
    EXPECT_FALSE(refreshed(dealing.shares[0], wrong)) << "an epoch skipped";
    EXPECT_FALSE(refreshed(dealing.shares[0], zeros.shares[1])) << "another's share";
    EXPECT_FALSE(refreshed(fresh[0], zeros.shares[0])) << "added twice";
    EXPECT_NE(commitment(zeros.shares[0], ManifestKind::zero), commitment(zeros.shares[0], ManifestKind::key));
}

// One who missed the refresh has no commitment in the new manifest; its old share is then worth nothing.
TEST_F(Vcs1, WhoMissesARefreshIsOut) {
    SharingParameters next = sharing;
    next.epoch = 2;
    Dealing const zeros = deal_refresh(next, entropy);
    std::vector<ShareRecord> shares;
    std::vector<std::optional<Digest>> commitments;
    for (std::size_t i = 0; i < 7; ++i) {
        auto const record = *refreshed(dealing.shares[i], zeros.shares[i]);
        shares.push_back(i == 2 ? dealing.shares[2] : record);
        commitments.push_back(i == 2 ? std::nullopt : std::optional{commitment(record)});
    }
    auto const result = reconstruct(refreshed_manifest(dealing.manifest, commitments), shares, now);
    ASSERT_TRUE(result.key && *result.key == key);
    EXPECT_EQ(result.culprits, std::vector<std::uint8_t>{3});
}

TEST_F(Vcs1, ManifestsAreSignedAndSurviveTheWire) {
    MlDsa65 scheme;
    auto const dealer = scheme.generate(entropy), stranger = scheme.generate(entropy);
    ASSERT_EQ(dealer->public_key().size(), MlDsa65::kPublicKeyBytes);
    dealing.manifest.commitments[3].reset();
    auto signed_one = sign_manifest(dealing.manifest, *dealer, entropy);
    EXPECT_EQ(signed_one.signature.size(), MlDsa65::kSignatureBytes);
    EXPECT_TRUE(genuine(signed_one, dealer->public_key(), scheme));
    EXPECT_FALSE(genuine(signed_one, stranger->public_key(), scheme));
    EXPECT_FALSE(genuine(signed_one, {}, scheme));
    auto const bytes = encode_manifest(dealing.manifest);
    auto const back = decode_manifest(bytes);
    ASSERT_TRUE(back);
    EXPECT_EQ(encode_manifest(*back), bytes);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        auto changed = bytes;
        changed[at] ^= 4;
        if (auto const other = decode_manifest(changed)) {
            EXPECT_FALSE(genuine({*other, signed_one.signature}, dealer->public_key(), scheme)) << at;
        }
    }
    for (std::size_t at = 0; at < signed_one.signature.size(); at += 101) {
        auto forged = signed_one;
        forged.signature[at] ^= 1;
        EXPECT_FALSE(genuine(forged, dealer->public_key(), scheme)) << at;
    }
}

} // namespace
} // namespace qkdes
