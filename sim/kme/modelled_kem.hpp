// Stands in for ML-KEM-768 in very large runs: the same sizes, real bytes, both ends agree, and no security whatever
// (the public key tells the secret). A wrong ciphertext yields another secret, as with the real one.
#pragma once
#include "sim/ports/kem.hpp"

namespace Botan {
class HashFunction;
}

namespace qkdes {

class ModelledKem final : public Kem {
  public:
    ModelledKem();
    KeyPair generate(Entropy& entropy) override;
    std::optional<Encapsulation> encapsulate(std::span<std::uint8_t const> public_key, Entropy& entropy) override;

  private:
    std::shared_ptr<Botan::HashFunction> hash_; ///< SHA-3; shared with the private keys
};

} // namespace qkdes
