// Who asks whom, and how often.
//
// Gravity: the importance of a pair is w_i w_j / d^e, w a weight of each site, d their great circle, but at least
// `min_distance_km`, as sites at one place would outweigh all others (P. Pöyhönen, Weltwirtschaftliches Archiv 90, 93
// (1963), for trade; since then for traffic). Of all pairs that lines join, the most important ones ask, each as often
// as its share of the whole. Where a site has no coordinates, d is the shortest way over the fibres / detour.
#pragma once
#include "sim/import/options.hpp"
#include "sim/import/source_text.hpp"

#include <span>
#include <vector>

namespace qkdes {

struct PairRate {
    std::size_t from = 0, to = 0; ///< sites
    double per_second = 0;        ///< above 0
};

/// Most important first; ties by the order of the sites. Refuses a weight that a site does not have, or that is
/// negative. `lengths_km` are of the topology's lines. With DemandModel::automatic decided.
std::vector<PairRate> pair_rates(SiteMap const& topology, std::span<double const> lengths_km,
                                 ImportOptions const& options, SourceText const& source);

} // namespace qkdes
