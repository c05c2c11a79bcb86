// qkdes check SCENARIO: says everything that is wrong with a scenario, and runs nothing.
#include "tools/qkdes/commands.hpp"
#include "tools/qkdes/exit_codes.hpp"
#include "tools/qkdes/load.hpp"

#include <fmt/format.h>

#include <memory>

namespace qkdes {

void add_check(CLI::App& app, int& exit_code) {
    struct Options {
        std::string scenario;
        std::vector<std::string> overrides, faults;
    };
    auto const options = std::make_shared<Options>();
    auto* command = app.add_subcommand("check", "Say everything that is wrong with a scenario; run nothing");
    command->add_option("scenario", options->scenario, "Scenario file (JSON)")->required();
    command->add_option("--set", options->overrides, "Override a value: /links/0/length=\"40 km\"")
        ->allow_extra_args(false);
    command->add_option("--faults", options->faults, "File of faults on top of the scenario's; may be given again")
        ->allow_extra_args(false);
    command->callback([options, &exit_code] {
        auto const scenario = load_for(options->scenario, options->overrides, false, exit_code, options->faults);
        if (!scenario) return;
        fmt::print("{}: {} nodes, {} links, {} demands, {} faults{}: fine\n", options->scenario, scenario->nodes.size(),
                   scenario->links.size(), scenario->demands.size(), scenario->faults.size(),
                   scenario->failures.empty() ? "" : " and others at random");
    });
}

} // namespace qkdes
