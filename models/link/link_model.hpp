// One block of any family: a pure function of (parameters, conditions, seed, link name, block index), so that it can be
// computed ahead, on any thread, and again.
#pragma once
#include "models/link/cv/cv_parameters.hpp"
#include "models/link/decoy/decoy_bb84_parameters.hpp"
#include "models/link/decoy/detection_statistics.hpp"
#include "models/link/di/di_parameters.hpp"
#include "models/link/entangled/entangled_parameters.hpp"
#include "models/link/link_block.hpp"
#include "models/link/stated/stated_parameters.hpp"

#include <memory>
#include <span>
#include <string_view>
#include <variant>

namespace qkdes {

using LinkParameters =
    std::variant<DecoyBb84Parameters, EntangledParameters, CvParameters, DiParameters, StatedParameters>;

/// The same devices on another fibre.
LinkParameters over(LinkParameters parameters, FibreParameters const& fibre);

/// The same with blocks closed, full or not, after `longest` at the latest.
LinkParameters closing_by(LinkParameters parameters, SimDuration longest);

/// Bytes that one block takes at photon fidelity, about: 1.2 measured per sifted bit, 2 per symbol, 1 per round.
double photon_memory(LinkParameters const& parameters);

/// Longest time that a block gathers.
SimDuration longest_gathering(LinkParameters const& parameters);

/// `conditions` is sorted by `from`, begins at 0 and is never empty; `horizon` is when the link must stop gathering (a
/// cut, the end of the run). The outcome is then `interrupted` and nothing but `gathering` is set.
LinkBlock simulate_block(LinkParameters const& parameters, std::span<ConditionStep const> conditions,
                         SimDuration horizon, Fidelity fidelity, std::uint64_t seed, std::string_view link,
                         std::uint64_t index);

/// A link, and what all its undisturbed blocks have in common: computed once.
struct PreparedLink {
    explicit PreparedLink(LinkParameters given, Fidelity fidelity);
    LinkParameters parameters;
    std::shared_ptr<DetectionStatistics const> calm; ///< decoy BB84 at block fidelity
};

/// The same block as of the parameters alone.
LinkBlock simulate_block(PreparedLink const& prepared, std::span<ConditionStep const> conditions, SimDuration horizon,
                         Fidelity fidelity, std::uint64_t seed, std::string_view link, std::uint64_t index);

} // namespace qkdes
