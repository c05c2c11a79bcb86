#include "sim/kme/shares/modelled_signature.hpp"

#include "sim/kme/shares/share_crypto.hpp"

#include <algorithm>

namespace qkdes {

namespace {

std::vector<std::uint8_t> modelled(std::span<std::uint8_t const> public_key, std::span<std::uint8_t const> text) {
    auto const tag = labelled_tag(SecretBytes{public_key.first(32)}, "modelled signature", text);
    std::vector<std::uint8_t> out(MlDsa65::kSignatureBytes);
    std::copy(tag.begin(), tag.end(), out.begin());
    return out;
}

class ModelledSigner final : public Signer {
  public:
    explicit ModelledSigner(Entropy& entropy) : key_(MlDsa65::kPublicKeyBytes) {
        entropy.fill(std::span{key_}.first(32));
    }
    std::vector<std::uint8_t> const& public_key() const override { return key_; }
    std::vector<std::uint8_t> sign(std::span<std::uint8_t const> text, Entropy&) const override {
        return modelled(key_, text);
    }

  private:
    std::vector<std::uint8_t> key_;
};

} // namespace

std::unique_ptr<Signer const> ModelledSignatures::generate(Entropy& entropy) {
    return std::make_unique<ModelledSigner>(entropy);
}

bool ModelledSignatures::verify(std::span<std::uint8_t const> public_key, std::span<std::uint8_t const> text,
                                std::span<std::uint8_t const> signature) const {
    return public_key.size() == MlDsa65::kPublicKeyBytes && std::ranges::equal(modelled(public_key, text), signature);
}

} // namespace qkdes
