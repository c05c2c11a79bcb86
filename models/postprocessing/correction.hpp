// Error correction of a sifted block, by any of the methods: the one entry point of the links.
//
//   cascade            14 passes of power-of-two blocks with every parity remembered; f about 1.04 (cascade.hpp)
//   cascade_original   as first published, 4 passes; f about 1.17 (cascade_variants.hpp)
//   cascade_biconf     2 passes, then random subsets until ten in a row are free of errors (cascade_variants.hpp)
//   ldpc               one syndrome per frame, rarely more; fast decoding (ldpc/ldpc.hpp)
//   ldpc_best          the same, at a rate nearer the limit, with more iterations and more second attempts
//
// Leak:       counted from the messages; each method's header says how.
// Holds for:  keys of any size; frames of 1 to 2^25 bits.
// Leaves out: time. `round_trips` are those of the slowest frame, since frames advance in lock step.
// Checked:    tests/models/postprocessing/correction_test.cpp.
#pragma once
#include "models/postprocessing/correction_result.hpp"
#include "models/postprocessing/transcript.hpp"

#include <cstdint>

namespace qkdes {

enum class CorrectionMethod : std::uint8_t { cascade, cascade_original, cascade_biconf, ldpc, ldpc_best };

/// Bob's block towards Alice's, in round(n / frame_bits) frames (at least one) of sizes that differ by at most one bit.
/// Everything public is drawn from the public seed. Messages are appended to `conversation` where one is given.
CorrectionResult correct_block(CorrectionMethod method, Bits const& alice, Bits const& bob, std::size_t frame_bits,
                               double qber_estimate, std::uint64_t public_seed, Conversation* conversation = nullptr);

} // namespace qkdes
