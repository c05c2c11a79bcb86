// Cascade: interactive error correction of a key by binary search over parities. Two parties, real messages: Alice
// holds her key and answers parity queries; Bob asks, and corrects his.
//
//   G. Brassard, L. Salvail, "Secret-key reconciliation by public discussion", EUROCRYPT '93,
//   doi:10.1007/3-540-48285-7_35; sub-block reuse and block sizes after J. Martinez-Mateo, C. Pacher, M. Peev,
//   A. Ciurana, V. Martin, "Demystifying the information reconciliation protocol Cascade", Quantum Inf. Comput. 15,
//   453 (2015), arXiv:1407.3257.
//
// The variant: pass 1 cuts the key into blocks of k1 = 2^round(log2 1/Q) bits, pass 2 a random permutation of it into
// blocks of k2 = 2^round(log2 1/Q + 5/2); passes 3 to 14 each ask the parity of one random half of the key (the other
// half's follows). Every parity ever learned is kept, and the smallest known block with an odd number of errors is
// searched next. All searches that are open advance together: one pair of messages, one round trip, for all of them.
// Why k2 of about 5.7/Q: with k2 = 4 k1 throughout, f is 1.048 at 3 % and 1.060 at 5 %; with 8 k1, 1.048 at 1 %.
//
// Message bits: 32 a query, 1 an answer.
// Leak:       every parity that Alice disclosed, each once: what follows from known ones is never asked (the last block
//             of pass 2, the other half of a subset, the second child of a halved block, a child without live bits).
// Holds for:  keys of any size, up to 2^25 bits a frame, and any estimate: a bad one costs leak or round trips only.
// Leaves out: time (the caller charges round_trips at the channel's delay). Errors may remain, in about 3e-4 of the
//             frames: verification finds out.
// Checked:    f = leak / (n h(Q)) of 1.04 at n = 1e5, 1-3 % (the paper's modern variants), frame error rate bit by
//             bit: tests/models/postprocessing/cascade_test.cpp.
#pragma once
#include "models/postprocessing/correction_result.hpp"
#include "models/postprocessing/transcript.hpp"
#include "sim/base/bits.hpp"

#include <cstdint>

namespace qkdes {

struct CascadeParameters {
    double qber_estimate = 0.01; ///< any value; taken into (0, 1/2]. Decides block sizes only.
    unsigned passes = 14;        ///< 2 to 15
};

/// One frame. Sizes must be equal and at most 2^25. Permutation and subsets come from the public seed. Messages are
/// appended to `conversation` where one is given.
CorrectionResult cascade_correct(Bits const& alice, Bits const& bob, CascadeParameters const& parameters,
                                 std::uint64_t public_seed, Conversation* conversation = nullptr);

/// A block cut into round(n / frame_bits) frames (at least one) of sizes that differ by at most one bit, sharing one
/// public permutation and set of subsets. The frames advance in lock step, message by message, so the block's round
/// trips are those of its slowest frame; leak, flips and message bits are sums.
CorrectionResult correct_in_frames(Bits const& alice, Bits const& bob, std::size_t frame_bits,
                                   CascadeParameters const& parameters, std::uint64_t public_seed,
                                   Conversation* conversation = nullptr);

} // namespace qkdes
