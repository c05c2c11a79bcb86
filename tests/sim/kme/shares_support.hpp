// What the tests of shares have in common: randomness with a seed, and entropy whose bytes a test chooses.
#pragma once
#include "sim/base/rng.hpp"
#include "sim/kme/shares/vcs1.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace qkdes::test {

class SeededEntropy final : public Entropy {
  public:
    explicit SeededEntropy(std::uint64_t seed, std::string_view name = "shares", std::uint64_t index = 0)
        : stream_{seed, name, index} {}
    void fill(std::span<std::uint8_t> out) override { stream_.fill(out); }

  private:
    RngStream stream_;
};

/// Hands out the given bytes, then zeros.
class ChosenEntropy final : public Entropy {
  public:
    explicit ChosenEntropy(std::vector<std::uint8_t> bytes) : bytes_{std::move(bytes)} {}
    void fill(std::span<std::uint8_t> out) override {
        for (auto& byte : out)
            byte = next_ < bytes_.size() ? bytes_[next_++] : std::uint8_t{0};
    }

  private:
    std::vector<std::uint8_t> bytes_;
    std::size_t next_ = 0;
};

/// Signatures without any security, for runs in their thousands: the public key is all one needs to sign.
class HashSignatures final : public SignatureScheme {
  public:
    std::unique_ptr<Signer const> generate(Entropy& entropy) override {
        std::vector<std::uint8_t> key(32);
        entropy.fill(key);
        return std::make_unique<HashSigner>(key);
    }
    bool verify(std::span<std::uint8_t const> public_key, std::span<std::uint8_t const> text,
                std::span<std::uint8_t const> signature) const override {
        auto const expected = labelled_tag(SecretBytes{public_key}, "test signature", text);
        return same_bytes(expected, signature);
    }

  private:
    struct HashSigner final : Signer {
        explicit HashSigner(std::vector<std::uint8_t> k) : key{std::move(k)} {}
        std::vector<std::uint8_t> const& public_key() const override { return key; }
        std::vector<std::uint8_t> sign(std::span<std::uint8_t const> text, Entropy&) const override {
            auto const tag = labelled_tag(SecretBytes{std::span<std::uint8_t const>{key}}, "test signature", text);
            return {tag.begin(), tag.end()};
        }
        std::vector<std::uint8_t> key;
    };
};

inline SecretBytes random_key(Entropy& entropy) {
    SecretBytes key{kSharedKeyBytes};
    entropy.fill(key.mutable_view());
    return key;
}

inline KeyId key_id(std::uint8_t number) {
    KeyId id;
    id.bytes.fill(number);
    return id;
}

} // namespace qkdes::test
