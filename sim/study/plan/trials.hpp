// Points of a plan and the runs they have had: a point is what stands on top of the study's scenario, and replication r
// of every point has the same random numbers.
#pragma once
#include "sim/study/crew.hpp"

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <vector>

namespace qkdes {

struct Point {
    std::vector<std::string> overrides; ///< "/pointer=value"
    std::string faults;                 ///< text of a file of faults, or empty
    std::vector<TaskOutcome> runs{};    ///< replication first + i at [i]
    /// One value per run, NaN where it does not have it.
    std::vector<double> values(std::string_view of_network) const; ///< a network's figure (sim/study/metrics.hpp)
    std::vector<double> values(std::size_t figure) const;          ///< of those that the study asks for
};

/// A run that could not be made: the plan cannot go on without it.
struct PlanFailure {
    std::string what;
};

class Trials {
  public:
    /// `first` is the replication that points begin with.
    explicit Trials(Crew& crew, std::uint64_t first = 0) : crew_{crew}, first_{first} {}

    /// The point with this on top, the same one every time; it lives as long as the trials.
    Point& point(std::vector<std::string> overrides, std::string faults = {});
    /// Runs what is missing until each has `replications` runs: one round of the crew. Throws PlanFailure.
    void bring_to(std::span<Point* const> points, std::uint64_t replications);

    std::uint64_t runs() const { return runs_; }
    std::uint64_t violations() const { return violations_; }

  private:
    Crew& crew_;
    std::uint64_t first_, runs_ = 0, violations_ = 0;
    std::deque<Point> points_;
};

} // namespace qkdes
