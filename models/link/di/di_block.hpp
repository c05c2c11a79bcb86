// One block of a device-independent link, at either fidelity.
//
// `photon` is round by round: heralds by geometric jumps over attempts, settings from bits, outcomes from the
// correlations of the state that the settings see, failures to the fixed outcome; S and Q are counted from those very
// outcomes, which then go through real error correction, verification and hashing. `block` draws the same counts from
// the joint distribution of a round (di_round.hpp) and the cost of correction from its fitted law.
//
//   gathering      until n rounds are kept; settings are announced
//   health         setting bits that are too unlikely: the block is thrown away (F3)
//   test rounds    corrected first; Bob counts lost games: more than the gate allows, and the block stops (`aborted`)
//   key rounds     corrected; flips give Q: above `abort_qber` the block stops
//   verification   one hash over all n outcomes
//   amplification  length by di_finite_key() with what really leaked
//
// In BlockYield: pulses are attempts; detections are heralds; dropped are heralds outside the window; sifted Z are key
// rounds and wrong ones, sifted X test rounds and lost games; chsh is S from the four settings, tests its rounds.
//
// What steps do: extra_loss to the heralds; extra_error e multiplies both correlations by 1 - 2e (F1); sync_drift
// discards a share of the heralds (F2); rng_bias tilts the setting bits (F3); saturation loses a share of the boxes'
// outcomes (F4); timing_step loses a share of each of the two photons of a herald (F6). Attacks, on a share of the
// rounds: intercept_resend leaves half of each correlation; blinding gives both boxes one and the same bit of Eve's,
// whatever the settings (Q improves, S falls to 2); time_shift hides one of Bob's outcomes, at random which;
// photon_number_splitting finds no second photon and does nothing.
//
// Leaves out: stray light; a gate for another n when a block is closed early: it is priced as a block of the size it
//             has. Frames given up by a decoder are sent in clear and paid for, since no round may be left out.
// Checked:    tests/models/link/di/di_block_test.cpp, tests/models/link/di/di_fidelity_test.cpp.
#pragma once
#include "models/link/di/di_parameters.hpp"
#include "models/link/di/di_statistics.hpp"
#include "models/link/link_block.hpp"

#include <span>
#include <string_view>

namespace qkdes {

struct DiBlock {
    LinkBlock block;
    DiStatistics statistics; ///< empty when the block was interrupted
};

/// As simulate_block() of link_model.hpp, for this family, with the counts that operations watch.
DiBlock simulate_di_block_with_statistics(DiParameters const& parameters, std::span<ConditionStep const> conditions,
                                          SimDuration horizon, Fidelity fidelity, std::uint64_t seed,
                                          std::string_view link, std::uint64_t index);
/// The same without them.
LinkBlock simulate_di_block(DiParameters const& parameters, std::span<ConditionStep const> conditions,
                            SimDuration horizon, Fidelity fidelity, std::uint64_t seed, std::string_view link,
                            std::uint64_t index);

} // namespace qkdes
