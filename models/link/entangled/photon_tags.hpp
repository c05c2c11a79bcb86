// A block at `photon` fidelity: every time tag, matched and sifted, then the real post-processing. See
// entangled_block.hpp.
//
// Two parties: what Alice computes uses her tags and what was said in public, and so does Bob. Public are the tags'
// times, the settings, and the bits of the other basis or of the tests. Their keys are two separate computations.
// Memory: the tags of one chunk (1 MB), those of the clock search, and two bits per key bit.
#pragma once
#include "models/link/decoy/sifting_parties.hpp"
#include "models/link/entangled/clock_search.hpp"
#include "models/link/entangled/entangled_key.hpp"
#include "models/link/entangled/entangled_parameters.hpp"
#include "models/link/entangled/time_tag.hpp"
#include "sim/base/rng.hpp"

#include <span>

namespace qkdes {

/// Sifting of one coincidence after the other.
struct EntangledSifting {
    BitTape alice, bob; ///< key bits, each from the party's own tags
    /// What was revealed; `key` is counted when the block is complete, by the simulation alone.
    EntangledCounts counts;
    /// Returns whether it became a key bit.
    bool exchange(EntangledProtocol protocol, TimeTag of_alice, TimeTag of_bob);
};

struct TagExchange {
    bool full = false;
    SimDuration gathered{0}; ///< when full: until both tags of the last coincidence
    double known = 0;        ///< key bits that an attack gave away
    EntangledSifting sifting;
};

/// Coincidences until the block's key bits are complete, exactly at that coincidence, or until `end`.
TagExchange gather_tags(EntangledParameters const& parameters, std::span<ConditionStep const> conditions,
                        SimDuration end, RngStream const& rng);

/// Everything after sifting. `public_rng` is what both parties draw public seeds from.
LinkBlock distil_tags(EntangledParameters const& parameters, TagExchange exchange, RngStream public_rng);

/// What both ends know before the first tag.
ClockSearchSettings clock_settings(EntangledParameters const& parameters, double spread_ps);

} // namespace qkdes
