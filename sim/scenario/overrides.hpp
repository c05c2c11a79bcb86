// `--set /links/0/length="40 km"`: values from the command line, put into the document before it is checked.
#pragma once
#include "sim/scenario/document.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/table.hpp"

#include <span>
#include <string>

namespace qkdes {

/// Override i becomes source i + 1 in the document, whose top level `table` describes. Problems go to the reader.
void apply_overrides(Document& document, TableDoc const& table, std::span<std::string const> overrides, Reader& reader);

} // namespace qkdes
