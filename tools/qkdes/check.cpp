// qkdes check FILE: says everything that is wrong with a scenario or a study, and runs nothing.
#include "sim/scenario/load_study.hpp"
#include "tools/qkdes/commands.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/load.hpp"
#include "tools/qkdes/shipped.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <memory>

namespace qkdes {
namespace {

int check_study(std::string const& file, std::vector<std::string> const& overrides) {
    auto const loaded = load_study(file, overrides);
    std::fputs(format_diagnostics(loaded.diagnostics).c_str(), stderr);
    if (!loaded.ok()) return loaded.failure == LoadFailure::unreadable ? kExitIo : kExitBadInput;
    StudySpec const& study = *loaded.study;
    fmt::print("{}: a study of {}{}{}: fine\n", file, study.scenario_file,
               study.sweep ? fmt::format(", {} points, {} replications each", study.sweep->points, study.replications)
                           : "",
               study.plan ? ", a plan" : "");
    return kExitOk;
}

} // namespace

void add_check(CLI::App& app, int& exit_code) {
    struct Options {
        std::string scenario;
        std::vector<std::string> overrides, faults;
    };
    auto const options = std::make_shared<Options>();
    auto* command = app.add_subcommand("check", "Say everything that is wrong with a scenario or a study; run nothing");
    command->add_option("scenario", options->scenario, "Scenario or study (JSON)")->type_name("SCENARIO")->required();
    command->add_option("--set", options->overrides, "Override a value: /links/0/length=\"40 km\"; may be given again")
        ->type_name("/POINTER=VALUE")
        ->allow_extra_args(false);
    command->add_option("--faults", options->faults, "File of faults on top of the scenario's; may be given again")
        ->type_name("FAULTS")
        ->allow_extra_args(false);
    command->footer("Exit code 2 when something is wrong. Warnings are no fault.\n"
                    "Examples:\n  qkdes check scenarios/two-islands.json\n"
                    "  qkdes check scenarios/studies/metro-length.json\n"
                    "  qkdes check scenarios/grid.json --set /links/0/length=\"400 km\"");
    command->callback([options, &exit_code] {
        auto const file = find_input(options->scenario, {ShippedKind::scenario, ShippedKind::study}, false, exit_code);
        if (!file || !find_inputs(options->faults, {ShippedKind::faults}, false, exit_code)) return;
        options->scenario = *file;
        if (is_study(options->scenario) && options->faults.empty()) {
            exit_code = check_study(options->scenario, options->overrides);
            return;
        }
        auto const scenario = load_for(options->scenario, options->overrides, false, exit_code, options->faults);
        if (!scenario) return;
        fmt::print("{}: {} nodes, {} links, {} demands, {} faults{}: fine\n", options->scenario, scenario->nodes.size(),
                   scenario->links.size(), scenario->demands.size(), scenario->faults.size(),
                   scenario->failures.empty() ? "" : " and others at random");
    });
}

} // namespace qkdes
