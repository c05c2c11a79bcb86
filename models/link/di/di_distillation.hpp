// A device-independent block after its quantum exchange: correction, gates, verification, amplification, at either
// fidelity. Two parties: what Alice computes uses her outcomes and what was said in public, and so does Bob.
// Memory: a few bits per round, and what Cascade and Toeplitz hashing need.
#pragma once
#include "models/link/di/di_gathering.hpp"
#include "models/link/link_block.hpp"

namespace qkdes {

/// On the parties' bits. `public_rng` is what both draw public seeds from.
LinkBlock distil_di_rounds(DiParameters const& parameters, DiExchange exchange, RngStream public_rng);
/// On counts alone, with the fitted costs of correction (correction_cost.hpp, di_game_cost.hpp); the key from its own
/// stream.
LinkBlock distil_di_by_drawing(DiParameters const& parameters, DiGathering const& gathering, RngStream& rng,
                               RngStream& key);

} // namespace qkdes
