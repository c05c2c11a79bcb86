// Loading a scenario for a command: diagnostics go to stderr.
#pragma once
#include "sim/scenario/load.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qkdes {

/// The scenario, or nothing and the exit code in `code`. `quiet` keeps warnings back. `faults` are
/// files of faults.
std::optional<Scenario> load_for(std::string const& path, std::vector<std::string> const& overrides, bool quiet,
                                 int& code, std::vector<std::string> const& faults = {});

} // namespace qkdes
