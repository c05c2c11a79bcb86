// Slices: Bob's quadrature as a cell number, and his place in the cell told in public.
//
//   G. Van Assche, J. Cardinal, N. Cerf, IEEE Trans. Inf. Theory 50, 394 (2004), doi:10.1109/TIT.2003.822618, with the
//   finest slices not quantised but published as they are; cells counted modulo 2^levels (nested lattices: R. Zamir,
//   S. Shamai, U. Erez, IEEE Trans. Inf. Theory 48, 1250 (2002), doi:10.1109/TIT.2002.1003821).
//
//   y / step = j + v,  j the cell, v in [0, 1) public;  step = 2.4 standard deviations of the noise z.
//
// Why this step: v tells Alice (and Eve) almost nothing, because the noise smears y over more than a cell: .3 % of the
// capacity is lost. Narrower cells would need a first code of a lower rate, wider ones lose more (1.3 % at 2.7).
//
// The bits of j are decided lowest first. Given x, y is normal about gain x, whatever the signal's variance, so that
// level l's likelihood is a function of one phase, (v + lower bits - gain x / step) mod 2^(l+1): a table. And its
// equivocation does not depend on the SNR at all: one set of codes serves every link. What depends on the SNR is the
// entropy of j.
//
//   level   H(bit | x, v, lower bits)
//   0       .7209
//   1       .0650
//   2       2e-5  (the wrong one of two is 9.6 standard deviations away)
//   3 on    0
//
// Checked:    tests/models/postprocessing/cv/slices_test.cpp.
#pragma once
#include "models/postprocessing/cv/reconciliation.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace qkdes::cv {

inline constexpr double kSliceStep = 2.4;   ///< in standard deviations of the noise
inline constexpr unsigned kCodedSlices = 3; ///< levels above need no code
inline constexpr unsigned kMostSlices = 6;
inline constexpr double kThinShare = 3.0 / 512; ///< what the third level's code discloses, per symbol

/// H(j mod 2^levels | v) in bits, for normal y.
double slice_entropy(double snr, unsigned levels);

/// Equivocation of a level as above; 0 from level 3 on. `cell`: how much wider cells are than they should be, which is
/// by how much the noise's deviation is overestimated.
double slice_equivocation(unsigned level, double cell = 1);

struct SliceLevels {
    unsigned count;
    double entropy; ///< slice_entropy of so many
};
/// As many levels as are worth their codes.
SliceLevels slice_levels(double snr);

struct SlicedSymbols {
    std::vector<float> place;        ///< v; public
    std::vector<std::uint8_t> cells; ///< j mod 2^levels; secret
};

/// Bob.
SlicedSymbols slice(std::span<float const> bob, CvChannelEstimate const& channel, unsigned levels);

/// Alice. Keeps what she knows of each symbol as levels are decided.
class SliceReader {
  public:
    /// `scale` as the decoder's.
    SliceReader(std::span<float const> alice, std::span<float const> place, CvChannelEstimate const& channel,
                unsigned scale);
    /// Channel values of this level, those below being decided.
    void channel_values(unsigned level, std::span<std::int16_t> out) const;
    /// Bit i of `bits` is the level's bit of symbol i.
    void decide(unsigned level, Bits const& bits);

  private:
    std::vector<float> phase_; ///< v + decided bits - gain x / step
    unsigned scale_;
};

/// Log-likelihood ratio of level `level` at this phase (any real): positive when the bit is likelier 0.
double slice_likelihood(unsigned level, double phase);

} // namespace qkdes::cv
