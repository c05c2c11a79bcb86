// How the terminal shows tables.
#pragma once
#include "sim/world/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

namespace qkdes {

/// Columns as wide as their widest cell; the first flush left, the others flush right.
class TextTable {
  public:
    explicit TextTable(std::vector<std::string> head) : rows_{std::move(head)} {}
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    std::string text() const {
        std::vector<std::size_t> widths(rows_.front().size());
        for (auto const& row : rows_) {
            for (std::size_t c = 0; c < row.size(); ++c)
                widths[c] = std::max(widths[c], row[c].size());
        }
        std::string out;
        for (auto const& row : rows_) {
            std::string line;
            for (std::size_t c = 0; c < row.size(); ++c) {
                line += c == 0 ? fmt::format("{:<{}}", row[c], widths[c]) : fmt::format("  {:>{}}", row[c], widths[c]);
            }
            out += line + "\n";
        }
        return out;
    }

  private:
    std::vector<std::vector<std::string>> rows_;
};

} // namespace qkdes
