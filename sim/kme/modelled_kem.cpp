#include "sim/kme/modelled_kem.hpp"

#include "sim/base/hash.hpp"
#include "sim/base/recycled.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace qkdes {

namespace {

// A public key and a ciphertext are 32 random bytes and zeros up to the real size.
constexpr std::size_t kRandomBytes = 32;

SecretBytes shared_secret(std::span<std::uint8_t const> public_random, std::span<std::uint8_t const> ciphertext) {
    auto const rest = ciphertext.subspan(kRandomBytes);
    bool const well_formed =
        rest.empty() || (rest[0] == 0 && std::memcmp(rest.data(), rest.data() + 1, rest.size() - 1) == 0);
    PairHash hash;
    hash.add(public_random);
    hash.add(well_formed ? ciphertext.first(kRandomBytes) : ciphertext);
    SecretBytes secret{Kem::kSecretBytes};
    for (std::size_t at = 0; at < Kem::kSecretBytes; at += 8)
        store_word(mix64(hash.value() + at), secret.data() + at);
    return secret;
}

class Modelled final : public Kem::PrivateKey {
  public:
    static void* operator new(std::size_t) { return Recycled<sizeof(Modelled)>::take(); }
    static void operator delete(void* memory) noexcept { Recycled<sizeof(Modelled)>::give_back(memory); }

    Modelled(std::span<std::uint8_t const> random, std::size_t ciphertext_bytes) : ciphertext_bytes_{ciphertext_bytes} {
        std::copy(random.begin(), random.end(), random_.begin());
    }
    std::optional<SecretBytes> decapsulate(std::span<std::uint8_t const> ciphertext) const override {
        if (ciphertext.size() != ciphertext_bytes_) return std::nullopt;
        return shared_secret(random_, ciphertext);
    }

  private:
    std::array<std::uint8_t, kRandomBytes> random_;
    std::size_t ciphertext_bytes_;
};

std::vector<std::uint8_t> random_then_zeros(std::size_t size, Entropy& entropy) {
    std::vector<std::uint8_t> out(size);
    entropy.fill(std::span{out}.first(kRandomBytes));
    return out;
}

} // namespace

ModelledKem::ModelledKem(KemParameters parameters, Form form) : sizes_{kem_sizes(parameters)}, made_{sizes_} {
    if (form == Form::brief) made_.public_key = made_.ciphertext = kRandomBytes;
}

Kem::KeyPair ModelledKem::generate(Entropy& entropy) {
    auto public_key = random_then_zeros(made_.public_key, entropy);
    auto private_key = std::make_unique<Modelled>(std::span{public_key}.first(kRandomBytes), made_.ciphertext);
    return {std::move(public_key), std::move(private_key)};
}

std::optional<Kem::Encapsulation> ModelledKem::encapsulate(std::span<std::uint8_t const> public_key, Entropy& entropy) {
    if (public_key.size() != made_.public_key) return std::nullopt;
    Encapsulation out;
    out.ciphertext = random_then_zeros(made_.ciphertext, entropy);
    out.secret = shared_secret(public_key.first(kRandomBytes), out.ciphertext);
    return out;
}

} // namespace qkdes
