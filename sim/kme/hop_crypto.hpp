// What protects a relayed message on one hop: a key made for this message alone, and AES-256-GCM under it.
//
//   hkdf          HKDF-SHA-256 (RFC 5869), no salt, over QKD key ‖ KEM secret, with the KEM ciphertext, the public key,
//                 the session and both ends' names as info: whoever swaps one of them gets another key.
//   exclusive_or  QKD key xor KEM secret, as in arXiv:2604.20376, bound to nothing.
//
// Without a QKD key both rest on the KEM secret alone, without a KEM secret on the QKD key alone. Session and ends are
// associated data of the envelope in either case. The iv is random although the key serves once, so that a repeated key
// would not at once repeat the pad. Nothing throws for what came from outside: it becomes an empty optional.
#pragma once
#include "sim/base/secret.hpp"
#include "sim/kme/node.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace qkdes {

using SessionId = std::array<std::uint8_t, 16>;

struct HopEnds {
    SessionId session{};
    std::string_view initiator, responder; ///< names as in the nodes' certificates
};

/// The transcript of one encapsulation.
struct KemTranscript {
    std::span<std::uint8_t const> public_key, ciphertext;
};

struct Envelope {
    static constexpr std::size_t kTagBytes = 16;
    std::array<std::uint8_t, 12> iv{};
    std::vector<std::uint8_t> ciphertext; ///< tag included
};

class HopCrypto {
  public:
    HopCrypto();
    ~HopCrypto();
    HopCrypto(HopCrypto const&) = delete;
    HopCrypto& operator=(HopCrypto const&) = delete;

    /// `qkd_key` is empty on a hop without QKD, `kem_secret` on one without a KEM; the other has 32 bytes, or both.
    SecretBytes hop_key(HopDerivation derivation, std::span<std::uint8_t const> qkd_key, SecretBytes const& kem_secret,
                        KemTranscript const& transcript, HopEnds const& ends) const;
    Envelope seal(SecretBytes const& key, std::span<std::uint8_t const> plaintext, HopEnds const& ends,
                  Entropy& entropy) const;
    /// Nothing when any bit differs from what was sealed.
    std::optional<SecretBytes> open(SecretBytes const& key, Envelope const& envelope, HopEnds const& ends) const;
    /// Plain HKDF-SHA-256, for known answers and later users.
    SecretBytes hkdf(std::size_t size, std::span<std::uint8_t const> secret, std::span<std::uint8_t const> salt,
                     std::span<std::uint8_t const> info) const;

  private:
    struct Ciphers;
    std::unique_ptr<Ciphers> ciphers_;
};

} // namespace qkdes
