// One value as CSV. The format of a column is decided once, not per row.
#pragma once
#include "sim/record/table.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace qkdes::look {

/// In quotes where RFC 4180 asks for them.
std::string csv_quoted(std::string_view text);
/// Seconds with as many digits as the nanoseconds take: 1.5, 12.000000001, inf for what never happens.
void append_seconds(fmt::memory_buffer& out, std::int64_t nanoseconds);

class CsvCell {
  public:
    /// `names`: what the values stand for, or null.
    CsvCell(Column column, std::vector<std::string> const* names);
    void append(fmt::memory_buffer& out, ColumnBuffer const& values, std::size_t row) const;
    /// As columns.csv says it: s for times, empty for what has names.
    std::string unit() const;
    /// As in the file, or "name" for rows of another table.
    std::string kind() const { return named_ ? "name" : std::string{name_of(column_.type)}; }

  private:
    Column column_;
    bool named_ = false;
    std::vector<std::string> quoted_; ///< by value
};

} // namespace qkdes::look
