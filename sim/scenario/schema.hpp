// What a scenario may say, told from the same table that parses it.
#pragma once
#include <string>

namespace qkdes {

/// JSON Schema, draft 2020-12, indented, with a final newline: what scenarios/scenario.schema.json holds.
std::string scenario_schema();

/// The reference of all keys in Markdown: what scenarios/README.md holds between its `reference` markers.
std::string scenario_reference_markdown();

} // namespace qkdes
