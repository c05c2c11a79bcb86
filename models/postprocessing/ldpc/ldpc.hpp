// Error correction by low-density parity-check codes: Alice sends the syndrome of her frame, Bob decodes the difference
// to his, and asks for single bits only when that fails. One round trip, where Cascade takes hundreds.
//
//   D. Elkouss, A. Leverrier, R. Alleaume, J. J. Boutros, "Efficient reconciliation protocol for discrete-variable
//   quantum key distribution", ISIT 2009, doi:10.1109/ISIT.2009.5205475; rate adaptation: frame_plan.hpp; the decoder:
//   decoder.hpp; further bits on request: parties.hpp.
//
// Leak:       counted from Alice's messages: bits of the syndrome, less the private bits mixed into it
// (frame_plan.hpp),
//             plus every bit told on request, private ones too.
// A frame whose attempts have used up as many bits as it has is given up: see CorrectionResult.
// Holds for:  keys of any size; efficient for frames of 1e4 bits and more and QBER .5 to 11 %. An estimate that is too
//             low costs round trips, one that is too high costs leak.
// Leaves out: time. A wrong word that satisfies every check is left to verification: none seen in 1e5-bit frames, about
//             1e-3 of frames of 1e4 bits below 1 %, up to 1e-2 of frames below 4e3 bits (codes of very few rows).
// Checked:    f, frame errors, leak against the transcript: tests/models/postprocessing/ldpc/ldpc_test.cpp.
#pragma once
#include "models/postprocessing/correction_result.hpp"
#include "models/postprocessing/ldpc/frame_plan.hpp"
#include "models/postprocessing/transcript.hpp"

#include <cstdint>

namespace qkdes {

struct LdpcParameters {
    double qber_estimate = 0.01; ///< any value; taken into [1e-4, 1/2]
    ldpc::Effort effort = ldpc::Effort::fast;
};

/// A block cut into round(n / frame_bits) frames (at least one) of sizes that differ by at most one bit. Alice's
/// private bits are drawn from a stream of their own under the same seed, as everything in a simulation is. Messages
/// are appended to `conversation` where one is given.
CorrectionResult ldpc_correct_in_frames(Bits const& alice, Bits const& bob, std::size_t frame_bits,
                                        LdpcParameters const& parameters, std::uint64_t public_seed,
                                        Conversation* conversation = nullptr);

} // namespace qkdes
