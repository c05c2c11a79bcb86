// Carry-less 64 x 64 -> 128 bit products and the choice between the machine's instruction and portable code.
//
// The choice is made at run time, so that one portable build serves every machine; all paths give the same bits
// (tests/models/postprocessing/toeplitz_test.cpp and polynomial_hash_test.cpp hold them against each other).
#pragma once
#include <cstdint>

namespace qkdes {

enum class CarrylessPath : std::uint8_t {
    portable, ///< plain 64-bit integer code, any machine
    pclmul,   ///< x86-64 with PCLMULQDQ: one product per instruction
    vpclmul,  ///< x86-64 with AVX2 and VPCLMULQDQ: two products per instruction
};

bool carryless_path_supported(CarrylessPath path);
/// The fastest path this machine has.
CarrylessPath best_carryless_path();

struct Word128 {
    std::uint64_t low = 0, high = 0;
    bool operator==(Word128 const&) const = default;
    constexpr Word128& operator^=(Word128 other) {
        low ^= other.low;
        high ^= other.high;
        return *this;
    }
    friend constexpr Word128 operator^(Word128 a, Word128 b) { return a ^= b; }
};

/// Product of two polynomials over GF(2) of degree below 64; bit i is the coefficient of x^i. Portable.
Word128 carryless_multiply(std::uint64_t a, std::uint64_t b);

} // namespace qkdes
