#include "sim/kme/modelled_kem.hpp"

#include <botan/hash.h>

#include <algorithm>
#include <array>

namespace qkdes {

namespace {

// A public key and a ciphertext are 32 random bytes and zeros up to the real size.
constexpr std::size_t kRandomBytes = 32;

SecretBytes shared_secret(Botan::HashFunction& hash, std::span<std::uint8_t const> public_random,
                          std::span<std::uint8_t const> ciphertext) {
    bool const well_formed =
        std::all_of(ciphertext.begin() + kRandomBytes, ciphertext.end(), [](auto b) { return b == 0; });
    hash.update(public_random);
    hash.update(well_formed ? ciphertext.first(kRandomBytes) : ciphertext);
    SecretBytes secret{Kem::kSecretBytes};
    hash.final(secret.mutable_view());
    return secret;
}

class Modelled final : public Kem::PrivateKey {
  public:
    Modelled(std::shared_ptr<Botan::HashFunction> hash, std::span<std::uint8_t const> random,
             std::size_t ciphertext_bytes)
        : hash_{std::move(hash)}, ciphertext_bytes_{ciphertext_bytes} {
        std::copy(random.begin(), random.end(), random_.begin());
    }
    std::optional<SecretBytes> decapsulate(std::span<std::uint8_t const> ciphertext) const override {
        if (ciphertext.size() != ciphertext_bytes_) return std::nullopt;
        return shared_secret(*hash_, random_, ciphertext);
    }

  private:
    std::shared_ptr<Botan::HashFunction> hash_;
    std::array<std::uint8_t, kRandomBytes> random_;
    std::size_t ciphertext_bytes_;
};

std::vector<std::uint8_t> random_then_zeros(std::size_t size, Entropy& entropy) {
    std::vector<std::uint8_t> out(size);
    entropy.fill(std::span{out}.first(kRandomBytes));
    return out;
}

} // namespace

ModelledKem::ModelledKem(KemParameters parameters)
    : sizes_{kem_sizes(parameters)}, hash_{Botan::HashFunction::create_or_throw("SHA-3(256)")} {}

Kem::KeyPair ModelledKem::generate(Entropy& entropy) {
    auto public_key = random_then_zeros(sizes_.public_key, entropy);
    auto private_key = std::make_unique<Modelled>(hash_, std::span{public_key}.first(kRandomBytes), sizes_.ciphertext);
    return {std::move(public_key), std::move(private_key)};
}

std::optional<Kem::Encapsulation> ModelledKem::encapsulate(std::span<std::uint8_t const> public_key, Entropy& entropy) {
    if (public_key.size() != sizes_.public_key) return std::nullopt;
    Encapsulation out;
    out.ciphertext = random_then_zeros(sizes_.ciphertext, entropy);
    out.secret = shared_secret(*hash_, public_key.first(kRandomBytes), out.ciphertext);
    return out;
}

} // namespace qkdes
