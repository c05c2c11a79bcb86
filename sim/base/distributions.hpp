// Portable samplers: the same draws from the same stream on every machine and compiler (the standard library's
// distributions promise neither, and the C library's log differs between processors: portable_math.hpp). All exact up
// to the rounding of double arithmetic. Parameters outside the stated range break a contract.
#pragma once
#include "sim/base/rng.hpp"

#include <cstdint>
#include <span>

namespace qkdes {

/// Mean 1; support (0, inf).
double sample_exponential(RngStream& rng);
/// Failures before the first success, P(k) = (1-p)^k p, p in (0, 1]. Saturates at 2^63.
std::uint64_t sample_geometric(RngStream& rng, double p);
/// Zero mean, unit variance (Marsaglia's polar method; the second value is dropped so that a draw is a pure call).
double sample_normal(RngStream& rng);
/// Mean in [0, 2^62]: inversion below 10, transformed rejection PTRS above (W. Hörmann, Insurance: Math. & Econ. 12, 39
/// (1993)).
std::uint64_t sample_poisson(RngStream& rng, double mean);
/// Any n and p in [0, 1]: inversion for n·min(p,1-p) < 10, BTRS above (W. Hörmann, J. Stat. Comput. Simul. 46, 101
/// (1993)).
std::uint64_t sample_binomial(RngStream& rng, std::uint64_t n, double p);
/// Shape > 0, scale 1; may underflow to 0 for shapes below 0.05 (G. Marsaglia, W. W. Tsang, ACM TOMS 26, 363 (2000)).
double sample_gamma(RngStream& rng, double shape);
/// Splits n into counts.size() cells by weights >= 0 (need not sum to 1), by conditional binomials. The counts sum to n
/// exactly, and a cell of weight 0 gets nothing.
void sample_multinomial(RngStream& rng, std::uint64_t n, std::span<double const> weights,
                        std::span<std::uint64_t> counts);

} // namespace qkdes
