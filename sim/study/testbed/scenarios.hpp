// The scenarios of scenarios/testbed, as they were when the program was built.
#pragma once
#include "sim/base/shipped_text.hpp"

namespace qkdes {

std::span<ShippedText const> testbed_scenarios(); ///< by name

} // namespace qkdes
