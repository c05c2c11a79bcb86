// Stands in for ML-KEM in very large runs: the same sizes, real bytes, both ends agree, and no security whatever
// (the public key tells the secret, by a hash that is not a cryptographic one). A wrong ciphertext yields another
// secret, as with the real one.
#pragma once
#include "sim/ports/kem.hpp"

namespace qkdes {

class ModelledKem : public Kem {
  public:
    enum class Form : std::uint8_t {
        whole,
        brief, ///< public keys and ciphertexts without the zeros that make up their size: for messages that are values
    };
    explicit ModelledKem(KemParameters parameters = KemParameters::ml_kem_768, Form form = Form::whole);
    KemSizes sizes() const override { return sizes_; }
    KeyPair generate(Entropy& entropy) override;
    std::optional<Encapsulation> encapsulate(std::span<std::uint8_t const> public_key, Entropy& entropy) override;

  private:
    KemSizes sizes_, made_;
};

} // namespace qkdes
