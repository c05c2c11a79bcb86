// A key encapsulation mechanism. Sizes are those of ML-KEM-768 (FIPS 203). One thread at a time per instance and its
// keys.
#pragma once
#include "sim/base/secret.hpp"
#include "sim/ports/entropy.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace qkdes {

class Kem {
  public:
    static constexpr std::size_t kPublicKeyBytes = 1184, kCiphertextBytes = 1088, kSecretBytes = 32;

    /// Stays in memory in its parsed form and is never written down: a key pair serves one hop of one message.
    class PrivateKey {
      public:
        virtual ~PrivateKey() = default;
        /// Nothing when the ciphertext has the wrong size; a wrong one of the right size yields another secret.
        virtual std::optional<SecretBytes> decapsulate(std::span<std::uint8_t const> ciphertext) const = 0;
    };
    struct KeyPair {
        std::vector<std::uint8_t> public_key;
        std::unique_ptr<PrivateKey const> private_key;
    };
    struct Encapsulation {
        std::vector<std::uint8_t> ciphertext;
        SecretBytes secret;
    };
    virtual ~Kem() = default;
    virtual KeyPair generate(Entropy& entropy) = 0;
    /// Nothing when the public key is malformed.
    virtual std::optional<Encapsulation> encapsulate(std::span<std::uint8_t const> public_key, Entropy& entropy) = 0;
};

} // namespace qkdes
