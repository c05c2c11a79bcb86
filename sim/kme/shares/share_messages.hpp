// What dealer, custodians and those who ask say to each other, inside the courier's frames.
//
//   dealer                              custodian
//     ShareOffer            ->                      a manifest and a sealed share; `zero` manifest: a refresh
//                           <-  ShareReceipt        stored, or the commitment of the refreshed share, or why not
//     ShareInstall          ->                      after a refresh: the manifest of the next epoch
//                           <-  ShareReceipt        installed: the old share is destroyed
//   requester
//     ShareRequest          ->                      signed; with a fresh public key to seal to
//                           <-  ShareRelease        the share, or why not
//
// A receipt carries a tag under the key that offer and receipt share (share_crypto.hpp), so that nobody on the way can
// claim a share stored. A refusal of a request is not authenticated: a hint, which a release overrides.
// Decoding is strict: anything but exactly one well-formed message is refused as a whole.
//
// Checked: tests/sim/kme/shares_messages_test.cpp.
#pragma once
#include "sim/kme/shares/access.hpp"
#include "sim/kme/shares/vcs1.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace qkdes {

using ShareSession = std::array<std::uint8_t, 16>;

struct ShareOffer {
    SignedManifest manifest;
    std::uint8_t x = 0;
    AccessRule rule; ///< of a refresh: ignored, the old one stays
    SealedBox box;   ///< holds a record
};
enum class ReceiptStatus : std::uint8_t {
    stored,
    refreshed, ///< `commitment` is that of the share in waiting
    installed,
    refused, ///< authenticated, and final: out of room, or at odds with what is stored
};
struct ShareReceipt {
    KeyId key;
    std::uint32_t epoch = 0;
    std::uint8_t x = 0;
    ReceiptStatus status = ReceiptStatus::refused;
    Digest commitment{};
    ShortTag tag{};
};
struct ShareInstall {
    SignedManifest manifest;
    std::uint8_t x = 0;
};
struct ShareRequest {
    ShareSession session{};
    KeyId key;
    RequesterId requester = 0;
    std::uint8_t purpose = 0;
    bool want_manifest = false;
    SimTime issued{};
    std::vector<std::uint8_t> public_key; ///< serves this request alone
    std::vector<std::uint8_t> signature;  ///< over all of the above
};
struct ShareRelease {
    ShareSession session{};
    std::uint8_t x = 0;
    AccessDecision decision = AccessDecision::no_share;
    std::optional<SealedBox> box; ///< when granted: holds a record
    std::optional<SignedManifest> manifest;
};
using ShareMessage = std::variant<ShareOffer, ShareReceipt, ShareInstall, ShareRequest, ShareRelease>;

std::vector<std::uint8_t> encode_share_message(ShareMessage const& message);
std::optional<ShareMessage> decode_share_message(std::span<std::uint8_t const> bytes);

/// What a request's signature covers, a receipt's tag, and the associated data of an offered and of a released share.
std::vector<std::uint8_t> signed_part(ShareRequest const& request);
std::vector<std::uint8_t> tagged_part(ShareReceipt const& receipt);
std::vector<std::uint8_t> associated_part(KeyId key, std::uint32_t epoch, std::uint8_t x, AccessRule const& rule);
std::vector<std::uint8_t> associated_part(ShareSession const& session, std::uint8_t x);

constexpr std::string_view kOfferLabel = "VCS1 offer", kReleaseLabel = "VCS1 release", kReceiptLabel = "VCS1 receipt";

} // namespace qkdes
