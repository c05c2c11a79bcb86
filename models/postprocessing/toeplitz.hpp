// Privacy amplification by Toeplitz hashing: n corrected bits become m secret bits under a public random seed.
//
//   full:      y_i = XOR_j t[i - j + n - 1] x_j,  i < m, j < n.     Seed of n + m - 1 bits.
//              H. Krawczyk, "LFSR-based hashing and authentication", CRYPTO '94, doi:10.1007/3-540-48658-5_15.
//   modified:  y = x_tail ^ T' x_head, where x_tail is the last m bits of x, x_head the first n - m, and T' the full
//              m x (n - m) Toeplitz matrix of the seed. Seed of n - 1 bits. Universal (and dual universal) as the full
//              form is, at a half to a third of the work: M. Hayashi, T. Tsurumaru, "More efficient privacy
//              amplification with less random seeds", IEEE Trans. Inf. Theory 62, 2213 (2016),
//              doi:10.1109/TIT.2016.2526018.
//
// Holds for:  any n and m <= n, neither a multiple of anything; m = 0 gives no bits; m = n in modified form gives x.
// Leaves out: the length m itself (a finite-key bound: models/link). The seed is public, but must be drawn after the
//             quantum exchange and must not depend on it.
// Checked:    against the definition bit by bit and against NTL's GF2X, tests/models/postprocessing/toeplitz_test.cpp.
#pragma once
#include "sim/base/bits.hpp"
#include "sim/base/carryless.hpp"

#include <cstddef>

namespace qkdes {

enum class ToeplitzForm : std::uint8_t { full, modified };

/// Seed bits that toeplitz_hash needs for n bits in and m out; 0 where no seed enters (m = 0; modified with m = n).
/// Needs m <= n.
std::size_t toeplitz_seed_bits(std::size_t key_bits, std::size_t out_bits, ToeplitzForm form);

/// The hash. Needs out_bits <= key.size() and seed.size() >= toeplitz_seed_bits(...); seed bits beyond are not read.
/// Memory: about 6 words per word of key. Sub-quadratic time: (n/m) m^1.585 where m <= n/2.
Bits toeplitz_hash(Bits const& seed, Bits const& key, std::size_t out_bits, ToeplitzForm form,
                   CarrylessPath path = best_carryless_path());

} // namespace qkdes
