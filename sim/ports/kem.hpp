// A key encapsulation mechanism. Sizes are those of ML-KEM-768 (FIPS 203): public key 1184, ciphertext 1088, secret 32
// bytes.
#pragma once
#include "sim/base/secret.hpp"
#include "sim/ports/entropy.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace qkdes {

class Kem {
  public:
    struct KeyPair {
        std::vector<std::uint8_t> public_key;
        SecretBytes private_key;
    };
    struct Encapsulation {
        std::vector<std::uint8_t> ciphertext;
        SecretBytes secret;
    };
    virtual ~Kem() = default;
    virtual KeyPair generate(Entropy& entropy) = 0;
    /// Nothing when the public key is malformed.
    virtual std::optional<Encapsulation> encapsulate(std::span<std::uint8_t const> public_key, Entropy& entropy) = 0;
    /// Nothing when the ciphertext has the wrong size; a wrong one of the right size yields another secret.
    virtual std::optional<SecretBytes> decapsulate(SecretBytes const& private_key,
                                                   std::span<std::uint8_t const> ciphertext) = 0;
};

} // namespace qkdes
