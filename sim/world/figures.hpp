// How people are shown numbers, and the tables that a part of the world adds to a run's summary.
#pragma once
#include "sim/base/units.hpp"

#include <fmt/format.h>

#include <concepts>
#include <optional>
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

/// A cell of a table: its text for people, its value for programs.
struct Figure {
    Figure(std::string said) : text{std::move(said)} {}
    Figure(char const* said) : text{said} {}
    Figure(std::integral auto count) : text{std::to_string(count)}, value{static_cast<double>(count)} {}
    Figure(std::string said, double of) : text{std::move(said)}, value{of} {}
    /// In seconds.
    Figure(SimDuration of) : text{duration_text(of)}, value{seconds(of)} {}
    std::string text;
    std::optional<double> value;
};

struct SummarySection {
    std::string name; ///< of the section in JSON: lower case, underscores
    std::vector<std::string> head;
    std::vector<std::vector<Figure>> rows; ///< each as long as head
    std::vector<std::string> notes;        ///< a line each, below the table
    /// Units of the columns, "" where there is no figure, for a section that has the same rows in every run of a
    /// scenario: replications average its figures. Empty: they do not.
    std::vector<std::string> units{};
};

} // namespace qkdes
