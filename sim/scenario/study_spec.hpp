// A study, read and checked: a scenario, and what all runs of it have in common. What is varied (a sweep, a plan) has
// its own part.
#pragma once
#include "sim/scenario/plan_spec.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/sweep_spec.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qkdes {

/// As sim/scenario/figure_catalogue.hpp names it.
struct StudyFigure {
    std::string of, figure, unit;
};

/// What one run may take; 0: anything.
struct StudyLimits {
    SimDuration wall{0};      ///< of the machine's time: whether a run keeps within it depends on the machine
    std::uint64_t events = 0; ///< executed events: the same on every machine
};

struct StudySpec {
    std::string name, description;
    std::string scenario_file; ///< for messages
    Scenario base;          ///< with `set`, `faults` and the command line's overrides; base.text alone gives the same
    std::uint64_t seed = 1; ///< of replication 0
    std::uint64_t replications = 5;
    std::vector<StudyFigure> figures; ///< beside the network's metrics
    StudyLimits limits;
    std::optional<SweepSpec> sweep;
    std::optional<PlanSpec> plan;
    std::string text; ///< of the study's file, canonical
};

} // namespace qkdes
