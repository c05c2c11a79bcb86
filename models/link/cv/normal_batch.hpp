// Normal numbers, many at a time: a CV-QKD symbol needs two or four of them.
//
//   G. E. P. Box, M. E. Muller, Ann. Math. Stat. 29, 610 (1958), doi:10.1214/aoms/1177706645:
//     x, y = sqrt(-2 ln u) (cos, sin)(phi),  u and phi uniform.
//
// One 64-bit draw a number: of each pair the first gives u (52 bits and a half, so that no number is beyond 8.6), the
// second phi: 52 bits within (-pi/4, pi/4), one bit for the sign of both and one to swap them, which covers the circle.
// Logarithm: log_batch.hpp; sine and cosine: Taylor's series to 1e-17; the square root is exact. Four lanes with AVX2
// where the processor has it, with the same bits.
//
// Holds for:  builds without contraction, as sim/base/portable_math.hpp.
// Checked:    tests/models/link/cv/normal_batch_test.cpp, against the C library's functions to 6e-16, moments and
// tails,
//             bit for bit between the two paths.
#pragma once
#include "sim/base/rng.hpp"

#include <cstdint>
#include <span>

namespace qkdes {

/// Mean 0, variance 1, independent. Sizes must be equal and a multiple of 8; out[8 k .. 8 k + 7] comes from draws[8 k
/// .. 8 k + 7].
void normal_batch(std::span<std::uint64_t const> draws, std::span<double> out);
/// The same without wider vectors: what a machine without AVX2 runs.
void normal_batch_scalar(std::span<std::uint64_t const> draws, std::span<double> out);

/// The next out.size() normal numbers of a stream; size a multiple of 8.
void fill_normal(RngStream& rng, std::span<double> out);

} // namespace qkdes
