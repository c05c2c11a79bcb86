// A block at `photon` fidelity: every detection, then the real post-processing on its bits. See link_block.hpp.
//
// Two parties: what Alice computes uses her record and what was said in public, and so does Bob. Their keys are two
// separate computations.
// Memory: four bits per sifted bit while gathering, then what Cascade and Toeplitz hashing need; blocks of 1e8 fit 2
// GiB.
#pragma once
#include "models/link/decoy/decoy_bb84_parameters.hpp"
#include "models/link/decoy/sifting_parties.hpp"
#include "models/link/link_block.hpp"

#include <string>

namespace qkdes {

struct PhotonExchange {
    bool full = false;
    std::uint64_t pulses = 0;
    bool alarm = false; ///< Bob's monitor saw blinding light
    double known = 0;   ///< bits that Eve knows of the Z bits, for the record of the simulation only
    Sifting sifting;
};

/// Detections until the block's Z bits are complete, exactly at that detection, or until pulse `end`.
PhotonExchange gather_photons(DecoyBb84Parameters const& parameters, std::span<ConditionStep const> conditions,
                              std::uint64_t end, RngStream rng);

/// Everything after sifting. `public_rng` is what both parties draw public seeds from.
LinkBlock distil_photons(DecoyBb84Parameters const& parameters, PhotonExchange exchange, RngStream public_rng);

} // namespace qkdes
