// Devices of which nobody published more than the key rate: protocols without a model here (SARG04, differential phase
// shift, ...), or measurements of one's own. Plain data; ranges are those the scenario table enforces.
#pragma once
#include "models/link/channel/fibre.hpp"
#include "sim/base/units.hpp"

namespace qkdes {

struct StatedParameters {
    BitsPerSecond rate{0};                      ///< of secret key, [0, 1e10]; authentication already paid
    SimDuration every{std::chrono::seconds{1}}; ///< from block to block, > 0
    FibreParameters fibre;                      ///< for the light's time of flight alone
};

} // namespace qkdes
