// The inside of toeplitz.cpp: a square Toeplitz matrix times a vector, in words, by Karatsuba's identity for Toeplitz
// matrices. Split in half, with P1 = T1 (v0 + v1):
//
//   [ T1 T0 ] [v0]   [ P1 + (T0 + T1) v1 ]
//   [ T2 T1 ] [v1] = [ P1 + (T1 + T2) v0 ],   three half-size products instead of four.
//
// It computes only the middle half of the polynomial product, which is all that the hash needs: S. Winograd,
// "Arithmetic Complexity of Computations" (SIAM 1980); H. Fan, M. A. Hasan, IEEE Trans. Comput. 56, 224 (2007).
#pragma once
#include "sim/base/carryless.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace qkdes::toeplitz {

/// A side of leaf << depth words: `depth` halvings, then schoolbook leaves. `leaf` is a multiple of 4.
struct Square {
    std::size_t leaf = 4;
    unsigned depth = 0;
    std::size_t side() const { return leaf << depth; }
    /// Relative time of one product.
    double cost() const;
};

/// out[w] = word side + w of the carry-less product of t (2 side words) and v (side words), w < side.
/// `scratch` holds at least 4 side words. No two ranges may overlap.
void middle_product(Square square, std::uint64_t const* t, std::uint64_t const* v, std::uint64_t* out,
                    std::uint64_t* scratch, CarrylessPath path);

} // namespace qkdes::toeplitz
