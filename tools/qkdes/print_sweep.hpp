// A sweep's outcome for people (text) and for programs (JSON).
#pragma once
#include "sim/study/sweep.hpp"

#include <string>

namespace qkdes {

std::string sweep_text(SweepResult const& result);
std::string sweep_json(SweepResult const& result);

} // namespace qkdes
