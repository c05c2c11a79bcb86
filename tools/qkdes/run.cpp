// qkdes run SCENARIO: scenario -> world -> event loop -> results file and summary.
#include "sim/record/recorder.hpp"
#include "sim/scenario/quantity.hpp"
#include "sim/study/published.hpp"
#include "sim/world/world.hpp"
#include "tools/qkdes/commands.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/load.hpp"
#include "tools/qkdes/manifest.hpp"
#include "tools/qkdes/next_step.hpp"
#include "tools/qkdes/print_published.hpp"
#include "tools/qkdes/print_summary.hpp"
#include "tools/qkdes/progress.hpp"
#include "tools/qkdes/replications.hpp"
#include "tools/qkdes/shipped.hpp"

#include <fmt/format.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <thread>

namespace qkdes {

namespace {

struct RunOptions {
    std::string scenario, output, until, format = "text";
    std::vector<std::string> overrides, faults;
    std::optional<std::uint64_t> seed;
    std::uint64_t replications = 1;
    double confidence = 0.95;
    unsigned jobs = 0;
    bool quiet = false;
};

// For the signal handler, which may set flags only.
World* volatile running = nullptr;
volatile std::sig_atomic_t interrupted = 0;

void interrupt(int) {
    interrupted = 1;
    if (running != nullptr) running->stop();
}

double wall_now() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

int fail(IoError const& error) {
    fmt::print(stderr, "{}\n", to_string(error));
    return kExitIo;
}

std::vector<Scalar> scalars(RunSummary const& summary) {
    std::uint64_t requests = 0, served = 0;
    for (auto const& demand : summary.demands) {
        requests += demand.requests;
        served += demand.served;
    }
    return {{"simulated", "s", "simulated time", static_cast<double>(summary.simulated.count()) / 1e9},
            {"requests", "1", "requests of all applications", requests},
            {"served", "1", "requests served", served},
            {"events", "1", "events executed", summary.events},
            {"trace_hash", "1", "hash over the order of all events", summary.trace_hash},
            {"messages", "1", "classical messages sent", summary.messages},
            {"messages_lost", "1", "of them lost", summary.messages_lost},
            {"keys_compared", "1", "keys found equal at both applications", summary.keys_compared},
            {"violations", "1", "what the auditor found wrong", summary.violations}};
}

/// The loop in steps of about a twentieth of a second of wall time, so that progress, checkpoints and errors get their
/// turn however busy the network is. The steps leave no trace in the results.
void drive(World& world, SimTime end, Recorder& recorder, RunProgress& progress) {
    constexpr double kTurn = 0.05;
    SimDuration step{std::max<std::int64_t>(1, end.time_since_epoch().count() / 10'000)};
    while (world.now() < end && !world.stopped()) {
        double const began = wall_now();
        world.run_until(std::min(end, world.now() + step));
        double const took = wall_now() - began;
        if (took < kTurn / 2) step = std::min(2 * step, end - kSimStart);
        if (took > kTurn * 2) step = std::max(step / 2, SimDuration{1});
        recorder.tick();
        progress.show(world.now(), end, world.events());
        if (recorder.error()) world.stop();
    }
    progress.clear();
}

int run(RunOptions const& options) {
    double const started = wall_now();
    int code = kExitOk;
    auto const file = find_input(options.scenario, {ShippedKind::scenario}, options.quiet, code);
    std::vector<std::string> faults = options.faults;
    if (!file || !find_inputs(faults, {ShippedKind::faults}, options.quiet, code)) return code;
    auto scenario = load_for(*file, options.overrides, options.quiet, code, faults);
    if (!scenario) return code;
    SimTime end = kSimStart + scenario->duration;
    if (!options.until.empty()) {
        QuantityText const until = read_quantity(options.until, units::duration);
        if (until.outcome != QuantityText::Outcome::ok || until.value <= 0) {
            fmt::print(stderr,
                       "--until: error: \"{}\" is not a duration\n  because it is a number with a unit ({})\n"
                       "  try: --until \"30 min\"\n",
                       options.until, list_units(units::duration));
            return kExitBadInput;
        }
        end = std::min(end, kSimStart + SimDuration{static_cast<std::int64_t>(until.value)});
    }
    std::uint64_t const seed = options.seed.value_or(scenario->seed);
    std::filesystem::path const output = options.output.empty() ? results_name(options.scenario) : options.output;

    unsigned const jobs = options.jobs != 0 ? options.jobs : std::max(1u, std::thread::hardware_concurrency());
    if (options.replications > 1) {
        scenario->duration = end - kSimStart;
        return run_replications(
            *scenario, {seed, options.replications, jobs, options.confidence, output, options.format, options.quiet});
    }

    std::signal(SIGINT, interrupt); // before the first file is made: from here on an interruption leaves a partial one
    std::signal(SIGTERM, interrupt);
    std::signal(SIGXFSZ, SIG_IGN); // a limit on file sizes becomes an error of the write, with its message
    auto opened = Recorder::open(output, manifest_of(*scenario, seed));
    if (!opened) return fail(opened.error());
    Recorder& recorder = *opened;

    World world{*scenario, seed, recorder, jobs};
    running = &world;
    if (interrupted != 0) world.stop();
    RunProgress progress{options.quiet};
    double const loop_started = wall_now();
    drive(world, end, recorder, progress);
    double const loop_ended = wall_now();
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
    running = nullptr;

    RunFacts facts;
    facts.seed = seed;
    facts.partial = world.stopped();
    RunSummary const summary = world.finish();
    std::vector<RunFigure> const figures = run_figures(*scenario, summary);
    write_replications(recorder, std::span{&seed, 1}, std::span{&figures, 1}); // one run is one replication
    facts.published = published_beside(*scenario, figures);
    record_published(recorder, facts.published);
    auto const written =
        recorder.finish(facts.partial ? Outcome::partial("interrupted") : Outcome::finished(), scalars(summary));
    if (!written) return fail(written.error());
    facts.output = written.value().string();
    facts.loop_seconds = loop_ended - loop_started;
    facts.wall_seconds = wall_now() - started;
    if (!options.quiet) facts.next = next_step(options.scenario, *scenario, summary, facts);
    fmt::print("{}", options.format == "json" ? summary_json(*scenario, summary, facts)
                                              : summary_text(*scenario, summary, facts));
    if (summary.violations != 0) return kExitAudit;
    return facts.partial ? kExitInterrupted : kExitOk;
}

} // namespace

void add_run(CLI::App& app, int& exit_code) {
    auto const options = std::make_shared<RunOptions>();
    auto* command = app.add_subcommand("run", "Simulate a scenario; write a results file and print a summary");
    command->add_option("scenario", options->scenario, "Scenario file (JSON), or a name that `qkdes scenarios` lists")
        ->type_name("SCENARIO")
        ->required();
    command
        ->add_option("-o,--output", options->output, "Results file (HDF5); default: the scenario's name with .h5, here")
        ->type_name("FILE.h5");
    command->add_option("--seed", options->seed, "Another world of the same kind; default: the scenario's")
        ->type_name("N");
    command
        ->add_option("--replications", options->replications,
                     "Runs on other random numbers: every figure with its interval; default: 1")
        ->type_name("N")
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1'000'000}));
    command
        ->add_option("--ci", options->confidence, "Confidence of the intervals of replications, a share; default: 0.95")
        ->type_name("SHARE")
        ->check(CLI::Range(0.5, 0.9999));
    command->add_option("--jobs", options->jobs, "Threads; default: all cores. Results do not depend on it")
        ->type_name("N")
        ->check(CLI::Range(1u, 1024u));
    command
        ->add_option("--until", options->until,
                     "Stop early, at this simulated time, with its unit: \"30 min\"; default: the scenario's duration")
        ->type_name("TIME");
    command->add_option("--set", options->overrides, "Override a value: /links/0/length=\"40 km\"; may be given again")
        ->type_name("/POINTER=VALUE")
        ->allow_extra_args(false);
    command
        ->add_option("--faults", options->faults,
                     "File of faults, or a shipped name, on top of the scenario's; may be given again")
        ->type_name("FAULTS")
        ->allow_extra_args(false);
    command->add_option("--format", options->format, "Summary as text or json; default: text")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "json"}));
    command->add_flag("--quiet", options->quiet, "No progress, no warnings, no advice");
    command->footer("Examples:\n  qkdes run two-islands\n"
                    "  qkdes run scenarios/two-islands.json --set /fidelity=photon --jobs 2 -o photon.h5\n"
                    "  qkdes run scenarios/two-islands.json --faults scenarios/faults/single-cuts.json");
    command->callback([options, &exit_code] { exit_code = run(*options); });
}

} // namespace qkdes
