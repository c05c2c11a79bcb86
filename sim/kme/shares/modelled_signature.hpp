// Stands in for ML-DSA-65 in very large runs: the same sizes, a wrong text or signature is refused, and no security
// whatever (the public key is all one needs to sign).
//
// Checked: tests/sim/kme/shares_restart_test.cpp.
#pragma once
#include "sim/kme/shares/signature.hpp"

namespace qkdes {

class ModelledSignatures final : public SignatureScheme {
  public:
    std::unique_ptr<Signer const> generate(Entropy& entropy) override;
    bool verify(std::span<std::uint8_t const> public_key, std::span<std::uint8_t const> text,
                std::span<std::uint8_t const> signature) const override;
};

} // namespace qkdes
