// Failures at random become faults with a begin and an end before the run, so that links can compute blocks ahead.
//
// Distribution: every target begins up; up-times are exponential with mean `up`, down-times exponential or log-normal
//   (exp(m + s N), with m such that their mean is `repair`). So a target is down for repair / (up + repair) of a long
//   run, and a run that begins with everything up is better than that for some times 1 / (1 / up + 1 / repair).
// Streams: "failures/link/ID/PLANE", "failures/node/ID", "failures/group/ID", with the number of the scenario's earlier
//   entries for the same target as index: neither another link nor another entry shifts a target's failures, and two
//   scenarios under one seed see the same ones.
// Checked: tests/sim/world/random_failures_test.cpp.
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/world/figures.hpp"

#include <memory>
#include <optional>

namespace qkdes {

/// Sorted by begin, within the run.
std::vector<FaultSpec> draw_failures(Scenario const& scenario, std::uint64_t seed);

/// The scenario with its failures among its faults; the very same object when it has none, which then must live on.
std::shared_ptr<Scenario const> with_failures(Scenario const& scenario, std::uint64_t seed);

/// How many there were and how long they lasted until `end`, by entry; nothing without failures.
std::optional<SummarySection> failures_section(Scenario const& scenario, std::uint64_t seed, SimTime end);

} // namespace qkdes
