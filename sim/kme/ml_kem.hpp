// ML-KEM-768 (FIPS 203) by Botan, with all randomness from the Entropy port.
//
// Checked: NIST ACVP vectors and recorded round trips, tests/sim/kme/ml_kem_test.cpp. Botan keeps a private key as its
// seed and cannot load the expanded form, so NIST's decapsulation vectors, which come in that form, are replaced by
// round trips on NIST's key pairs and by the rejection rule of FIPS 203 (SHAKE-256 over z and the ciphertext).
#pragma once
#include "sim/ports/kem.hpp"

namespace qkdes {

class MlKem768 final : public Kem {
  public:
    KeyPair generate(Entropy& entropy) override;
    std::optional<Encapsulation> encapsulate(std::span<std::uint8_t const> public_key, Entropy& entropy) override;
};

} // namespace qkdes
