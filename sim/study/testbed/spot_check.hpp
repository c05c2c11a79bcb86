// The link of continuous variables runs at block fidelity in the testbed; here a few of its blocks are made symbol by
// symbol beside blocks at block fidelity.
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/study/testbed/report.hpp"

namespace qkdes {

/// Of the scenario's first link with continuous variables (a check that does not hold when there is none), `blocks` >=
/// 3 at each fidelity.
ExperimentReport spot_check(Scenario const& scenario, std::size_t blocks, unsigned jobs);

} // namespace qkdes
