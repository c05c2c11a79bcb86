#include "models/link/link_model.hpp"

#include "models/link/cv/cv_block.hpp"
#include "models/link/decoy/decoy_bb84_block.hpp"
#include "models/link/di/di_block.hpp"
#include "models/link/entangled/entangled_block.hpp"
#include "models/link/stated/stated_block.hpp"

#include <algorithm>

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
    auto [block, statistics] = simulate_di_block_with_statistics(p, rest...);
    if (block.outcome != BlockOutcome::interrupted) block.di = statistics;
    return block;
}

template <class... Rest>
LinkBlock simulate(StatedParameters const& p, Rest const&... rest) {
    return simulate_stated_block(p, rest...);
}

SimDuration& longest_of(DecoyBb84Parameters& p) { return p.post.longest_gathering; }
SimDuration& longest_of(EntangledParameters& p) { return p.post.longest_gathering; }
SimDuration& longest_of(CvParameters& p) { return p.post.longest_gathering; }
SimDuration& longest_of(DiParameters& p) { return p.protocol.longest_gathering; }
SimDuration& longest_of(StatedParameters& p) { return p.every; }

double memory_of(DecoyBb84Parameters const& p) { return 1.2 * static_cast<double>(p.post.block); }
double memory_of(EntangledParameters const& p) { return 1.2 * static_cast<double>(p.post.block); }
double memory_of(CvParameters const& p) { return 2.0 * static_cast<double>(p.post.block); }
double memory_of(DiParameters const& p) { return 1.0 * static_cast<double>(p.protocol.rounds); }
double memory_of(StatedParameters const& p) { return 0.25 * p.rate.value * seconds(p.every); }

} // namespace

double photon_memory(LinkParameters const& parameters) {
    return std::visit([](auto const& p) { return memory_of(p); }, parameters);
}

LinkParameters closing_by(LinkParameters parameters, SimDuration longest) {
    std::visit([&](auto& p) { longest_of(p) = std::min(longest_of(p), longest); }, parameters);
    return parameters;
}

SimDuration longest_gathering(LinkParameters const& parameters) {
    return std::visit([](auto p) { return longest_of(p); }, parameters);
}

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

PreparedLink::PreparedLink(LinkParameters given, Fidelity fidelity) : parameters{std::move(given)} {
    auto const* const decoy = std::get_if<DecoyBb84Parameters>(&parameters);
    if (decoy != nullptr && fidelity == Fidelity::block)
        calm = std::make_shared<DetectionStatistics const>(detection_statistics(*decoy, {}));
}

LinkBlock simulate_block(PreparedLink const& prepared, std::span<ConditionStep const> conditions, SimDuration horizon,
                         Fidelity fidelity, std::uint64_t seed, std::string_view link, std::uint64_t index) {
    if (auto const* const decoy = std::get_if<DecoyBb84Parameters>(&prepared.parameters))
        return simulate_decoy_bb84_block(*decoy, conditions, horizon, fidelity, seed, link, index, prepared.calm.get());
    return simulate_block(prepared.parameters, conditions, horizon, fidelity, seed, link, index);
}

} // namespace qkdes
