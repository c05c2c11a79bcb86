// How the terminal shows tables.
//
//   TextTable table{{"link", "rate", "verdict"}};
//   table.add({"a-b", "5 kbit/s", "ok"});
//   table.paint("verdict", tone_of_verdict);
//   fmt::print("{}", table.text());
//
// A table that is wider than its reader's terminal loses nothing: columns that do not fit come below, with what a row
// is of (as many of the first columns as tell rows apart) again beside them. What would take more than three such
// tables, or where nothing fits beside those columns, is a block of lines for each row. What is piped is as wide as it
// is, without colour.
//
// Checked: tests/tools/terminal_test.cpp
#pragma once
#include "sim/world/figures.hpp"
#include "tools/qkdes/terminal.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qkdes {

/// Columns as wide as their widest cell; the first flush left, the others flush right.
class TextTable {
  public:
    explicit TextTable(std::vector<std::string> head) : rows_{std::move(head)} {}
    /// At most as many cells as the head has.
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    /// The colour of a column's cells; of no column when the head has none of that name.
    void paint(std::string_view head, std::function<Tone(std::string_view cell)> tone);
    std::string text() const { return text(output()); }
    std::string text(Output const& to) const;

  private:
    std::string painted_cell(std::size_t row, std::size_t column, std::string text, Output const& to) const;
    std::string panel(std::vector<std::size_t> const& columns, std::vector<std::size_t> const& widths,
                      Output const& to) const;
    /// So many of the first columns tell rows apart.
    std::size_t keys() const;
    std::string blocks(std::size_t columns, Output const& to) const;

    std::vector<std::vector<std::string>> rows_;
    std::vector<std::pair<std::size_t, std::function<Tone(std::string_view)>>> tones_; ///< by column
};

} // namespace qkdes
