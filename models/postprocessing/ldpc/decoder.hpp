// Belief propagation on a quasi-cyclic code, layer by layer, in 8-bit numbers, 32 checks at a time.
//
//   Layers: D. E. Hocevar, "A reduced complexity decoder architecture via layered decoding of LDPC codes", SIPS 2004,
//   doi:10.1109/SIPS.2004.1363033. Check rule (A-min*): C. Jones, E. Valles, M. Smith, J. Villasenor,
//   "Approximate-min* constraint node updating for LDPC code decoding", MILCOM 2003.
//
// A check of inputs t_i sends every input but the smallest the combination of all of them, and the smallest the
// combination of the others, where a (+) b = min(a, b) + g(a + b) - g(|a - b|), g(x) = ln(1 + e^-x), which is exact for
// two inputs: belief propagation but for counting an input that hardly matters. The decoder looks for the pattern of
// errors: its beliefs are that a bit is right, and what a check must sum to is the difference of the two parties'
// syndromes.
//
// Numbers:    beliefs in eighths of a nat, 16 bits; messages 8 bits; inside a check, sixteenths in [0, 255].
// Beliefs
//             of 8 bits would saturate at columns of high degree, and a message that shrinks then turns them round.
// Holds for:  any Code; one decoder serves many frames.
// Leaves out: nothing that would tell a wrong word that satisfies every check: verification finds it.
// Checked:    vector and scalar paths bit by bit; a satisfied syndrome is recomputed from the packed word:
//             tests/models/postprocessing/ldpc/decoder_test.cpp.
#pragma once
#include "models/postprocessing/ldpc/code.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace qkdes::ldpc {

inline constexpr int kBeliefPerNat = 8;
/// Belief in a bit that is known.
inline constexpr std::int16_t kKnown = 2000;

class Decoder {
  public:
    explicit Decoder(Code const& code, bool vectors = true);

    /// Begins a frame: a belief per bit of the code, and the syndrome of the pattern that is looked for.
    void take(std::span<std::int16_t const> beliefs, std::span<std::uint64_t const> syndrome);
    /// Sweeps until the pattern has the syndrome (true), or progress stops, or that many more iterations are done.
    bool run(unsigned iterations);
    /// Makes a bit known from now on; the rest stays as it is, so that run() goes on from there.
    void reveal(std::uint32_t bit, bool wrong);

    /// The likeliest pattern now: bit set where the belief is negative.
    std::span<std::uint64_t const> pattern() const { return pattern_; }
    std::int16_t belief(std::uint32_t bit) const;
    /// Bits in a check that the pattern does not satisfy, marked.
    std::vector<std::uint64_t> bits_in_doubt() const;
    unsigned iterations_used() const { return iterations_; }

  private:
    void sweep();
    bool satisfied();
    std::size_t unsatisfied(); // checks, of the pattern that satisfied() packed

    Code const& code_;
    bool vectors_;
    std::uint32_t stride_; // between block columns: the first 32 beliefs follow the last again
    std::vector<std::int16_t> beliefs_;
    std::vector<std::int8_t> messages_, check_signs_;
    std::vector<std::uint64_t> wanted_, pattern_, sums_;
    unsigned iterations_ = 0;
};

} // namespace qkdes::ldpc
