// What error correction of a block did and cost, whatever the method: Cascade (cascade.hpp) or LDPC (ldpc/ldpc.hpp).
#pragma once
#include "models/postprocessing/sifting.hpp"
#include "sim/base/bits.hpp"

#include <cstdint>
#include <utility>

namespace qkdes {

/// A frame that a decoder knows it failed on is given up: its bits leave the key at both ends. Cascade never knows, and
/// gives up nothing; verification finds what any method left wrong without knowing.
struct CorrectionResult {
    Bits corrected;                  ///< Bob's key afterwards, as long as before: given-up frames unchanged
    std::uint64_t leaked = 0;        ///< bits that Alice disclosed about her key, those about given-up frames too
    std::uint32_t round_trips = 0;   ///< pairs of messages, one after the other
    std::uint64_t flips = 0;         ///< bits that Bob changed
    std::uint64_t message_bits = 0;  ///< both directions, as encoded
    std::uint64_t frames = 0;        ///< frames the block was cut into
    std::uint64_t failed_frames = 0; ///< frames given up
    Bits kept;                       ///< 1 where a bit stays in the key; empty when all of them do

    /// What of a string as long as the block stays in the key.
    Bits keep(Bits bits) const { return kept.empty() ? std::move(bits) : keep_where(bits, kept); }
};

} // namespace qkdes
