#include "sim/kme/ml_kem.hpp"

#include "sim/kme/entropy_rng.hpp"

#include <botan/exceptn.h>
#include <botan/ml_kem.h>
#include <botan/pubkey.h>

namespace qkdes {

namespace {

Botan::ML_KEM_Mode mode(KemParameters parameters) {
    switch (parameters) {
    case KemParameters::ml_kem_512:
        return {Botan::ML_KEM_Mode::ML_KEM_512};
    case KemParameters::ml_kem_768:
        break;
    case KemParameters::ml_kem_1024:
        return {Botan::ML_KEM_Mode::ML_KEM_1024};
    }
    return {Botan::ML_KEM_Mode::ML_KEM_768};
}

class Expanded final : public Kem::PrivateKey {
  public:
    Expanded(Botan::RandomNumberGenerator& rng, KemParameters parameters)
        : key_{rng, mode(parameters)}, ciphertext_bytes_{kem_sizes(parameters).ciphertext} {}
    std::vector<std::uint8_t> public_key() const { return key_.raw_public_key_bits(); }

    std::optional<SecretBytes> decapsulate(std::span<std::uint8_t const> ciphertext) const override {
        if (ciphertext.size() != ciphertext_bytes_) return std::nullopt;
        SecretBytes secret{Kem::kSecretBytes};
        try {
            Botan::Null_RNG none; // decapsulation is deterministic
            Botan::PK_KEM_Decryptor decryptor{key_, none, "Raw"};
            decryptor.decrypt(secret.mutable_view(), ciphertext);
        } catch (Botan::Exception const&) {
            return std::nullopt;
        }
        return secret;
    }

  private:
    Botan::ML_KEM_PrivateKey key_;
    std::size_t ciphertext_bytes_;
};

} // namespace

Kem::KeyPair MlKem::generate(Entropy& entropy) {
    EntropyRng rng{entropy};
    auto key = std::make_unique<Expanded>(rng, parameters_);
    auto public_key = key->public_key();
    return {std::move(public_key), std::move(key)};
}

std::optional<Kem::Encapsulation> MlKem::encapsulate(std::span<std::uint8_t const> public_key, Entropy& entropy) {
    if (public_key.size() != sizes().public_key) return std::nullopt;
    EntropyRng rng{entropy};
    Encapsulation out{std::vector<std::uint8_t>(sizes().ciphertext), SecretBytes{kSecretBytes}};
    try {
        Botan::ML_KEM_PublicKey const key{public_key, mode(parameters_)}; // refuses coefficients out of range
        Botan::PK_KEM_Encryptor encryptor{key, "Raw"};
        encryptor.encrypt(out.ciphertext, out.secret.mutable_view(), rng);
    } catch (Botan::Exception const&) {
        return std::nullopt;
    }
    return out;
}

} // namespace qkdes
