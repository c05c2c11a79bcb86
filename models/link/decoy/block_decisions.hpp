// The decisions of a block's post-processing, from public counts alone, shared by both fidelities so that they cannot
// drift apart: go on or stop before error correction, and what the block yields after it.
//
// The order of the conversation (each line a round trip, or as many as Cascade takes):
//   sifting         Bob: pulses, bases, usable; Alice: which match, their intensities. X bits are revealed with it.
//   estimation      sample positions and bits (`sampling`), or the X errors; tag for estimation
//   Cascade         as many as its slowest frame needs
//   verification    hash key and tag; Bob's answer with his corrections per intensity
//   amplification   Toeplitz seed and length; tags of the whole transcript, one per direction
#pragma once
#include "models/link/decoy/decoy_bb84_parameters.hpp"
#include "models/link/link_block.hpp"

namespace qkdes {

/// Round trips of the conversation besides Cascade's.
inline constexpr std::uint32_t kFixedRoundTrips = 4;

/// The QBER that both parties know before error correction, from a sample where one was revealed, else from the X
/// basis. `observed` decides on aborting; `for_correction` sizes Cascade's blocks and is never 0.
struct QberEstimate {
    double observed = 0, for_correction = 0.5;
};
QberEstimate qber_estimate(DecoyBb84Parameters const& parameters, SiftedCounts const& counts, std::uint64_t sampled,
                           std::uint64_t sample_errors);

/// Whether any key could come out if error correction were free and found no error: else nobody takes the trouble.
bool worth_correcting(DecoyBb84Parameters const& parameters, SiftedCounts key_counts);

/// Fills what is known once the corrected keys agree: the bounds and the length. Returns the outcome.
BlockOutcome conclude(DecoyBb84Parameters const& parameters, SiftedCounts const& key_counts, BlockYield& yield);

/// Fills what sifting and its announcements show, at either fidelity: sums and error rates, from `yield.sifted`.
void observe(DecoyBb84Parameters const& parameters, BlockYield& yield);

/// Secret bits that Eve can compute, when she knows `known` of the sifted Z bits and hears the conversation: what the
/// amplification of `kept` bits to `yield.secret` left over of that.
double known_to_eve(double known, std::uint64_t kept, BlockYield const& yield);

/// Z bits that `sampling` reveals of `sifted`; 0 for the other method.
std::uint64_t sample_size(PostProcessingParameters const& post, std::uint64_t sifted);

} // namespace qkdes
