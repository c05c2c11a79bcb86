// qkdes sweep STUDY: a scenario at every point of a design, with replications, into one results file.
#include "sim/study/sweep.hpp"
#include "sim/study/task_runner.hpp"
#include "tools/qkdes/commands.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/print_sweep.hpp"
#include "tools/qkdes/shipped.hpp"
#include "tools/qkdes/study_run.hpp"

#include "sim/world/figures.hpp"

#include <fmt/format.h>

#include <chrono>
#include <memory>

namespace qkdes {
namespace {

struct SweepOptions : StudyRunOptions {
    bool yes = false;
};

constexpr std::uint64_t kAskAbove = 100'000; ///< runs
constexpr std::uint64_t kCheckUpTo = 10'000; ///< points

/// What all runs will take, from one of them. Nothing when that one fails.
std::string estimated_time(StudyRun const& run, SweepPoints const& points, std::uint64_t tasks) {
    StudySpec trial = run.study;
    auto const longest = std::chrono::seconds{10};
    trial.limits.wall = trial.limits.wall.count() > 0 ? std::min<SimDuration>(trial.limits.wall, longest) : longest;
    std::atomic<bool> const never{false};
    auto const begun = std::chrono::steady_clock::now();
    auto const outcome = TaskRunner{trial, never}.run(sweep_task(points, 0, 0));
    double const took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    bool const cut = took >= std::chrono::duration<double>(longest).count();
    if ((!outcome || !outcome->ok) && !cut) return "";
    return fmt::format(", {}{} on {} jobs by the time that one run takes", cut ? "more than " : "about ",
                       duration_text(from_seconds(took * static_cast<double>(tasks) / run.jobs())), run.jobs());
}

/// Whether so many runs are meant.
bool meant(StudyRun const& run, SweepOptions const& options) {
    std::uint64_t const points = run.study.sweep->points, each = run.study.replications;
    if (points <= kAskAbove / each || (options.yes && points <= kMostSweepTasks / each)) return true;
    bool const too_many = points > kMostSweepTasks / each;
    std::string time;
    if (run.study.sweep->design == SweepDesign::grid ||
        run.study.sweep->design == SweepDesign::list) // no table of points
        time = estimated_time(run, SweepPoints{*run.study.sweep, run.study.seed},
                              points > ~std::uint64_t{0} / each ? ~std::uint64_t{0} : points * each);
    fmt::print(stderr,
               "{}: error: {}{} points, {} runs each{}\n  because {}\n  try: fewer values, fewer replications{}\n",
               options.study, points == ~std::uint64_t{0} ? "at least " : "", points, each, time,
               too_many ? fmt::format("the outcomes of at most {} runs are kept, --yes or not", kMostSweepTasks)
                        : fmt::format("more than {} runs are rarely meant", kAskAbove),
               too_many ? "" : ", or --yes");
    return false;
}

/// Whether any point can be run.
bool check(StudyRun const& run, SweepPoints const& points) {
    std::uint64_t const count = std::min(points.points(), kCheckUpTo);
    auto const bad = check_points(run.study, points, count, run.jobs());
    if (bad.empty() || (run.options.quiet && bad.size() < points.points())) return true;
    bool const all = bad.size() == points.points();
    std::string told;
    for (std::size_t i = 0; i < bad.size() && i < 3; ++i)
        told += fmt::format("  point {}: {}\n", bad[i].point, bad[i].reason);
    fmt::print(stderr, "{}: {}: {} of {} points do not load\n{}{}", run.options.study, all ? "error" : "warning",
               bad.size(), count, told,
               all ? "  try: qkdes check of the scenario with --set shows all that is wrong with one\n"
                   : "  they count as failed; the others are run\n");
    return !all;
}

int sweep(SweepOptions const& options) {
    return run_study(options, [&](StudyRun& run) {
        if (!run.study.sweep) {
            fmt::print(
                stderr,
                "{}: error: nothing to sweep\n  because a study for `qkdes sweep` says what is varied\n  try: "
                "\"sweep\": {{ \"axes\": [{{ \"at\": \"/links/0/length\", \"values\": [\"20 km\", \"40 km\"] }}] "
                "}}\n",
                options.study);
            return kExitBadInput;
        }
        if (!meant(run, options)) return kExitBadInput;
        SweepPoints const points{*run.study.sweep, run.study.seed};
        if (!check(run, points)) return kExitBadInput;
        return run.with_crew(points.points() * run.study.replications, [&](Crew& crew) {
            SweepResult const result = run_sweep(run.study, points, crew);
            std::vector<Scalar> const summary{{"points", "1", "of the sweep", points.points()},
                                              {"failed", "1", "runs without result", result.failed()},
                                              {"violations", "1", "what the auditor found wrong", result.violations()}};
            if (int const code = run.write([&](Recorder& recorder) { record_sweep(recorder, result); }, summary))
                return code;
            fmt::print("{}", options.format == "json" ? sweep_json(result) : sweep_text(result));
            if (options.format != "json") fmt::print("results  {}\n", options.output);
            if (result.violations() != 0) {
                fmt::print(stderr,
                           "the auditor found {} violations; `qkdes run` of the point with its seed shows them\n",
                           result.violations());
                return kExitAudit;
            }
            return result.failed() == 0 ? kExitOk : kExitFellShort;
        });
    });
}

} // namespace

void add_sweep(CLI::App& app, int& exit_code) {
    auto const options = std::make_shared<SweepOptions>();
    auto* command =
        app.add_subcommand("sweep", "Run a scenario at every point of a design; one results file with intervals");
    add_study_options(*command, *options, "Results file (HDF5); default: the study's name with .h5, here");
    command->add_option("--replications", options->replications, "Runs of each point; default: the study's")
        ->type_name("N")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}));
    command->add_flag("--yes", options->yes, "More than 100000 runs are meant");
    command->footer(
        "Exit code 1 when a run failed; the others are in the results. mpirun spreads the runs over machines.\n"
        "Examples:\n  qkdes sweep scenarios/studies/metro-length.json -o length.h5\n"
        "  qkdes sweep scenarios/studies/metro-length.json -o length.h5 --resume\n"
        "  mpirun -n 4 qkdes sweep scenarios/studies/metro-length.json --set /duration=\"1 h\"");
    command->callback([options, &exit_code] {
        if (options->output.empty()) options->output = results_name(options->study);
        exit_code = sweep(*options);
    });
}

} // namespace qkdes
