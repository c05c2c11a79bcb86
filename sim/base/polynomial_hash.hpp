// Polynomial hash over GF(2^128): a universal hash, not a cryptographic primitive; what it promises holds against any
// computing power. It serves verification (fresh public key) and authentication (secret key, one-time pad).
//
//   h_k(m) = m_1 k^(L+1) + m_2 k^L + ... + m_L k^2 + length k     in GF(2)[x] / (x^128 + x^7 + x^2 + x + 1),
//
// the message cut in L blocks of 128 bits, the last one filled with zeros, and its length in bits as the last block.
// B. den Boer, J. Comput. Secur. 2, 65 (1993); M. N. Wegman, J. L. Carter, J. Comput. Syst. Sci. 22, 265 (1981);
// for QKD: K. Bibak et al., EPJ Quantum Technol. 9, 8 (2022).
//
// For two different messages of at most L blocks and a uniform k, h_k(m) ^ h_k(m') takes any given value with
// probability at most (L+1) 2^-128, so that t of its bits agree with probability at most (L+1) 2^-t.
// Bit i of a block is the coefficient of x^i: low word first, no reflection (GHASH reflects; the field is the same).
// With PCLMULQDQ the time depends on the length alone; the portable path looks up small tables by the key's bits.
// Checked: published GHASH values, NTL's GF2E, bitwise Horner: tests/models/postprocessing/polynomial_hash_test.cpp.
#pragma once
#include "sim/base/bits.hpp"
#include "sim/base/carryless.hpp"

#include <cstdint>
#include <span>

namespace qkdes {

/// Product in the field. Portable; for checks and for single products.
Word128 gf128_multiply(Word128 a, Word128 b);

/// The hash of the first `bits` bits of `words`; bits beyond in the last word must be 0. Needs
/// words.size() == ceil(bits / 64).
Word128 polynomial_hash(std::span<std::uint64_t const> words, std::uint64_t bits, Word128 key,
                        CarrylessPath path = best_carryless_path());

inline Word128 polynomial_hash(Bits const& message, Word128 key, CarrylessPath path = best_carryless_path()) {
    return polynomial_hash(message.words(), message.size(), key, path);
}

/// Blocks of 128 bits in a message, L above.
constexpr std::uint64_t polynomial_hash_blocks(std::uint64_t bits) { return (bits + 127) / 128; }

} // namespace qkdes
