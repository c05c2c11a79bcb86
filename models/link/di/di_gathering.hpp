// The quantum exchange of a block, at either fidelity: attempts, heralds, rounds and what the boxes gave.
//
// Photon level: from herald to herald by geometric jumps; each round in the order in which it happens: test flag,
// setting bits, Eve's part, the two outcomes, readout errors, failures. Block level: attempts until the block is full
// by the negative binomial law, rounds over the cells of di_round.hpp by a multinomial. The two share di_round() and
// nothing else. The mean time of arrival is one normal draw per block at both.
//
// Checked: against each other, tests/models/link/di/di_fidelity_test.cpp.
#pragma once
#include "models/link/di/di_parameters.hpp"
#include "models/link/di/di_statistics.hpp"
#include "models/link/link_block.hpp"
#include "sim/base/bits.hpp"
#include "sim/base/rng.hpp"

#include <cstdint>
#include <span>

namespace qkdes {

struct DiGathering {
    bool full = false; ///< the block's rounds are complete; `attempts` then ends at the last of them
    DiStatistics statistics;
    std::uint64_t noisy_errors = 0; ///< key rounds in which the parties differ after Alice's own noise
};

/// What the parties hold, at photon level. Bob's test outcomes are xor-ed with the settings' product, so that a game
/// lost is a bit that differs. Alice's key outcomes have her noise.
struct DiOutcomes {
    Bits alice_test, bob_test, alice_key, bob_key;
};
struct DiExchange {
    DiGathering gathering;
    DiOutcomes outcomes;
};

/// Until the block's rounds are complete, or before attempt `end`.
DiExchange gather_di_rounds(DiParameters const& parameters, std::span<ConditionStep const> conditions,
                            std::uint64_t end, RngStream rng);
DiGathering draw_di_rounds(DiParameters const& parameters, std::span<ConditionStep const> conditions, std::uint64_t end,
                           RngStream& rng);

} // namespace qkdes
