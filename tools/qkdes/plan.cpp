// qkdes plan STUDY.json: finds what a study asks for.
#include "sim/study/plan/plan.hpp"
#include "sim/scenario/load_study.hpp"
#include "tools/qkdes/commands.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/manifest.hpp"
#include "tools/qkdes/plan_report.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <thread>
#include <unistd.h>

namespace qkdes {

namespace {

struct PlanOptions {
    std::string study, output, format = "text";
    std::vector<std::string> overrides;
    unsigned jobs = 0;
    bool quiet = false;
};

/// One line on a terminal: how many runs there have been.
class RunCounter final : public Crew {
  public:
    RunCounter(Crew& crew, bool show) : crew_{crew}, show_{show} {}
    std::size_t workers() const override { return crew_.workers(); }
    void stop() override { crew_.stop(); }

  private:
    std::vector<TaskOutcome> do_run(std::span<StudyTask const> tasks, CrewHooks const& hooks) override {
        CrewHooks told = hooks;
        told.arrived = [&](std::size_t i, TaskOutcome const& outcome) {
            if (hooks.arrived) hooks.arrived(i, outcome);
            if (show_) fmt::print(stderr, "\r{} runs\x1b[K", ++done_);
        };
        return crew_.run(tasks, told);
    }
    Crew& crew_;
    bool show_;
    std::size_t done_ = 0;
};

Crew* interrupted_crew = nullptr;
void interrupt(int) { interrupted_crew->stop(); }

int plan(PlanOptions const& options) {
    auto const loaded = load_study(options.study, options.overrides);
    if (!options.quiet || !loaded.ok()) std::fputs(format_diagnostics(loaded.diagnostics).c_str(), stderr);
    if (!loaded.ok()) return loaded.failure == LoadFailure::unreadable ? kExitIo : kExitBadInput;
    StudySpec const& study = *loaded.study;
    if (!study.plan) {
        fmt::print(stderr,
                   "plan: error: {} asks for nothing\n  because its \"plan\" says what is to be found\n"
                   "  try: \"plan\": {{ \"service\": {{ \"blocked\": \"1 %\" }}, \"find\": {{ \"largest_demand\": {{}} "
                   "}} }}\n",
                   options.study);
        return kExitBadInput;
    }
    std::optional<Recorder> recorder;
    if (!options.output.empty()) {
        auto opened = Recorder::open(options.output, manifest_of(study.base, study.seed));
        if (!opened) {
            fmt::print(stderr, "{}\n", to_string(opened.error()));
            return kExitIo;
        }
        recorder.emplace(std::move(*opened));
    }
    bool const show = !options.quiet && ::isatty(STDERR_FILENO) != 0;
    ThreadCrew threads{study, options.jobs != 0 ? options.jobs : std::max(1u, std::thread::hardware_concurrency())};
    RunCounter crew{threads, show};
    interrupted_crew = &crew;
    std::signal(SIGINT, interrupt);
    std::signal(SIGTERM, interrupt);
    std::optional<PlanReport> report;
    std::string problem;
    try {
        report = answer(study, crew);
    } catch (PlanFailure const& failure) {
        problem = failure.what;
    } catch (CrewStopped const&) {
    }
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    if (show) fmt::print(stderr, "\r\x1b[K");
    if (!report) {
        if (recorder) (void)recorder->finish(Outcome::partial(problem.empty() ? "interrupted" : problem));
        fmt::print(stderr, "{}\n",
                   problem.empty() ? "interrupted: nothing is said from a part of the runs"
                                   : "plan: error: " + problem);
        return problem.empty() ? kExitInterrupted : kExitBadInput;
    }
    fmt::print("{}", options.format == "json" ? plan_json(study, *report) : plan_text(study, *report));
    if (recorder) {
        write_plan(*recorder, *report);
        auto const written = recorder->finish(Outcome::finished());
        if (!written) {
            fmt::print(stderr, "{}\n", to_string(written.error()));
            return kExitIo;
        }
        if (options.format != "json") fmt::print("\nresults  {}\n", written.value().string());
    }
    if (report->violations != 0) {
        fmt::print(stderr, "the auditor found {} violations in these runs\n", report->violations);
        return kExitAudit;
    }
    return report->answered ? kExitOk : kExitFellShort;
}

} // namespace

void add_plan(CLI::App& app, int& exit_code) {
    auto const options = std::make_shared<PlanOptions>();
    auto* command =
        app.add_subcommand("plan", "Find what a network carries or lacks, for service levels that must hold");
    command->add_option("study", options->study, "Study with a `plan` (JSON)")->required();
    command->add_option("-o,--output", options->output, "Results file (HDF5): what was tried, and the answer");
    command->add_option("--set", options->overrides, "Override a value of the scenario; may be given again")
        ->allow_extra_args(false);
    command->add_option("--jobs", options->jobs, "Threads; default: all cores. Results do not depend on it")
        ->check(CLI::Range(1u, 1024u));
    command->add_option("--format", options->format, "text or json")->check(CLI::IsMember({"text", "json"}));
    command->add_flag("--quiet", options->quiet, "No progress, no warnings");
    command->footer(
        "Exit code 1 when there is no answer: nothing that was tried meets the levels, or everything does.\n"
        "Example:\n  qkdes plan scenarios/studies/rediris-demand.json");
    command->callback([options, &exit_code] { exit_code = plan(*options); });
}

} // namespace qkdes
