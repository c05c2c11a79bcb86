// Shares of a 256-bit key that can be checked one by one: the scheme "VCS-1".
//
// A dealer splits the key (secret_sharing.hpp), salts every share and publishes a signed manifest of their hashes. Who
// is handed a share, to keep or to combine, hashes it and compares.
//
//   record      version ‖ key id ‖ epoch ‖ k ‖ n ‖ x ‖ y[32] ‖ salt[16] ‖ not after
//   commitment  SHA-256("VCS1" ‖ record): hides y by the 128-bit salt, binds by collision resistance
//   check       HMAC-SHA-256(key, "kcv" ‖ key id), 16 bytes: tells a right key from a wrong one. It lets whoever has
//   the
//               manifest test a guess of the whole key: harmless for 256 random bits, to be left out when the key must
//               stay information-theoretically secret.
//
// Refresh (A. Herzberg, S. Jarecki, H. Krawczyk, M. Yung, CRYPTO '95, doi:10.1007/3-540-44750-4_27): shares of zero are
// dealt and added to the old ones, which are then destroyed. The key stays; old shares do not go with new ones. The one
// who refreshes sees neither key nor shares: it deals zeros, custodians answer with the commitments of their new
// shares, and it signs the next manifest over these.
//
// Holds for:  honest or faulty custodians, up to n - k of them; an honest dealer.
// Leaves out: proof that a dealer's shares lie on one polynomial (Pedersen's commitments would give it). Shares that
//             pass their hashes and still disagree are found at reconstruction (reconstruct.hpp).
// Both dealer and whoever combines hold the whole key for a moment; "no node ever holds it" is not what this gives.
// Checked:    tests/sim/kme/shares_vcs1_test.cpp.
#pragma once
#include "sim/base/units.hpp"
#include "sim/kme/shares/secret_sharing.hpp"
#include "sim/kme/shares/share_crypto.hpp"
#include "sim/kme/shares/signature.hpp"
#include "sim/ports/telemetry.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace qkdes {

constexpr std::size_t kSharedKeyBytes = 32;

struct SharingParameters {
    KeyId key;
    std::uint32_t epoch = 1; ///< grows with every refresh or new dealing
    std::uint8_t k = 2, n = 3;
    SimTime not_after = kSimNever; ///< custodians destroy their shares then
};

struct ShareRecord {
    static constexpr std::size_t kBytes = 1 + 16 + 4 + 3 + kSharedKeyBytes + 16 + 8;
    SharingParameters sharing;
    std::uint8_t x = 0;
    SecretBytes y;
    std::array<std::uint8_t, 16> salt{};
};
SecretBytes encode_record(ShareRecord const& record);
std::optional<ShareRecord> decode_record(std::span<std::uint8_t const> bytes);

enum class ManifestKind : std::uint8_t { key, zero }; ///< zero: of the shares that a refresh adds

struct ShareManifest {
    ManifestKind kind = ManifestKind::key;
    KeyId key;
    std::uint32_t epoch = 1;
    std::uint8_t k = 2, n = 3;
    std::vector<std::optional<Digest>> commitments; ///< of x = 1..n; nothing for one who missed a refresh
    std::optional<ShortTag> check;
};
struct SignedManifest {
    ShareManifest manifest;
    std::vector<std::uint8_t> signature;
};
std::vector<std::uint8_t> encode_manifest(ShareManifest const& manifest);
std::optional<ShareManifest> decode_manifest(std::span<std::uint8_t const> bytes);
SignedManifest sign_manifest(ShareManifest manifest, Signer const& dealer, Entropy& entropy);
bool genuine(SignedManifest const& manifest, std::span<std::uint8_t const> dealer_key, SignatureScheme const& scheme);

struct Dealing {
    ShareManifest manifest;
    std::vector<ShareRecord> shares;
};
enum class KeyCheck : std::uint8_t { published, left_out };

/// `key` has kSharedKeyBytes; 1 <= k <= n.
Dealing deal(SharingParameters const& sharing, SecretBytes const& key, KeyCheck check, Entropy& entropy);
ShortTag key_check(SecretBytes const& key, KeyId id);

Digest commitment(ShareRecord const& record, ManifestKind kind = ManifestKind::key);
/// Same key, epoch and threshold, and the hash that the manifest has for this x.
bool matches(ShareManifest const& manifest, ShareRecord const& record);

/// Shares of zero for the step from `sharing.epoch` - 1 to `sharing.epoch`.
Dealing deal_refresh(SharingParameters const& sharing, Entropy& entropy);
/// The share of the next epoch; nothing unless `zero` is of the same key, threshold and x, and one epoch ahead.
std::optional<ShareRecord> refreshed(ShareRecord const& old, ShareRecord const& zero);
/// The manifest of the next epoch, over what custodians answered (index x - 1).
ShareManifest refreshed_manifest(ShareManifest const& old, std::vector<std::optional<Digest>> commitments);

} // namespace qkdes
