// A table of a results file as it is, its first rows: {path, description, total, columns: [{name, unit, kind,
// description, values: [...]}]}. Times and durations become seconds, numbers are rounded to nine digits.
#pragma once
#include "sim/record/reader.hpp"

#include <nlohmann/json_fwd.hpp>

namespace qkdes::look {

/// Null when the file has no such table.
Result<nlohmann::ordered_json> generic_table(ResultsReader& reader, std::string const& path, std::uint64_t most_rows);

} // namespace qkdes::look
