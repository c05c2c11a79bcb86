// How far long work is: one line on stderr, redrawn at most five times a second and gone at the end.
//
//   2 h 10 min of 7 d (1 %), 12 min per s, 4.1 Mevents/s, 13 min left
//   12 of 40 runs (30 %), 24 h simulated, 12 min per s, 4.1 Mevents/s, 2 min left
//
// `12 min per s` is simulated time per second of ours. Nothing is said when stderr is no terminal, when it cannot
// redraw a line (TERM=dumb) and with --quiet; of a single run nothing in the first half second. What is simulated does
// not depend on it.
//
// Leaves out: how far the runs of a study are that have not ended; time left counts whole runs.
// Checked:    tests/tools/progress_test.cpp
#pragma once
#include "sim/base/units.hpp"
#include "sim/study/crew.hpp"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace qkdes {

/// "2 h 10 min": the two largest units, of which the second is left out when it is none.
std::string span_text(double seconds);

class ProgressLine {
  public:
    explicit ProgressLine(bool quiet);
    ~ProgressLine() { clear(); }
    ProgressLine(ProgressLine const&) = delete;
    ProgressLine& operator=(ProgressLine const&) = delete;
    bool visible() const { return columns_.has_value(); }
    /// Whether it is time to draw again; false when nothing is to be seen.
    bool due();
    /// Cut to the terminal's width.
    void draw(std::string const& text);
    void clear();

  private:
    std::optional<std::size_t> columns_;
    bool drawn_ = false;
    std::chrono::steady_clock::time_point last_;
};

/// Of one run.
class RunProgress {
  public:
    explicit RunProgress(bool quiet);
    void show(SimTime now, SimTime end, std::uint64_t events);
    void clear() { line_.clear(); }

  private:
    ProgressLine line_;
    std::chrono::steady_clock::time_point last_;
    double simulated_ = 0, events_ = 0; ///< when last looked
    double speed_ = 0, event_rate_ = 0; ///< lately: the last ten seconds count most
};

/// Of many runs. Safe from any thread.
class RunsProgress {
  public:
    /// `what` comes first when there is one: "bursts: 3 of 30 runs". `runs`: 0: nobody knows how many.
    RunsProgress(bool quiet, std::uint64_t runs, std::string what = "");
    /// That many more are known to be needed in all; a plan finds out as it goes.
    void expect(std::uint64_t runs);
    /// So many need not be run.
    void skip(std::uint64_t runs);
    void arrived(double simulated_seconds, std::uint64_t events, bool ok = true);
    void clear();

  private:
    std::string text() const;

    std::mutex mutex_;
    ProgressLine line_;
    std::string what_;
    std::uint64_t expected_, done_ = 0, skipped_ = 0, failed_ = 0, events_ = 0;
    double simulated_ = 0;
    std::chrono::steady_clock::time_point started_;
};

/// A crew that shows it.
class ProgressCrew final : public Crew {
  public:
    /// `inner` and `study` outlive it. `total`: runs that the study comes to; 0: nobody knows.
    ProgressCrew(Crew& inner, StudySpec const& study, std::uint64_t total, bool quiet);
    std::size_t workers() const override { return inner_.workers(); }
    void stop() override {
        inner_.stop();
        Crew::stop();
    }
    void skip(std::size_t count);
    void clear() { progress_.clear(); }
    std::uint64_t ran() const { return done_; }
    std::uint64_t skipped() const { return skipped_; }

  private:
    std::vector<TaskOutcome> do_run(std::span<StudyTask const> tasks, CrewHooks const& hooks) override;

    Crew& inner_;
    double duration_; ///< seconds of a run, where the task does not say otherwise
    std::uint64_t total_, done_ = 0, skipped_ = 0, asked_ = 0;
    RunsProgress progress_;
};

} // namespace qkdes
