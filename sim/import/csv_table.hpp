// A file of comma-separated values with a head line, every field with its place. Commas, semicolons or tabs, whichever
// the head line has; fields in quotes may hold any of them, line breaks and doubled quotes (RFC 4180). Lines that are
// empty or begin with # are left out.
#pragma once
#include "sim/import/source_text.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace qkdes {

struct CsvField {
    std::string text; ///< trimmed
    std::size_t offset = 0;
};

struct CsvTable {
    std::vector<CsvField> head;
    std::vector<std::vector<CsvField>> rows; ///< each as long as the head

    /// The column of one of these names, letters of either case; none: head.size().
    std::size_t column(std::initializer_list<std::string_view> names) const;
};

/// Refuses a row that is longer or shorter than the head, and a quote without its end.
CsvTable read_csv(SourceText const& source);

/// A field as a number; nothing when it is empty, a refusal when it is anything else.
std::optional<double> number_of(SourceText const& source, CsvField const& field, std::string_view what);

} // namespace qkdes
