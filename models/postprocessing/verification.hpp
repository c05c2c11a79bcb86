// Verification after error correction: both parties hash their corrected key under one fresh public key and compare t
// bits. Different keys pass with probability at most eps_cor.
//
//   t = ceil(log2((L + 1) / eps_cor)),  L = ceil(n / 128)    (polynomial_hash.hpp has the bound).
//
// The t disclosed bits are what a length formula deducts; they take the place of its log2(2 / eps_cor) term and are not
// paid twice. Truncation costs nothing but the bits cut off, because the bound holds for every value of the difference.
#pragma once
#include "sim/base/bits.hpp"
#include "sim/base/polynomial_hash.hpp"

#include <cstdint>

namespace qkdes {

/// t above, at most 128. Needs 0 < eps_cor < 1, and a key for which 128 bits suffice (they do for n = 1e10 at 1e-28).
unsigned verification_tag_bits(std::uint64_t key_bits, double eps_cor);

/// One party's tag: the low `tag_bits` bits of the hash, under the key named by the public seed. Both parties call
/// this, each on its own key; only the tag crosses the channel.
Word128 verification_tag(Bits const& key, std::uint64_t public_seed, unsigned tag_bits);

struct VerificationResult {
    bool equal = false;
    unsigned disclosed_bits = 0; ///< t: to be deducted from the key
};

/// Both parties' side of it: Alice sends her tag, Bob compares. One message.
VerificationResult verify_keys(Bits const& alice, Bits const& bob, double eps_cor, std::uint64_t public_seed);

} // namespace qkdes
