// A block at `block` fidelity: its counts, its post-processing's cost and its key, all drawn. See link_block.hpp.
#pragma once
#include "models/link/decoy/block_gathering.hpp"
#include "models/link/decoy/decoy_bb84_parameters.hpp"
#include "models/link/link_block.hpp"

#include <string>

namespace qkdes {

/// What follows a gathering that was not interrupted; the quantum exchange may come from either level.
LinkBlock distil_by_drawing(DecoyBb84Parameters const& parameters, Gathering gathering, RngStream& rng, RngStream& key);

} // namespace qkdes
