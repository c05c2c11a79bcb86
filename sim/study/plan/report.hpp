// What a plan says, whatever its question: sentences, and tables whose cells have a text for people and a value for
// programs. One form for the terminal, JSON and the results file.
#pragma once
#include "sim/world/figures.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace qkdes {

struct ReportColumn {
    std::string name;    ///< lower case, as in the results file
    std::string unit;    ///< "1", "s", "bit/s"; empty: a text
    std::string meaning; ///< for the results file
};

struct ReportTable {
    std::string name;    ///< of the group in the results file: "points"
    std::string meaning; ///< a line above the table
    std::vector<ReportColumn> columns;
    std::vector<std::vector<Figure>> rows{};
    bool printed = true; ///< on the terminal, too
    /// As long as `columns`; a figure without a value in a column of numbers is NaN there.
    void add(std::vector<Figure> row) { rows.push_back(std::move(row)); }
};

struct PlanReport {
    std::string question;            ///< "largest-demand"
    std::vector<std::string> answer; ///< sentences, a line each
    std::vector<ReportTable> tables;
    std::uint64_t runs = 0, violations = 0;
    bool answered = true; ///< false: nothing that was tried meets the levels, or everything did
};

/// A number as people read it in its unit: "3.1 kbit/s", "20 ms", "0.0123".
Figure in_unit(double value, std::string const& unit);

} // namespace qkdes
