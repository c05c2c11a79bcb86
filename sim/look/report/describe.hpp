// A results file boiled down to one JSON document, for the report page. Of every kind of file: what it is, who made it,
// whether it is whole, its small tables. Of a single run also the sections of sections.hpp.
//
// Kinds: "run", "replications" (`qkdes run --replications`), "sweep", "plan", "tables" (anything else that qkdes
// wrote). Memory does not grow with the file, but for 4 bytes a request (which demand it was of). Holds for: partial
// files, which lack the auditor's books and the summary; the document says `complete: false`. Checked: tests/sim/look.
#pragma once
#include "sim/look/report/limits.hpp"
#include "sim/record/io_error.hpp"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>

namespace qkdes::look {

/// Of the document's layout, for the page's scripts.
inline constexpr int kDocumentVersion = 1;

/// An error when the file cannot be read, as ResultsReader::open says it.
Result<nlohmann::ordered_json> describe(std::filesystem::path const& file, Limits const& limits = {});

} // namespace qkdes::look
