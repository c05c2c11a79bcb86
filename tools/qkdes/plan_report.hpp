// A plan's report on the terminal, as JSON, and as tables of a results file.
#pragma once
#include "sim/record/recorder.hpp"
#include "sim/scenario/study_spec.hpp"
#include "sim/study/plan/report.hpp"

#include <string>

namespace qkdes {

std::string plan_text(StudySpec const& study, PlanReport const& report);
std::string plan_json(StudySpec const& study, PlanReport const& report);
/// One group for each table.
void write_plan(Recorder& recorder, PlanReport const& report);

} // namespace qkdes
