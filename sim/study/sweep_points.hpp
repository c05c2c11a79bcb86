// Which values of the axes the points of a sweep have.
//
//   grid             mixed radix: the last axis changes fastest
//   latin-hypercube  one point in each of n equal parts of every axis, at a place of its own in it; the parts are
//   matched
//                    at random (M. D. McKay, R. J. Beckman, W. J. Conover, Technometrics 21, 239 (1979))
//   sobol            Boost's Sobol sequence with the direction numbers of S. Joe and F. Y. Kuo (SIAM J. Sci. Comput.
//   30,
//                    2635 (2008)), its point 0 included, every coordinate XORed with bits that the seed names (a
//                    digital shift): any 2^k first points still have exactly one in each of 2^k equal parts of every
//                    axis
//
// Holds for:  any number of points that fits in memory for the last two (8 bytes a coordinate).
// Checked:    tests/sim/study/sweep_test.cpp
#pragma once
#include "sim/scenario/sweep_spec.hpp"

#include <string>
#include <vector>

namespace qkdes {

class SweepPoints {
  public:
    /// `spec` outlives it; has at least one axis and point.
    SweepPoints(SweepSpec const& spec, std::uint64_t seed);
    std::uint64_t points() const { return spec_.points; }
    /// By axis; point < points().
    std::vector<AxisValue> values(std::uint64_t point) const;
    /// "/pointer=value", in the order of the axes.
    std::vector<std::string> overrides(std::uint64_t point) const;

  private:
    SweepSpec const& spec_;
    std::vector<double> places_; ///< of sampled designs: point-major, in [0, 1)
};

} // namespace qkdes
