// The few primitives that shares rest on, all from Botan: SHA-256, HMAC-SHA-256, HKDF-SHA-256 (RFC 5869), AES-256-GCM.
// Nothing throws for what came from outside.
#pragma once
#include "sim/base/secret.hpp"
#include "sim/ports/entropy.hpp"
#include "sim/ports/kem.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace qkdes {

using Digest = std::array<std::uint8_t, 32>;
using ShortTag = std::array<std::uint8_t, 16>; ///< leading half of an HMAC-SHA-256

/// The label separates uses; it is hashed in front of the bytes.
Digest labelled_sha256(std::string_view label, std::span<std::uint8_t const> bytes);
ShortTag labelled_tag(SecretBytes const& key, std::string_view label, std::span<std::uint8_t const> bytes);
SecretBytes labelled_hkdf(std::size_t size, std::span<std::uint8_t const> secret, std::string_view label,
                          std::span<std::uint8_t const> info);
/// Compares in constant time.
bool same_bytes(std::span<std::uint8_t const> a, std::span<std::uint8_t const> b);

using GcmIv = std::array<std::uint8_t, 12>;

/// AES-256-GCM: ciphertext with its 16-byte tag. No iv twice under one key.
std::vector<std::uint8_t> seal_gcm(SecretBytes const& key, GcmIv const& iv, std::span<std::uint8_t const> plaintext,
                                   std::span<std::uint8_t const> associated);
/// Nothing when any bit differs from what was sealed.
std::optional<SecretBytes> open_gcm(SecretBytes const& key, GcmIv const& iv, std::span<std::uint8_t const> ciphertext,
                                    std::span<std::uint8_t const> associated);
/// The same under a key that serves for this one text, with a fixed iv.
std::vector<std::uint8_t> seal_once(SecretBytes const& key, std::span<std::uint8_t const> plaintext,
                                    std::span<std::uint8_t const> associated);
std::optional<SecretBytes> open_once(SecretBytes const& key, std::span<std::uint8_t const> ciphertext,
                                     std::span<std::uint8_t const> associated);

/// A text that only the holder of a KEM key pair can open.
struct SealedBox {
    static constexpr std::size_t kTagBytes = 16;
    std::vector<std::uint8_t> kem_ciphertext;
    std::vector<std::uint8_t> ciphertext; ///< tag included
};
/// A box, and what sealer and opener share besides: a key for tags or seals of answers.
struct SealedWithReply {
    SealedBox box;
    SecretBytes reply_key;
};
struct OpenedWithReply {
    SecretBytes text;
    SecretBytes reply_key;
};
/// Key: HKDF over the KEM's secret with label, KEM ciphertext and `info`. Nothing when the public key is malformed.
std::optional<SealedWithReply> seal_box(Kem& kem, std::span<std::uint8_t const> public_key, std::string_view label,
                                        std::span<std::uint8_t const> info, std::span<std::uint8_t const> plaintext,
                                        std::span<std::uint8_t const> associated, Entropy& entropy);
std::optional<OpenedWithReply> open_box(Kem::PrivateKey const& key, SealedBox const& box, std::string_view label,
                                        std::span<std::uint8_t const> info, std::span<std::uint8_t const> associated);

} // namespace qkdes
