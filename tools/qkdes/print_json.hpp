// Sections of a summary as JSON.
#pragma once
#include "sim/world/figures.hpp"

#include <nlohmann/json.hpp>

namespace qkdes {

/// Rows by the names of their columns: the value where there is one, else the text.
nlohmann::ordered_json section_json(SummarySection const& section);

} // namespace qkdes
