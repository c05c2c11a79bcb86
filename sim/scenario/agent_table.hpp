// The table of agents.
#pragma once
#include "sim/scenario/raw_agent.hpp"
#include "sim/scenario/scenario_table.hpp"

namespace qkdes {

Table<RawAgent> const& agent_table();

} // namespace qkdes
