// ML-KEM (FIPS 203) by Botan, any of its three parameter sets, with all randomness from the Entropy port.
//
// Checked: NIST ACVP vectors and recorded round trips, tests/sim/kme/ml_kem_test.cpp. Botan keeps a private key as its
// seed and cannot load the expanded form, so NIST's decapsulation vectors, which come in that form, are replaced by
// round trips on NIST's key pairs and by the rejection rule of FIPS 203 (SHAKE-256 over z and the ciphertext).
#pragma once
#include "sim/ports/kem.hpp"

namespace qkdes {

class MlKem : public Kem {
  public:
    explicit MlKem(KemParameters parameters) : parameters_{parameters} {}
    KemSizes sizes() const override { return kem_sizes(parameters_); }
    KeyPair generate(Entropy& entropy) override;
    std::optional<Encapsulation> encapsulate(std::span<std::uint8_t const> public_key, Entropy& entropy) override;

  private:
    KemParameters parameters_;
};

struct MlKem768 final : MlKem {
    MlKem768() : MlKem{KemParameters::ml_kem_768} {}
};

} // namespace qkdes
