// Signatures of dealers and of those who ask for shares. Beside the KEM port the only asymmetric primitive of this
// folder; an interface, so that very large runs can stand something cheaper in.
//
// Checked: a round trip, every changed byte of a text and a sample of changed signatures refused,
// tests/sim/kme/shares_vcs1_test.cpp. The primitive itself is Botan's and is tested there.
#pragma once
#include "sim/ports/entropy.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace qkdes {

class Signer {
  public:
    virtual ~Signer() = default;
    virtual std::vector<std::uint8_t> const& public_key() const = 0;
    virtual std::vector<std::uint8_t> sign(std::span<std::uint8_t const> text, Entropy& entropy) const = 0;
};

class SignatureScheme {
  public:
    virtual ~SignatureScheme() = default;
    virtual std::unique_ptr<Signer const> generate(Entropy& entropy) = 0;
    /// False for malformed keys and signatures, too.
    virtual bool verify(std::span<std::uint8_t const> public_key, std::span<std::uint8_t const> text,
                        std::span<std::uint8_t const> signature) const = 0;
};

/// ML-DSA-65 (FIPS 204), hedged with randomness from the Entropy port.
class MlDsa65 final : public SignatureScheme {
  public:
    static constexpr std::size_t kPublicKeyBytes = 1952, kSignatureBytes = 3309;
    std::unique_ptr<Signer const> generate(Entropy& entropy) override;
    bool verify(std::span<std::uint8_t const> public_key, std::span<std::uint8_t const> text,
                std::span<std::uint8_t const> signature) const override;
};

} // namespace qkdes
