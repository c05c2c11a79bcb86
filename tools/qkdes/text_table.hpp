// How the terminal shows numbers and tables.
#pragma once
#include "sim/base/units.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qkdes {

/// Three significant digits with the largest unit that leaves at least 1.
inline std::string engineering(double value, std::string_view unit) {
    constexpr std::pair<double, char const*> scales[] = {{1e9, "G"}, {1e6, "M"}, {1e3, "k"}};
    for (auto const& [factor, prefix] : scales) {
        if (value >= factor) return fmt::format("{:.3g} {}{}", value / factor, prefix, unit);
    }
    return fmt::format("{:.3g} {}", value, unit);
}

inline std::string duration_text(SimDuration d) {
    double const s = seconds(d);
    if (d.count() == 0) return "0";
    if (s >= 3600) return fmt::format("{:.3g} h", s / 3600);
    if (s >= 60) return fmt::format("{:.3g} min", s / 60);
    if (s >= 1) return fmt::format("{:.3g} s", s);
    if (s >= 1e-3) return fmt::format("{:.3g} ms", s * 1e3);
    return fmt::format("{:.3g} us", s * 1e6);
}

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
