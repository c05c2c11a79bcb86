// The decisions of a block's post-processing, from counts that the parties know, shared by both fidelities so that they
// cannot drift apart. In the order of di_block.hpp's conversation.
#pragma once
#include "models/link/di/di_finite_key.hpp"
#include "models/link/di/di_gathering.hpp"
#include "models/link/link_block.hpp"

namespace qkdes {

/// Round trips besides error correction's: settings, lost games, verification, amplification with the tags.
inline constexpr std::uint32_t kDiFixedRoundTrips = 4;

/// Fills what the exchange alone decides: counts, S, Q. For the record of the simulation, whether or not the block goes
/// on.
void record_exchange(DiStatistics const& statistics, BlockYield& yield);

/// Setting bits are too uneven to be believed.
bool settings_unhealthy(DiProtocolParameters const& protocol, DiStatistics const& statistics);
/// Error rate of the key rounds that correction is set up for, Alice's noise included. Planned, never measured.
double planned_key_error(DiProtocolParameters const& protocol);
/// `abort_qber` as a limit for the flips among key rounds, Alice's noise included.
bool too_many_flips(DiProtocolParameters const& protocol, std::uint64_t flips, std::uint64_t key_rounds);

/// Entropy of di_finite_key() for blocks of this size; the last answer of a thread is kept, since blocks are alike.
double block_entropy(DiProtocolParameters const& protocol, std::uint64_t rounds);
/// Whether any key could come out if correction were free: a block too small is not corrected at all (F7).
bool worth_correcting(DiProtocolParameters const& protocol, std::uint64_t rounds);
/// Once the hashes agree: the length. Returns the outcome.
BlockOutcome conclude(DiProtocolParameters const& protocol, std::uint64_t rounds, BlockYield& yield);

} // namespace qkdes
