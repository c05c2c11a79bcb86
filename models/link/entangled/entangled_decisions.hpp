// The decisions of a block's post-processing, from public counts alone, shared by both fidelities so that they cannot
// drift apart: go on or stop before error correction, and what the block yields after it. The conversation is that of
// ../decoy/block_decisions.hpp; sifting carries the time tags and settings, and what of the bits measures X or S.
#pragma once
#include "models/link/decoy/block_decisions.hpp"
#include "models/link/entangled/entangled_key.hpp"

namespace qkdes {

/// Fills what sifting made known (and, for the record of the simulation only, the errors in the key basis).
void record_sifting(EntangledCounts const& counts, BlockYield& yield);

/// The QBER that both know before error correction: of a revealed sample, else of the other basis, else (E91) what S
/// says of a depolarised pair.
QberEstimate entangled_estimate(EntangledParameters const& parameters, EntangledCounts const& counts,
                                std::uint64_t sampled, std::uint64_t sample_errors);

/// `key` when correction is worth while; else `aborted` (too many errors, S at or below its threshold) or `no_key`
/// (not enough to make key of even without any errors).
BlockOutcome before_correction(EntangledParameters const& parameters, EntangledCounts const& counts,
                               QberEstimate const& estimate, std::uint64_t key_bits);

/// Fills what is known once the corrected keys agree: the bound and the length. Returns the outcome.
BlockOutcome conclude_entangled(EntangledParameters const& parameters, EntangledCounts const& counts,
                                std::uint64_t key_bits, BlockYield& yield);

} // namespace qkdes
