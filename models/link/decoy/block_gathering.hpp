// The block level's quantum exchange: how many pulses until the block is full, and the counts of every kind of event,
// drawn from the distributions that the photon level obeys (detection_statistics.hpp). Steps of constant conditions are
// walked one after the other. Cost: microseconds per step, whatever the block's size.
//
// Holds for:  what detection_statistics.hpp holds for; kinds of events independent from event to event.
// Leaves out: correlations between the counts of one kind in neighbouring steps (a step forgets dead time left over
//             from the one before).
// Checked:    tests/models/link/decoy/fidelity_test.cpp, every count and the duration against the photon level.
#pragma once
#include "models/link/decoy/decoy_bb84_parameters.hpp"
#include "models/link/decoy/detection_statistics.hpp"
#include "models/link/link_block.hpp"
#include "sim/base/rng.hpp"

#include <array>
#include <cstdint>
#include <span>

namespace qkdes {

/// What a quantum exchange left, whichever level made it.
struct Gathering {
    bool full = false; ///< the Z bits reached the block's size; `pulses` then ends at the last detection
    std::uint64_t pulses = 0;
    std::uint64_t basis_mismatch = 0, dropped = 0;
    std::array<std::array<std::uint64_t, 2>, 3> z{}, x{}; ///< [intensity][0 right, 1 wrong]
    bool alarm = false;                                   ///< Bob's monitor saw blinding light
    double known = 0;                                     ///< bits that Eve knows of the Z bits (attack_on_pulse.hpp)
    SiftedCounts sifted() const;
};

/// Stops when `block` Z bits are gathered or before pulse `end`. `conditions` as for simulate_decoy_bb84_block. `calm`:
/// detection_statistics(parameters, {}), from whoever draws many blocks; most of what a block costs.
Gathering draw_gathering(DecoyBb84Parameters const& parameters, std::span<ConditionStep const> conditions,
                         std::uint64_t end, RngStream& rng, DetectionStatistics const* calm = nullptr);

/// Moves a uniform sample of `sample` Z events out of `z` and returns it (multivariate hypergeometric, exact).
std::array<std::array<std::uint64_t, 2>, 3> draw_sample(std::array<std::array<std::uint64_t, 2>, 3>& z,
                                                        std::uint64_t sample, RngStream& rng);

/// First pulse that is emitted at `t` or later.
std::uint64_t first_pulse_at(SimDuration t, Hertz clock);

} // namespace qkdes
