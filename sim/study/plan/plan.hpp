// A plan finds what a sweep tries: it decides from the outcomes of runs which runs come next, and stops when the
// question of the study's `plan` is answered. A deterministic function of outcomes: the same for any crew.
//
// One question a file beside this one. All ask the crew in rounds (sim/study/plan/trials.hpp), judge levels the same
// way (levels.hpp) and answer with a PlanReport (report.hpp).
#pragma once
#include "sim/scenario/study_spec.hpp"
#include "sim/study/plan/levels.hpp"
#include "sim/study/plan/report.hpp"
#include "sim/study/plan/trials.hpp"

#include <span>
#include <vector>

namespace qkdes {

/// What every question works with.
struct PlanContext {
    StudySpec const& study; ///< with a plan
    Trials& trials;
    PlanSpec const& plan() const { return *study.plan; }
    PlanEffort const& effort() const { return study.plan->effort; }
};

/// The answer; throws PlanFailure when a run fails.
PlanReport answer(StudySpec const& study, Crew& crew);

/// The figures that the levels bound, as the point's runs gave them: [level][replication].
std::vector<std::vector<double>> level_values(StudySpec const& study, Point const& point);

/// Gives all points more replications, those that are undecided only, until none is or all have the most: the last
/// judgement of each. The points are distinct.
std::vector<Judgement> decide(PlanContext& context, std::span<Point* const> points);

PlanReport relay_placement(PlanContext& context, RelayPlacementQuestion const& question);
PlanReport largest_demand(PlanContext& context, LargestDemandQuestion const& question);
PlanReport smallest_buffer(PlanContext& context, SmallestBufferQuestion const& question);
PlanReport what_if(PlanContext& context, WhatIfQuestion const& question, Crew& crew);
PlanReport survivability(PlanContext& context, SurvivabilityQuestion const& question);

} // namespace qkdes
