// Normal numbers for the jitter of time tags: fast, exact, the same on every machine.
//
//   G. Marsaglia, W. W. Tsang, "The ziggurat method for generating random variables", J. Stat. Softw. 5(8) (2000),
//   doi:10.18637/jss.v005.i08, 256 layers; layer and position come from different bits of one 64-bit draw, which the
//   original's common bits do not allow (J. A. Doornik, 2005).
//
// Checked: moments, tails and the share of each layer's edge, tests/models/link/entangled/normal_batch_test.cpp.
#pragma once
#include "sim/base/rng.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace qkdes {

/// A stream's words, fetched many at a time: the order of RngStream::next().
class WordBuffer {
  public:
    explicit WordBuffer(RngStream rng) : rng_{rng} {}
    std::uint64_t next() {
        if (at_ == words_.size()) refill();
        return words_[at_++];
    }

  private:
    void refill();
    RngStream rng_;
    std::array<std::uint64_t, 1024> words_{};
    std::size_t at_ = 1024;
};

/// Zero mean, unit variance.
double fast_normal(WordBuffer& words);

} // namespace qkdes
