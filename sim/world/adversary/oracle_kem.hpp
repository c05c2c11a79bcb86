// The world's KEM, which remembers the secret of each encapsulation: what breaking ML-KEM would yield. Only an
// adversary that breaks it may ask; nodes see an ordinary KEM.
//
// Leaves out: how one would break it. Bounded: after kRemembered further encapsulations a secret is forgotten, which is
//             long after its message was judged (sim/world/adversary/eavesdropper.hpp).
#pragma once
#include "sim/ports/kem.hpp"

#include <array>
#include <deque>
#include <map>

namespace qkdes {

class OracleKem final : public Kem {
  public:
    static constexpr std::size_t kRemembered = 1u << 16;

    explicit OracleKem(std::unique_ptr<Kem> kem) : kem_{std::move(kem)} {}
    KemSizes sizes() const override { return kem_->sizes(); }
    KeyPair generate(Entropy& entropy) override { return kem_->generate(entropy); }
    std::optional<Encapsulation> encapsulate(std::span<std::uint8_t const> public_key, Entropy& entropy) override;

    std::optional<SecretBytes> secret_of(std::span<std::uint8_t const> ciphertext) const;
    /// The same KEM, and nobody remembers: for an adversary's own encapsulations.
    Kem& plain() { return *kem_; }

  private:
    using Digest = std::array<std::uint8_t, 32>; ///< a ciphertext's first bytes: they are random
    static Digest digest(std::span<std::uint8_t const> ciphertext);

    std::unique_ptr<Kem> kem_;
    std::map<Digest, SecretBytes> secrets_;
    std::deque<Digest> order_;
};

} // namespace qkdes
