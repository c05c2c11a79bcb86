#pragma once
#include "sim/import/network.hpp"

#include <string>

namespace qkdes {

/// `start_s` is when demands begin.
std::string scenario_text(ImportedNetwork const& network, ImportOptions const& options, double start_s);

} // namespace qkdes
