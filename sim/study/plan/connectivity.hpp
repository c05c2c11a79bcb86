// What graph theory says of a network without some of its parts: which demands still have a path, and which single
// links and nodes hold the network together. Beside what a simulation finds, so that each checks the other.
//
// Holds for:  whether there is a path at all. A demand's path takes links that protect as well as it requires.
// Leaves out: key. A path whose stores run dry is a path.
// Checked:    tests/sim/study/plan_connectivity_test.cpp (bridges and articulation points by their definition).
#pragma once
#include "sim/scenario/scenario.hpp"

#include <span>
#include <vector>

namespace qkdes {

struct Removed {
    std::vector<LinkId> links;
    std::vector<NodeId> nodes;
    bool takes(LinkSpec const& link, LinkId id) const;
};

enum class Path : std::uint8_t {
    left,   ///< there is one
    none,   ///< its ends are apart
    no_end, ///< one of its ends is removed
};
/// By demand.
std::vector<Path> paths_left(Scenario const& scenario, Removed const& removed);

struct CutPoints {
    std::vector<LinkId> bridges; ///< without it the network falls apart further; sorted
    std::vector<NodeId> nodes;   ///< articulation points; sorted
};
CutPoints cut_points(Scenario const& scenario);

} // namespace qkdes
