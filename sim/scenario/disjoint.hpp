// How many paths of a scenario have no node in common but their ends.
#pragma once
#include "sim/scenario/scenario.hpp"

#include <cstddef>

namespace qkdes {

/// Between two different nodes, links up or down; counts to `at_most` and stops. Several links between the two are
/// paths of their own. Maximum flow with nodes of capacity one.
std::size_t disjoint_paths_between(Scenario const& scenario, NodeId from, NodeId to, std::size_t at_most);

} // namespace qkdes
