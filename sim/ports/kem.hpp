// A key encapsulation mechanism with the sizes of ML-KEM (FIPS 203, table 3). One thread at a time per instance and its
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

enum class KemParameters : std::uint8_t { ml_kem_512, ml_kem_768, ml_kem_1024 };

struct KemSizes { ///< in bytes
    std::size_t public_key, ciphertext;
    bool operator==(KemSizes const&) const = default;
};
constexpr KemSizes kem_sizes(KemParameters parameters) {
    switch (parameters) {
    case KemParameters::ml_kem_512:
        return {800, 768};
    case KemParameters::ml_kem_768:
        break;
    case KemParameters::ml_kem_1024:
        return {1568, 1568};
    }
    return {1184, 1088};
}

class Kem {
  public:
    static constexpr std::size_t kSecretBytes = 32; ///< whatever the parameters
    /// Of ML-KEM-768, for protocols that fix it.
    static constexpr std::size_t kPublicKeyBytes = kem_sizes(KemParameters::ml_kem_768).public_key,
                                 kCiphertextBytes = kem_sizes(KemParameters::ml_kem_768).ciphertext;
    /// No parameters need more: for decoders that do not know them.
    static constexpr std::size_t kMaxPublicKeyBytes = 1568, kMaxCiphertextBytes = 1568;

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
    virtual KemSizes sizes() const = 0;
    virtual KeyPair generate(Entropy& entropy) = 0;
    /// Nothing when the public key is malformed.
    virtual std::optional<Encapsulation> encapsulate(std::span<std::uint8_t const> public_key, Entropy& entropy) = 0;
};

} // namespace qkdes
