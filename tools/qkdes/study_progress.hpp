// A crew that says on a terminal how far it is.
#pragma once
#include "sim/study/crew.hpp"

#include <chrono>

namespace qkdes {

class ProgressCrew final : public Crew {
  public:
    /// `inner` outlives it. `total`: runs that the study comes to; 0: nobody knows.
    ProgressCrew(Crew& inner, std::uint64_t total, bool quiet);
    std::size_t workers() const override { return inner_.workers(); }
    void stop() override {
        inner_.stop();
        Crew::stop();
    }
    /// So many need not be run.
    void skip(std::size_t count) { skipped_ += count; }
    void clear();
    std::uint64_t ran() const { return done_; }
    std::uint64_t skipped() const { return skipped_; }

  private:
    std::vector<TaskOutcome> do_run(std::span<StudyTask const> tasks, CrewHooks const& hooks) override;
    void show();

    Crew& inner_;
    std::uint64_t total_, skipped_ = 0, done_ = 0, failed_ = 0, asked_ = 0;
    bool visible_, drawn_ = false;
    std::chrono::steady_clock::time_point started_, last_;
};

} // namespace qkdes
