// The Entropy port as Botan's random number generator: its only source of randomness here, so that a run with a seed
// repeats to the bit. It feeds Botan directly; a DRBG in between would cost more than it gives, as the port's bytes are
// already fit for keys.
#pragma once
#include "sim/ports/entropy.hpp"

#include <botan/rng.h>

namespace qkdes {

class EntropyRng final : public Botan::RandomNumberGenerator {
  public:
    explicit EntropyRng(Entropy& entropy) : entropy_{entropy} {}
    bool accepts_input() const override { return false; }
    std::string name() const override { return "Entropy port"; }
    void clear() override {}
    bool is_seeded() const override { return true; }

  private:
    void fill_bytes_with_input(std::span<std::uint8_t> output, std::span<std::uint8_t const> /*input*/) override {
        if (!output.empty()) entropy_.fill(output);
    }
    Entropy& entropy_;
};

} // namespace qkdes
