// qkdes compare BASE CANDIDATE, two scenarios or two results files: is it worse? Of files also: are they equal?
#include "sim/scenario/load.hpp"
#include "tools/qkdes/commands.hpp"
#include "tools/qkdes/compare_files.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/shipped.hpp"

#include <fmt/format.h>

#include <memory>

namespace qkdes {

namespace {

bool says_scenario(std::string const& file) {
    return std::filesystem::path{file}.extension() == ".json" || is_scenario(file);
}

int compare(CompareRunsOptions options) {
    int code = kExitOk;
    for (auto* given : {&options.base, &options.candidate}) {
        if (given->empty()) continue;
        if (given->ends_with(".h5")) continue; // says itself what is wrong with it
        auto const file = find_input(*given, {ShippedKind::scenario}, options.quiet, code);
        if (!file) return code;
        *given = *file;
    }
    if (!find_inputs(options.faults, {ShippedKind::faults}, options.quiet, code)) return code;
    bool const scenario = says_scenario(options.base);
    if (options.candidate.empty()) {
        if (!scenario) {
            fmt::print(stderr,
                       "compare: error: one file\n  because a results file is compared with another\n"
                       "  try: qkdes compare {0} OTHER.h5\n",
                       options.base);
            return kExitBadInput;
        }
        options.candidate = options.base;
    }
    if (scenario != says_scenario(options.candidate)) {
        fmt::print(stderr,
                   "compare: error: a scenario and a results file\n  because {} is a {} and {} is not\n"
                   "  try: two scenarios, or two results files\n",
                   options.base, scenario ? "scenario" : "results file", options.candidate);
        return kExitBadInput;
    }
    return scenario ? compare_runs(options) : compare_files(options);
}

} // namespace

void add_compare(CLI::App& app, int& exit_code) {
    auto const options = std::make_shared<CompareRunsOptions>();
    auto* command = app.add_subcommand(
        "compare",
        "Is the candidate worse, metric by metric? Two scenarios are run; two results files are read, equal or not");
    command->add_option("base", options->base, "Scenario (JSON, or a shipped name) or results file (HDF5)")
        ->type_name("SCENARIO_OR_RESULTS")
        ->required();
    command->add_option("candidate", options->candidate, "The same; default, for a scenario: the base")
        ->type_name("SCENARIO_OR_RESULTS");
    auto const overrides = [&](char const* name, std::vector<std::string>& to, char const* of) {
        command->add_option(name, to, std::string{"Override a value of "} + of + "; may be given again")
            ->type_name("/POINTER=VALUE")
            ->allow_extra_args(false);
    };
    overrides("--set", options->candidate_only, "the candidate: /routing/policy=key-aware");
    overrides("--set-base", options->base_only, "the base");
    overrides("--set-both", options->both, "both");
    command->add_option("--faults", options->faults, "File of faults on top of both scenarios'; may be given again")
        ->type_name("FAULTS")
        ->allow_extra_args(false);
    command->add_option("--replications", options->replications, "Pairs of runs; default: 20")
        ->type_name("N")
        ->check(CLI::Range(std::uint64_t{2}, std::uint64_t{1'000'000}));
    command->add_option("--seed", options->seed, "Of the first pair of runs; default: the base's")->type_name("N");
    command->add_option("--jobs", options->jobs, "Threads; default: all cores. Results do not depend on it")
        ->type_name("N")
        ->check(CLI::Range(1u, 1024u));
    command
        ->add_option("--thresholds", options->thresholds,
                     "JSON file: what difference matters, by metric; default: 2 % of the base")
        ->type_name("FILE.json");
    command->add_flag("--independent", options->independent, "Not the same random numbers for both (wider intervals)");
    command->add_option("--format", options->format, "text, markdown or json; default: text")
        ->type_name("FORMAT")
        ->check(CLI::IsMember({"text", "markdown", "json"}));
    command->add_flag("--quiet", options->quiet, "No progress, no warnings");
    command->footer("Exit code 0 when equal, or nothing got worse; 1 when a difference is for the worse, significant "
                    "and larger than its threshold, or when files of single runs differ.\n"
                    "Results files are paired by seed when both have the same seeds (`qkdes run --replications`).\n"
                    "Examples:\n  qkdes compare scenarios/two-islands.json --set /routing/policy=key-aware\n"
                    "  qkdes compare scenarios/two-islands.json --set /routing/policy=widest --faults "
                    "scenarios/faults/single-cuts.json\n"
                    "  qkdes compare before.h5 after.h5");
    command->callback([options, &exit_code] { exit_code = compare(*options); });
}

} // namespace qkdes
