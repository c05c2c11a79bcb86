// The command that helps most after a run, by what came out of it.
#pragma once
#include "tools/qkdes/print_summary.hpp"

#include <string>
#include <vector>

namespace qkdes {

/// Subcommands that this program has; set once, before any runs.
void set_known_commands(std::vector<std::string> names);

/// "qkdes compare …  # would another routing have served the 9 requests without key?": a command line as it can be
/// typed, with its reason as a comment. `scenario_file` as the user gave it. Only subcommands that there are; empty
/// when the auditor found a fault, which has its own advice.
std::string next_step(std::string const& scenario_file, Scenario const& scenario, RunSummary const& summary,
                      RunFacts const& facts);

} // namespace qkdes
