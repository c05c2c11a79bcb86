// Decodes a noisy word to the one whose syndrome is given: sum-product, row by row, in 16-bit integers.
//
//   Schedule: D. Hocevar, "A reduced complexity decoder architecture via layered decoding of LDPC codes", SIPS 2004,
//   doi:10.1109/SIPS.2004.1363033. Check nodes: check_kernel.hpp.
//
// An extension column sits in one check, so nothing ever flows back through it: its channel value enters its check as a
// constant, and at the end it is whatever its check asks for, given the core columns. Hence the stop test needs the
// core rows alone, and is exact: the signs of the posteriors are frozen, and their syndrome computed from them.
//
// Holds for:  channel values whose sign convention is positive = bit 0, in units of 2^-scale, within +-32767,
//             6 <= scale <= 11. 8 serves all rates.
// Leaves out: undetected errors: a word with the right syndrome may be the wrong one (verification.hpp).
// Checked:    tests/models/postprocessing/cv/decoder_test.cpp.
#pragma once
#include "models/postprocessing/cv/check_kernel.hpp"
#include "models/postprocessing/cv/met_code.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace qkdes::cv {

class SyndromeDecoder {
  public:
    /// Keeps a reference to the code.
    SyndromeDecoder(MetCode const& code, unsigned scale);

    struct Outcome {
        bool found = false; ///< a word with this syndrome
        unsigned iterations = 0;
        Bits word;
    };
    /// `channel` has the code's length, `syndrome` its syndrome length.
    Outcome decode(std::span<std::int16_t const> channel, Bits const& syndrome, unsigned max_iterations);

    /// Take the scalar kernel, for tests.
    void use_scalar() { update_ = update_row_scalar; }

  private:
    std::int16_t* column(std::size_t c) { return &posteriors_[c * stride_ + kColumnPad]; }
    void start(std::span<std::int16_t const> channel, Bits const& syndrome);
    void sweep(std::span<std::int16_t const> channel);
    bool core_rows_hold();
    Bits word(Bits const& syndrome);

    MetCode const& code_;
    unsigned scale_;
    std::size_t stride_;
    std::vector<std::int16_t>
        posteriors_; ///< per core column two copies end to end, padded, so that rotations are plain
    std::vector<std::int16_t> messages_, signs_, scratch_, parity_;
    std::vector<RowEdge> edges_;
    void (*update_)(RowUpdate const&, std::int16_t*) = update_row;
};

} // namespace qkdes::cv
