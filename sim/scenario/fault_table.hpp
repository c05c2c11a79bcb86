// The tables of faults, of what fails together, and of files of faults.
#pragma once
#include "sim/scenario/raw_fault.hpp"
#include "sim/scenario/scenario_table.hpp"

namespace qkdes {

Table<RawGroup> const& group_table();
Table<RawFault> const& fault_table();
Table<RawFailure> const& failure_table();
Table<RawScript> const& fault_script_table();
Key<RawScenario> fault_files();

} // namespace qkdes
