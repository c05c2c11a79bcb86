#include "models/link/link_model.hpp"

#include "models/link/decoy/decoy_bb84_block.hpp"

namespace qkdes {
namespace {

// One overload a family.
template <class... Rest>
LinkBlock simulate(DecoyBb84Parameters const& p, Rest const&... rest) {
    return simulate_decoy_bb84_block(p, rest...);
}

} // namespace

LinkBlock simulate_block(LinkParameters const& parameters, std::span<ConditionStep const> conditions,
                         SimDuration horizon, Fidelity fidelity, std::uint64_t seed, std::string_view link,
                         std::uint64_t index) {
    return std::visit([&](auto const& p) { return simulate(p, conditions, horizon, fidelity, seed, link, index); },
                      parameters);
}

} // namespace qkdes
