// The ways that shares go: as many without a common relay as the network has, and what paths through common links mean
// for the chance that k of them are open.
#pragma once
#include "sim/kme/shares/courier.hpp"
#include "sim/kme/topology.hpp"

#include <optional>
#include <span>
#include <vector>

namespace qkdes {

struct SharePaths {
    std::vector<CourierPath> to; ///< by custodian; empty: it is the node itself
    std::vector<NodeId> common;  ///< relays that more than one path needs, ascending; a custodian on the way counts
};

/// From a node to each of `ends`, all different and within reach: a fan of paths without a common node to as many as
/// possible, of least total weight (the disjoint paths of sim/kme/routing/path_sets.hpp to a node joined to all ends),
/// and shortest paths to the others.
SharePaths share_paths(Topology const& topology, NodeId from, std::span<NodeId const> ends);

/// Chance that at least k paths are open when each link is up with its chance `up` (by LinkId), independently of the
/// others. Exact: sums over the states of links that several paths need; nothing when there are more than 16 of them.
/// Checked: against sim/kme/shares/availability.hpp and by enumeration, tests/sim/world/share_paths_test.cpp.
std::optional<double> chance_of_k(std::span<CourierPath const> paths, std::vector<double> const& up, std::size_t k);

} // namespace qkdes
