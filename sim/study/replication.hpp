// The same scenario again under other random numbers: replication r of seed s.
//
// Replication 0 has the scenario's own seed, so that it is the run that `qkdes run` makes. Results depend on (scenario,
// seed, replication) alone, whatever the number of threads.
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/study/metrics.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace qkdes {

/// The seed of a replication's world.
std::uint64_t replication_seed(std::uint64_t seed, std::uint64_t replication);

struct ReplicationResult {
    Metrics metrics;
    std::uint64_t violations = 0; ///< what the auditor found wrong: a fault of ours
};

/// A run that leaves no file.
RunSummary run_once(Scenario const& scenario, std::uint64_t world_seed);

/// One world to run.
struct Task {
    Scenario const* scenario;
    std::uint64_t seed;
};

/// In the order of the tasks, on `jobs` >= 1 threads, a world each. `progress` (may be empty) is told how many are
/// done, from one thread at a time; when it returns false no further task is begun, and what was not run has NaN for
/// metrics.
std::vector<ReplicationResult> run_tasks(std::span<Task const> tasks, unsigned jobs,
                                         std::function<bool(std::size_t done)> const& progress = {});

} // namespace qkdes
