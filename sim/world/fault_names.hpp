// What faults are called in results and on the terminal.
#pragma once
#include "sim/scenario/scenario.hpp"

#include <string>

namespace qkdes {

/// The id of the link, node or application.
std::string fault_target(Scenario const& scenario, FaultSpec const& fault);
/// "cut wan at 45 min"
std::string fault_title(Scenario const& scenario, FaultSpec const& fault);

} // namespace qkdes
