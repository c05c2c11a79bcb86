#include "sim/kme/entropy_rng.hpp"
#include "sim/kme/shares/signature.hpp"

#include <botan/exceptn.h>
#include <botan/ml_dsa.h>
#include <botan/pubkey.h>

namespace qkdes {

namespace {

auto mode() { return Botan::ML_DSA_Mode{Botan::ML_DSA_Mode::ML_DSA_6x5}; }

class MlDsaSigner final : public Signer {
  public:
    explicit MlDsaSigner(Botan::RandomNumberGenerator& rng) : key_{rng, mode()}, public_{key_.raw_public_key_bits()} {}
    std::vector<std::uint8_t> const& public_key() const override { return public_; }
    std::vector<std::uint8_t> sign(std::span<std::uint8_t const> text, Entropy& entropy) const override {
        EntropyRng rng{entropy};
        Botan::PK_Signer signer{key_, rng, "Randomized"};
        return signer.sign_message(text, rng);
    }

  private:
    Botan::ML_DSA_PrivateKey key_;
    std::vector<std::uint8_t> public_;
};

} // namespace

std::unique_ptr<Signer const> MlDsa65::generate(Entropy& entropy) {
    EntropyRng rng{entropy};
    return std::make_unique<MlDsaSigner>(rng);
}

bool MlDsa65::verify(std::span<std::uint8_t const> public_key, std::span<std::uint8_t const> text,
                     std::span<std::uint8_t const> signature) const {
    if (public_key.size() != kPublicKeyBytes || signature.size() != kSignatureBytes) return false;
    try {
        Botan::ML_DSA_PublicKey const key{public_key, mode()};
        Botan::PK_Verifier verifier{key, ""};
        return verifier.verify_message(text, signature);
    } catch (Botan::Exception const&) {
        return false;
    }
}

} // namespace qkdes
