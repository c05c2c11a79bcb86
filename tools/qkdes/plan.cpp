// qkdes plan STUDY.json: finds what a study asks for.
#include "sim/study/plan/plan.hpp"
#include "tools/qkdes/commands.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/plan_report.hpp"
#include "tools/qkdes/study_run.hpp"

#include <fmt/format.h>

#include <memory>

namespace qkdes {

namespace {

int plan(StudyRunOptions const& options) {
    return run_study(options, [&](StudyRun& run) {
        StudySpec const& study = run.study;
        if (!study.plan) {
            fmt::print(
                stderr,
                "plan: error: {} asks for nothing\n  because its \"plan\" says what is to be found\n"
                "  try: \"plan\": {{ \"service\": {{ \"blocked\": \"1 %\" }}, \"find\": {{ \"largest_demand\": {{}} "
                "}} }}\n",
                options.study);
            return kExitBadInput;
        }
        return run.with_crew(0, [&](Crew& crew) {
            PlanReport report;
            try {
                report = answer(study, crew);
            } catch (PlanFailure const& failure) {
                fmt::print(stderr, "plan: error: {}\n", failure.what);
                return kExitBadInput;
            }
            if (!options.output.empty())
                if (int const code = run.write([&](Recorder& recorder) { write_plan(recorder, report); })) return code;
            fmt::print("{}", options.format == "json" ? plan_json(study, report) : plan_text(study, report));
            if (!options.output.empty() && options.format != "json") fmt::print("\nresults  {}\n", options.output);
            if (report.violations != 0) {
                fmt::print(stderr, "the auditor found {} violations in these runs\n", report.violations);
                return kExitAudit;
            }
            return report.answered ? kExitOk : kExitFellShort;
        });
    });
}

} // namespace

void add_plan(CLI::App& app, int& exit_code) {
    auto const options = std::make_shared<StudyRunOptions>();
    auto* command =
        app.add_subcommand("plan", "Find what a network carries or lacks, for service levels that must hold");
    add_study_options(*command, *options, "Results file (HDF5): what was tried, and the answer; default: none");
    command->footer(
        "Exit code 1 when there is no answer: nothing that was tried meets the levels, or everything does.\n"
        "Examples:\n  qkdes plan scenarios/studies/grid-demand.json\n"
        "  qkdes plan scenarios/studies/two-islands-buffer.json -o buffer.h5 --jobs 2");
    command->callback([options, &exit_code] { exit_code = plan(*options); });
}

} // namespace qkdes
