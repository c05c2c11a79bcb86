// One block of a CV-QKD link, at either fidelity.
#pragma once
#include "models/link/cv/cv_parameters.hpp"
#include "models/link/link_block.hpp"

#include <span>
#include <string_view>

namespace qkdes {

/// As simulate_block() of link_model.hpp, for this family. `photon` fidelity means symbol by symbol.
LinkBlock simulate_cv_block(CvParameters const& parameters, std::span<ConditionStep const> conditions,
                            SimDuration horizon, Fidelity fidelity, std::uint64_t seed, std::string_view link,
                            std::uint64_t index);

} // namespace qkdes
