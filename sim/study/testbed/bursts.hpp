// Figure 7 of arXiv:2604.20376: many requests at once to a node whose vendor's buffer runs empty.
//
//   failures of a burst   max(0, burst - keys in the buffer - keys made before its requests give up), all of them asked
//                         at one instant and giving up at one instant
//   delayed responses     requests that wait for the same burst of key are answered at its instant, so that latency
//                         falls by as much as they were asked later: slope -1
//
// Keys in the buffer and keys made are counted from bursts of key and answers, not from the failures. Holds where each
// request takes one unit of its node's own half and nobody else takes any: nodes that ask for a key of 256 bits over a
// link without QKD, in the profile of the testbed.
//
// Checked: tests/sim/study/testbed_test.cpp.
#pragma once
#include "sim/study/answer_log.hpp"
#include "sim/study/testbed/report.hpp"

#include <algorithm>
#include <vector>

namespace qkdes {

struct BurstEpoch {
    SimTime asked;
    double offered = 0, failed = 0;
    double in_buffer = 0; ///< keys at that instant
    double made = 0;      ///< keys from then until its requests gave up
    double predicted() const { return std::max(0.0, offered - in_buffer - made); }
};

/// Of a demand that asks in bursts; its node has a vendor's server that lets requests wait.
std::vector<BurstEpoch> burst_epochs(Scenario const& scenario, AnswerLog const& log, DemandId demand);

/// Slope of latency against time of asking among answers at the instants of the same burst of key; each such group has
/// its own level. `groups`: those with answers to requests of at least two instants.
struct Diagonals {
    double slope = 0;
    std::size_t groups = 0, answers = 0;
};
Diagonals diagonals(Scenario const& scenario, AnswerLog const& log, DemandId demand);

struct BurstRun {
    std::vector<BurstEpoch> epochs; ///< of the first demand
    Diagonals delayed;              ///< of the second
};
BurstRun burst_run(Scenario const& scenario, AnswerLog const& log);
ExperimentReport bursts_report(std::vector<BurstRun> const& runs);

} // namespace qkdes
