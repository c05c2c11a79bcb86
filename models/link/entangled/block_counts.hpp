// A block at `block` fidelity: its counts, its post-processing's cost and its key, all drawn. See entangled_block.hpp.
//
// Coincidences of every kind are Poisson processes with the rates of coincidence_statistics.hpp, so the wait for the
// block's last key bit is gamma distributed and the other kinds' counts, given the wait, follow. Steps of constant
// conditions are walked one after the other. Cost: some ten microseconds, whatever the block's size.
//
// Holds for:  what coincidence_statistics.hpp holds for.
// Leaves out: what dead time does to the spread of counts; the search for the clocks succeeds or fails as it would on
//             average in the best of the steps, and its delay costs no bits (as at the photon level).
// Checked:    every count, S, the duration and the key against the photon level: fidelity_test.cpp.
#pragma once
#include "models/link/entangled/entangled_key.hpp"
#include "models/link/entangled/entangled_parameters.hpp"
#include "models/link/link_block.hpp"
#include "sim/base/rng.hpp"

#include <span>

namespace qkdes {

struct CountExchange {
    bool full = false;
    SimDuration gathered{0}; ///< when full
    double known = 0;        ///< key bits that an attack gave away
    EntangledCounts counts;
};

/// Stops when the block's key bits are gathered or at `end`. `conditions` as for simulate_entangled_block.
CountExchange draw_exchange(EntangledParameters const& parameters, std::span<ConditionStep const> conditions,
                            SimDuration end, RngStream& rng);

/// What follows an exchange that was not interrupted.
LinkBlock distil_counts(EntangledParameters const& parameters, CountExchange const& exchange, RngStream& rng,
                        RngStream& key);

} // namespace qkdes
