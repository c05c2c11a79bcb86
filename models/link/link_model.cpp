#include "models/link/link_model.hpp"

#include "models/link/cv/cv_block.hpp"
#include "models/link/decoy/decoy_bb84_block.hpp"
#include "models/link/di/di_block.hpp"
#include "models/link/entangled/entangled_block.hpp"

namespace qkdes {
namespace {

// One overload a family.
template <class... Rest>
LinkBlock simulate(DecoyBb84Parameters const& p, Rest const&... rest) {
    return simulate_decoy_bb84_block(p, rest...);
}
template <class... Rest>
LinkBlock simulate(EntangledParameters const& p, Rest const&... rest) {
    return simulate_entangled_block(p, rest...);
}
template <class... Rest>
LinkBlock simulate(CvParameters const& p, Rest const&... rest) {
    return simulate_cv_block(p, rest...);
}
template <class... Rest>
LinkBlock simulate(DiParameters const& p, Rest const&... rest) {
    return simulate_di_block(p, rest...);
}

} // namespace

LinkParameters over(LinkParameters parameters, FibreParameters const& fibre) {
    std::visit([&](auto& p) { p.fibre = fibre; }, parameters);
    return parameters;
}

LinkBlock simulate_block(LinkParameters const& parameters, std::span<ConditionStep const> conditions,
                         SimDuration horizon, Fidelity fidelity, std::uint64_t seed, std::string_view link,
                         std::uint64_t index) {
    return std::visit([&](auto const& p) { return simulate(p, conditions, horizon, fidelity, seed, link, index); },
                      parameters);
}

} // namespace qkdes
