// A sweep: every point of a design, as often as the study has replications.
//
// Holds:      outcomes and everything that is made of them depend on the study alone, whatever the crew.
// Checked:    tests/sim/study/sweep_test.cpp
#pragma once
#include "sim/record/recorder.hpp"
#include "sim/study/crew.hpp"
#include "sim/study/statistics.hpp"
#include "sim/study/sweep_points.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qkdes {

/// More tasks than these are refused: their outcomes are kept until the end.
constexpr std::uint64_t kMostSweepTasks = 10'000'000;

/// Replications of the same point: the task's number is point * replications + replication.
StudyTask sweep_task(SweepPoints const& points, std::uint64_t point, std::uint64_t replication);

/// A point that cannot be loaded.
struct BadPoint {
    std::uint64_t point = 0;
    std::string reason;
};
/// Loads points [0, count) on `jobs` threads and runs none.
std::vector<BadPoint> check_points(StudySpec const& study, SweepPoints const& points, std::uint64_t count,
                                   unsigned jobs);

/// Something that every run has.
struct MeasuredFigure {
    std::string name, unit, meaning; ///< "served", or "link metro skr"
};
/// The network's metrics, then the study's figures.
std::vector<MeasuredFigure> measured_figures(StudySpec const& study);
double measured(TaskOutcome const& outcome, std::size_t figure);

class SweepResult {
  public:
    SweepResult(StudySpec const& study, SweepPoints const& points, std::vector<TaskOutcome> outcomes)
        : study_{study}, points_{points}, outcomes_{std::move(outcomes)} {}
    StudySpec const& study() const { return study_; }
    SweepPoints const& points() const { return points_; }
    std::uint64_t replications() const { return study_.replications; }
    TaskOutcome const& outcome(std::uint64_t point, std::uint64_t replication) const {
        return outcomes_[point * replications() + replication];
    }
    std::uint64_t failed(std::uint64_t point) const;
    std::uint64_t failed() const;
    std::uint64_t violations() const;
    /// Of the first replication that failed; empty when none did.
    std::string reason(std::uint64_t point) const;
    /// Mean with its 95 % interval, over the replications that say; nothing when none does.
    std::optional<Estimate> estimate(std::uint64_t point, std::size_t figure) const;

  private:
    StudySpec const& study_;
    SweepPoints const& points_;
    std::vector<TaskOutcome> outcomes_;
};

/// Indices of `hooks` are numbers of tasks. At most kMostSweepTasks. All outlive the result.
SweepResult run_sweep(StudySpec const& study, SweepPoints const& points, Crew& crew, CrewHooks const& hooks = {});

/// Adds to a results file:
///   /points   a row per point: its values by axis, how its runs ended, why the first of them failed
///   /metrics  a row per point: mean, ends of the 95 % interval and number of runs of every figure
///   /runs     a row per run
void record_sweep(Recorder& recorder, SweepResult const& result);

} // namespace qkdes
