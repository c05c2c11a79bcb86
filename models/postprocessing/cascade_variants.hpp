// Cascade as first published, and its variant BICONF, to compare the modern one (cascade.hpp) with.
//
//   original: G. Brassard, L. Salvail, "Secret-key reconciliation by public discussion", EUROCRYPT '93,
//   doi:10.1007/3-540-48285-7_35: four passes over random permutations, blocks of k1 = ceil(.73/Q), doubling.
//   biconf:   T. Sugimoto, K. Yamazaki, "A study on secret key reconciliation protocol Cascade", IEICE Trans.
//   Fundamentals E83-A, 1987 (2000): two passes of k1 = ceil(.92/Q) and 3 k1, then parities of random subsets; one that
//   differs is searched, and so is its complement; ten in a row that agree end it.
//
// A corrected bit makes the blocks of other passes odd that hold it: those are searched again from the top. Parities
// once told are remembered, and go for nothing. All open searches advance together, one message for all of them.
//
// Message bits: 64 a query, 1 an answer.
// Leak:       every parity that Alice disclosed, each once: what follows from known ones is never asked (the last block
//             of pass 2 and later, the complement of a subset, the second half of a block).
// Holds for:  keys of any size, up to 2^25 bits a frame; any estimate.
// Leaves out: time. Errors remain in about 1e-3 of the frames of 1e4 bits, in more of longer ones for `original`.
// Checked:    f and round trips at n = 1e4 against published simulations (1e4 frames a point), parities counted once:
//             tests/models/postprocessing/cascade_variants_test.cpp.
#pragma once
#include "models/postprocessing/correction_result.hpp"
#include "models/postprocessing/transcript.hpp"

#include <cstdint>

namespace qkdes {

enum class CascadeVariant : std::uint8_t { original, biconf };

/// A block cut into round(n / frame_bits) frames (at least one) of sizes that differ by at most one bit; see
/// correct_in_frames() in cascade.hpp.
CorrectionResult correct_in_frames(Bits const& alice, Bits const& bob, std::size_t frame_bits, CascadeVariant variant,
                                   double qber_estimate, std::uint64_t public_seed,
                                   Conversation* conversation = nullptr);

} // namespace qkdes
