// A factor on the load of demands, as overrides of the scenario.
//
//   poisson       the rate times the factor
//   bursts        as many requests at once, the time between bursts divided by the factor
//   closed_loop   clients times the factor, rounded, at least one: how often they ask depends on the answers
#pragma once
#include "sim/scenario/scenario.hpp"

#include <span>
#include <string>
#include <vector>

namespace qkdes {

/// `demands` are positions in Scenario::demands; factor > 0.
std::vector<std::string> load_overrides(Scenario const& scenario, std::span<std::size_t const> demands, double factor);

/// What all demands ask for together when those named have the factor.
struct OfferedLoad {
    double requests = 0;       ///< per second, of demands that do not wait for answers, while they ask
    double bits = 0;           ///< per second, of keys that these ask for
    std::uint64_t clients = 0; ///< of closed loops, which are in neither
};
OfferedLoad offered_load(Scenario const& scenario, std::span<std::size_t const> demands, double factor);

} // namespace qkdes
