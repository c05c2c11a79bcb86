// One block of a decoy-BB84 link, at either fidelity.
#pragma once
#include "models/link/decoy/decoy_bb84_parameters.hpp"
#include "models/link/decoy/detection_statistics.hpp"
#include "models/link/link_block.hpp"

#include <span>
#include <string_view>

namespace qkdes {

/// As simulate_block() of link_model.hpp, for this family. `calm` as for draw_gathering.
LinkBlock simulate_decoy_bb84_block(DecoyBb84Parameters const& parameters, std::span<ConditionStep const> conditions,
                                    SimDuration horizon, Fidelity fidelity, std::uint64_t seed, std::string_view link,
                                    std::uint64_t index, DetectionStatistics const* calm = nullptr);

} // namespace qkdes
