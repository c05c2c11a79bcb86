// The same scenario again under other random numbers: replication r of seed s.
//
// Replication 0 has the scenario's own seed, so that it is the run that `qkdes run` makes. Results depend on (scenario,
// seed, replication) alone, whatever the number of threads.
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/study/answer_log.hpp"
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
    std::vector<FaultRecoveryTime> recoveries; ///< of scripted faults
    std::uint64_t violations = 0;              ///< what the auditor found wrong: a fault of ours
};

/// A run that leaves no file; `watcher` hears what systems of the world hear (World::observe).
RunSummary run_once(Scenario const& scenario, std::uint64_t world_seed, System* watcher = nullptr,
                    BlockLibrary* library = nullptr);

/// One world to run.
struct Task {
    Scenario const* scenario;
    std::uint64_t seed;
    BlockLibrary* library = nullptr; ///< of worlds with the same links: World
};

/// Told how many runs are done, by one thread at a time; false: no further one is begun.
using StudyProgress = std::function<bool(std::size_t done)>;

/// `run` of 0 to count - 1 on `jobs` >= 1 threads, in no order that can be relied on.
void run_parallel(std::size_t count, unsigned jobs, std::function<void(std::size_t)> const& run,
                  StudyProgress const& progress = {});

/// Runs them on `jobs` >= 1 threads, a world each, and hands every summary to `take` with the task's index: from
/// several threads at once, each index once.
void run_each(std::span<Task const> tasks, unsigned jobs,
              std::function<void(std::size_t index, RunSummary const& summary)> const& take,
              StudyProgress const& progress = {});

/// The same, with every request and burst of key of the run.
void run_each_logged(
    std::span<Task const> tasks, unsigned jobs,
    std::function<void(std::size_t index, RunSummary const& summary, AnswerLog const& log)> const& take,
    StudyProgress const& progress = {});

/// In the order of the tasks; what was not run has NaN for metrics.
std::vector<ReplicationResult> run_tasks(std::span<Task const> tasks, unsigned jobs,
                                         StudyProgress const& progress = {});

} // namespace qkdes
