// A block at `block` fidelity: its estimates, its reconciliation's cost and its key, all drawn.
#pragma once
#include "models/link/cv/cv_parameters.hpp"
#include "models/link/link_block.hpp"
#include "sim/base/rng.hpp"

#include <span>

namespace qkdes {

/// A block of `symbols` data symbols that was not interrupted.
LinkBlock distil_cv_by_drawing(CvParameters const& parameters, std::span<ConditionStep const> conditions,
                               std::uint64_t symbols, RngStream& rng, RngStream& key);

} // namespace qkdes
