// Who runs the worlds of a study. Control code (a sweep, a search) is a function of outcomes alone: it hands over
// tasks, waits for their outcomes, and hands over more. Whether threads or processes ran them, or a journal remembered
// them, it cannot tell.
//
//   ThreadCrew crew{study, jobs};
//   std::vector<StudyTask> round{{{"/links/0/length=40 km"}, "", 0}, {{"/links/0/length=80 km"}, "", 0}};
//   std::vector<TaskOutcome> outcomes = crew.run(round);       // outcomes[i] is of round[i]
//
// Holds:      the outcome of a task depends on the study and the task alone - not on the crew, the number of workers or
//             what else runs - unless the study limits wall time.
// Leaves out: what a run must leave as a file; sharing of photons between worlds (BlockLibrary).
// Checked:    tests/sim/study/crew_test.cpp
#pragma once
#include "sim/scenario/study_spec.hpp"
#include "sim/study/metrics.hpp"

#include <atomic>
#include <cstdint>
#include <exception>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace qkdes {

/// One world to run, as text, so that it can go to another process: the study's scenario with these on top.
struct StudyTask {
    std::vector<std::string> overrides; ///< "/pointer=value", as --set; `-` appends to a list
    std::string faults;                 ///< text of a file of faults (table `fault-script`), or empty
    /// Names the world's seed, replication_seed(study.seed, replication): tasks of one replication differ in nothing
    /// but what they set (common random numbers).
    std::uint64_t replication = 0;
    bool operator==(StudyTask const&) const = default;
};

struct TaskOutcome {
    bool ok = false;
    std::string reason;           ///< why it failed; one line, empty when ok
    Metrics metrics;              ///< all NaN when it failed
    std::vector<double> figures;  ///< by StudySpec::figures; NaN where the run does not say
    std::uint64_t events = 0;     ///< of the simulation; 0 when it failed
    std::uint64_t violations = 0; ///< what the auditor found wrong: a fault of ours

    static TaskOutcome failed(StudySpec const& study, std::string reason);
};

/// Told while tasks run: from any thread, one call at a time. Indices are those of the tasks handed over.
struct CrewHooks {
    std::function<void(std::size_t)> begun{};
    std::function<void(std::size_t, TaskOutcome const&)> arrived{};
};

/// Thrown out of Crew::run after stop(), when every outcome that arrived has been told: past the control code, which
/// needs not know, to whoever began the study.
struct CrewStopped : std::exception {
    char const* what() const noexcept override { return "the study was stopped"; }
};

class Crew {
  public:
    virtual ~Crew() = default;
    Crew() = default;
    Crew(Crew const&) = delete;
    Crew& operator=(Crew const&) = delete;

    /// As many at a time as the crew has workers. A task that does not load, throws or exceeds the study's limits has a
    /// failed outcome; the others go on. One call at a time.
    std::vector<TaskOutcome> run(std::span<StudyTask const> tasks, CrewHooks const& hooks = {}) {
        return do_run(tasks, hooks);
    }
    /// Ends the runs that are under way, whose outcomes are lost, and begins no more, for good. Safe from signal
    /// handlers.
    virtual void stop() { stopped_.store(true, std::memory_order_relaxed); }
    bool stopped() const { return stopped_.load(std::memory_order_relaxed); }
    /// Tasks that it runs at a time.
    virtual std::size_t workers() const = 0;

  protected:
    virtual std::vector<TaskOutcome> do_run(std::span<StudyTask const> tasks, CrewHooks const& hooks) = 0;
    std::atomic<bool> const& stop_flag() const { return stopped_; }

  private:
    std::atomic<bool> stopped_{false};
    static_assert(std::atomic<bool>::is_always_lock_free, "stop() is called from signal handlers");
};

/// Threads of this process, a world each.
class ThreadCrew final : public Crew {
  public:
    /// `study` outlives it; `jobs` >= 1.
    ThreadCrew(StudySpec const& study, unsigned jobs);
    std::size_t workers() const override { return jobs_; }

  private:
    std::vector<TaskOutcome> do_run(std::span<StudyTask const> tasks, CrewHooks const& hooks) override;

    StudySpec const& study_;
    unsigned jobs_;
};

} // namespace qkdes
