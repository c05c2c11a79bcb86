// A crew without worlds: outcomes are a function of the task.
#pragma once
#include "sim/study/crew.hpp"

#include <functional>
#include <limits>
#include <vector>

namespace qkdes::test {

class FakeCrew final : public Crew {
  public:
    explicit FakeCrew(std::function<TaskOutcome(StudyTask const&)> world) : world_{std::move(world)} {}
    std::size_t workers() const override { return 2; }
    std::vector<StudyTask> tasks;    ///< all so far
    std::vector<std::size_t> rounds; ///< tasks in each

  private:
    std::vector<TaskOutcome> do_run(std::span<StudyTask const> round, CrewHooks const&) override {
        std::vector<TaskOutcome> out;
        for (auto const& task : round) {
            tasks.push_back(task);
            out.push_back(world_(task));
        }
        rounds.push_back(round.size());
        return out;
    }
    std::function<TaskOutcome(StudyTask const&)> world_;
};

/// An outcome with this one metric, the others as good as can be.
inline TaskOutcome outcome_of(Metric metric, double value) {
    TaskOutcome out;
    out.ok = true;
    for (std::size_t m = 0; m < kMetrics; ++m)
        out.metrics[m] = info(static_cast<Metric>(m)).more_is_better ? 1 : 0;
    out.metrics[static_cast<std::size_t>(metric)] = value;
    return out;
}

} // namespace qkdes::test
