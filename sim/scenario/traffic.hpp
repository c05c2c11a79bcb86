// What a scenario's demands would put on links and nodes if each took its one shortest path: the answer to "which is
// the busiest", before any run.
//
//   A demand asks for rate x keys x bits. A client of a closed loop counts as one request in its time to think and a
//   second more, as its rate depends on the answers.
//   Paths are shortest by `routing.weight`; of equal ones the one whose first differing link stands first in the file,
//   as under `static-dijkstra`. Both directions of a link count together.
//
// Holds for:  comparing links and nodes of one scenario.
// Leaves out: what `require` forbids, what other policies, shares and pools do, when demands start and stop.
// Checked:    tests/sim/scenario/pick_test.cpp.
#pragma once
#include "sim/scenario/scenario.hpp"

#include <vector>

namespace qkdes {

struct Traffic {
    std::vector<double> links;        ///< bit/s of keys, by LinkId
    std::vector<double> nodes;        ///< that begin, end or pass there, by NodeId
    std::vector<double> through;      ///< that pass there
    std::vector<double> applications; ///< that it asks for, by AppId
};

/// Every reference of the scenario is valid.
Traffic expected_traffic(Scenario const& scenario);

} // namespace qkdes
