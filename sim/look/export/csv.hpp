// All tables of a results file as CSV (RFC 4180: a header row, CRLF, quotes where needed), for programs that do not
// read HDF5.
//
//   DIR/<table>.csv      a row per row of the table
//   DIR/columns.csv      table, column, unit, kind and description of every column that was written
//   DIR/manifest.csv     name and value: seed, version, complete or partial and why, ...
//   DIR/scenario.json    the scenario as run
//
// Values: times and durations in seconds, every nanosecond kept ("12.000000001"; what never happens is inf);
// enumerations and rows of /nodes, /links and /demands by name; flags true or false; floating-point numbers in as many
// digits as give the same number back; unknown ones nan. Columns: who (rows of other tables), when, then the rest by
// name, as in the Python module. `/summary` has a row per figure. Holds for any results file that ResultsReader opens,
// of any length: memory is one block of rows. Same file, same bytes. Checked: tests/sim/look/export_csv_test.cpp;
// beside pandas: tests/notebooks/test_export.py.
#pragma once
#include "sim/record/reader.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace qkdes::look {

struct CsvOptions {
    std::vector<std::string> tables; ///< "requests"; none: all
    bool replace = false;            ///< files that are there already
};

struct CsvReport {
    std::size_t tables = 0;
    std::uint64_t rows = 0, bytes = 0;
};

/// Makes the folder if need be. Nothing is written when a file is there already and may not be replaced, or a table is
/// not there.
Result<CsvReport> export_csv(ResultsReader& reader, std::filesystem::path const& folder, CsvOptions const& options);

/// The columns of a table in the order of exports.
Result<std::vector<Column>> ordered_columns(ResultsReader& reader, std::string const& table);

/// An error that names the tables there are, when one of `wanted` is not among them.
MaybeError check_tables(ResultsReader& reader, std::string const& file, std::vector<std::string> const& wanted);

} // namespace qkdes::look
