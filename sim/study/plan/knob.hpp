// Questions with one number for an answer: a knob is turned until the service levels are about to fail.
#pragma once
#include "sim/study/plan/plan.hpp"
#include "sim/study/plan/search.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace qkdes {

struct Knob {
    ReportColumn what; ///< the number itself
    SearchRange range;
    /// Distinct values may stand for the same overrides: then they share their runs.
    std::function<std::vector<std::string>(double value)> overrides;
    std::vector<ReportColumn> beside; ///< what the number means, in further columns
    std::function<std::vector<Figure>(double value)> meaning;
};

struct KnobAnswer {
    SearchResult found;
    Judgement at_holds, at_fails; ///< where `found` has them; else without levels
};

/// Searches, and adds the tables `points`, `levels` and, when something holds, `margins` to the report.
KnobAnswer turn(PlanContext& context, Knob const& knob, PlanReport& report);

/// "blocked would be the first to fail: 0.0104 at 2.63, at most 0.01"; empty when nothing failed.
std::string what_bites(PlanContext const& context, KnobAnswer const& answer, Knob const& knob);

/// The value of a knob as people read it.
std::string said(Knob const& knob, double value);

} // namespace qkdes
