// Chosen columns of one table, block by block: memory does not grow with the table. Everything in sim/look that walks
// rows walks them through this.
//
//   auto rows = TableRows::open(reader, "/requests", {"asked", "outcome"});
//   if (auto error = rows->each([&](TableRows::Block const& b) {
//           for (std::size_t i = 0; i < b.rows(); ++i) use(b.number(0, i), b.text(1, i));
//       })) return *error;
//
// Holds for: tables as recorder.hpp lays them out, of any length. A table that the file does not have has no rows, and
// neither has one that lacks a column asked for: results of an older or another command say less, which is no error.
// Columns of different lengths (a damaged file) are read as far as the shortest goes.
// Checked: tests/sim/look/table_rows_test.cpp.
#pragma once
#include "sim/record/reader.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

namespace qkdes::look {

inline constexpr std::uint64_t kBlockRows = 65536; ///< of a table in memory at a time

class TableRows {
  public:
    class Block {
      public:
        std::uint64_t first() const { return first_; } ///< row of the table that is row 0 here
        std::size_t rows() const { return rows_; }
        /// Column `c` of those asked for: times and durations in ns, enumerations and flags as their value, texts as
        /// NaN (a file made by hand may have a text where we expect a number).
        double number(std::size_t c, std::size_t row) const {
            Column const& column = infos_[c].column;
            if (column.type == ColumnType::text) return std::numeric_limits<double>::quiet_NaN();
            return number_at(column, buffers_[c], row);
        }
        /// As it would be printed; enumerations by name.
        std::string text(std::size_t c, std::size_t row) const { return text_at(infos_[c].column, buffers_[c], row); }
        /// As it stands in the file, for what needs every bit of a whole number.
        ColumnBuffer const& buffer(std::size_t c) const { return buffers_[c]; }

      private:
        friend class TableRows;
        Block(std::vector<ColumnInfo> const& infos) : infos_{infos} {}
        std::vector<ColumnInfo> const& infos_;
        std::vector<ColumnBuffer> buffers_;
        std::uint64_t first_ = 0;
        std::size_t rows_ = 0;
    };

    /// `table` as "/requests", `columns` as "asked". An error only where the file cannot be read.
    static Result<TableRows> open(ResultsReader& reader, std::string const& table,
                                  std::vector<std::string> const& columns);

    bool present() const { return present_; } ///< the table is there, with every column asked for
    std::uint64_t rows() const { return rows_; }
    Column const& column(std::size_t c) const { return infos_[c].column; } ///< its name, unit, kind

    /// All rows in order, at most kBlockRows at a time.
    MaybeError each(std::function<void(Block const&)> const& visit) { return each(0, rows_, visit); }
    /// Rows [first, first + count), which must exist.
    MaybeError each(std::uint64_t first, std::uint64_t count, std::function<void(Block const&)> const& visit);

  private:
    explicit TableRows(ResultsReader& reader) : reader_{&reader} {}
    ResultsReader* reader_;
    std::vector<std::string> paths_;
    std::vector<ColumnInfo> infos_;
    std::uint64_t rows_ = 0;
    bool present_ = false;
};

} // namespace qkdes::look
