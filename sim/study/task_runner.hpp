// Runs single tasks of a study: load, simulate, measure. What goes wrong becomes a failed outcome.
//
// Leaves out: limits while the world is built, and while one event is executed (a block at photon fidelity, or a broken
//             contract, which ends the process); they are looked at between events.
// Checked:    tests/sim/study/crew_test.cpp
#pragma once
#include "sim/scenario/load.hpp"
#include "sim/study/crew.hpp"

#include <optional>

namespace qkdes {

/// The scenario that a task runs; `result.failure` and the diagnostics say why there is none.
LoadResult load_task(StudySpec const& study, StudyTask const& task);
/// In one line what is wrong, from the first error.
std::string reason_of(LoadResult const& result);

/// For one thread.
class TaskRunner {
  public:
    /// Both outlive it. When `stop` becomes true the run ends and there is no outcome.
    explicit TaskRunner(StudySpec const& study, std::atomic<bool> const& stop) : study_{study}, stop_{stop} {}
    std::optional<TaskOutcome> run(StudyTask const& task);

  private:
    std::optional<TaskOutcome> run_loaded(Scenario const& scenario, std::uint64_t replication);

    StudySpec const& study_;
    std::atomic<bool> const& stop_;
    // Replications of one variant follow each other, and their scenario is the same.
    StudyTask loaded_task_;
    std::optional<Scenario> loaded_;
};

} // namespace qkdes
