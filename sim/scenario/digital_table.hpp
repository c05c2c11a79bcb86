// The table of digital key distribution.
#pragma once
#include "sim/scenario/raw_digital.hpp"
#include "sim/scenario/scenario_table.hpp"

namespace qkdes {

Table<RawDigital> const& digital_table();

} // namespace qkdes
