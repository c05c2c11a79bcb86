// Several paths at once.
//
//   J. Yen, "Finding the k shortest loopless paths in a network", Management Science 17, 712 (1971),
//   doi:10.1287/mnsc.17.11.712; each deviation is searched by A* with the exact distances to the end.
//   J. Suurballe, "Disjoint paths in a network", Networks 4, 125 (1974), doi:10.1002/net.3230040204; R. Bhandari,
//   "Survivable Networks", Kluwer 1999: nodes split in two, one cheapest augmenting path after the other.
//
// Checked: against all paths and all sets of disjoint paths of small graphs, tests/sim/kme/routing_paths_test.cpp.
#pragma once
#include "sim/kme/routing/search.hpp"

namespace qkdes {

/// The first k by (cost, links), none of which passes a node twice.
std::vector<CostedPath> k_shortest_paths(PathSearch& search, RoutingGraph const& graph, std::size_t from,
                                         std::size_t to, std::vector<Cost> const& costs, std::size_t k);

/// As many paths as there are, at most k, without a common node but the ends; of all such sets of their number one of
/// the lowest total cost. In order of (cost, links).
std::vector<CostedPath> disjoint_paths(RoutingGraph const& graph, std::size_t from, std::size_t to,
                                       std::vector<Cost> const& costs, std::size_t k);

} // namespace qkdes
