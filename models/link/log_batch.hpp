// Logarithms of uniform numbers, many at a time: the geometric jumps of the photon sampler spend most of their time
// here.
//
// A draw's upper 52 bits k become the uniform number (2k + 1) 2^-53 in (0, 1): never 0 or 1, and exact, so that the
// tail of the geometric distribution is exact to 2^-53. The logarithm is portable_log()'s, operation by operation; four
// lanes with AVX2 where the processor has it, with the same bits, since lanes round as scalars do.
//
// Checked: tests/models/link/photon_sampler_test.cpp, bit for bit against portable_log; the tail to 1e-9.
#pragma once
#include <cstdint>
#include <span>

namespace qkdes {

/// The uniform number that a draw stands for.
inline double open_uniform(std::uint64_t draw) { return (static_cast<double>(draw >> 12) + 0.5) * 0x1p-52; }

/// out[i] = ln(open_uniform(draws[i])). Sizes must be equal and a multiple of 4. Negative numbers.
void log_uniform(std::span<std::uint64_t const> draws, std::span<double> out);
/// The same without wider vectors: what a machine without AVX2 runs.
void log_uniform_scalar(std::span<std::uint64_t const> draws, std::span<double> out);

} // namespace qkdes
