// The fit y = gain x + z to the revealed symbols: from the symbols, or drawn from the fit's distribution.
//
//   gain = sum x y / sum x^2,  noise = sum (y - gain x)^2 / m.
//
// Distribution (block level): both normal, which they are to O(1/m); with stretches s of weight w_s, gain t_s, noise of
// fourth moment k_s, and d_s = t_s - t, r = d_s x + z:
//   E gain = sum w t = t,  E noise = sum w (d^2 V_A + v),  less V_A var(gain)'s share 1/m;
//   m var gain = sum w var(x r) / V_A^2,  m var noise = sum w var(r^2),  m cov = sum w cov(x r, r^2) / V_A,
// within stretches only, because the revealed symbols are spread evenly over the block.
//
// Leaves out: that a symbol which Eve takes shows in both of a heterodyne symbol's values: at most 2 % of the spread of
//             the noise.
// Checked:    tests/models/link/cv/cv_fidelity_test.cpp: mean and spread against the symbols'.
#pragma once
#include "models/link/cv/cv_symbols.hpp"

#include <span>

namespace qkdes {

class CvFit {
  public:
    /// One chunk's revealed symbols.
    void add(CvSymbols const& symbols, unsigned per_symbol);
    std::uint64_t values() const { return values_; }
    CvQuadrature result() const; ///< needs values() > 0

  private:
    double xx_ = 0, xy_ = 0, yy_ = 0;
    std::uint64_t values_ = 0;
};

/// What the fit finds in a block of `symbols` but for chance.
CvQuadrature cv_mean_quadrature(CvParameters const& parameters, std::span<CvStretch const> stretches,
                                std::uint64_t symbols);

/// The result that a block of `symbols` with `values` revealed would have. Needs symbols > 0 and values > 0.
CvQuadrature draw_cv_fit(CvParameters const& parameters, std::span<CvStretch const> stretches, std::uint64_t symbols,
                         std::uint64_t values, RngStream& rng);

} // namespace qkdes
