// How many of n shares arrive when links are up by chance, in closed form.
//
// A risk is something that fails as a whole (a node, a site, a duct) and the paths through it: each path is up with its
// own chance when the risk is. Risks are independent of each other; paths that share nothing are each a risk of their
// own. Poisson-binomial by dynamic programming, exact up to rounding.
//
// For the time to the k-th share put each path's chance of having delivered by time t: P(T_k <= t) = at_least(..., k).
//
// Checked: 7 of 10 at .95/.9/.8/.7, two paths through one node by enumeration, and against runs of the components,
// tests/sim/kme/shares_availability_test.cpp, tests/sim/kme/shares_network_test.cpp.
#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace qkdes {

struct SharedRisk {
    double up = 1.0;           ///< chance that what the paths share works
    std::vector<double> paths; ///< chance of each path, given that
};

/// Element i: chance that exactly i shares arrive.
std::vector<double> arrivals(std::span<SharedRisk const> risks);
double at_least(std::span<SharedRisk const> risks, std::size_t k);

/// Fewest nodes that an adversary must hold to see k shares; `holders[i]` lists the nodes that see share i (relays in
/// clear, or its custodian). Nothing when even all do not suffice. Exact: tries all sets of nodes that see two or more
/// shares, of which there may be at most 20.
struct CaptureCost {
    bool possible = false;
    std::size_t nodes = 0;
};
CaptureCost nodes_to_capture(std::span<std::vector<unsigned> const> holders, std::size_t k);

} // namespace qkdes
