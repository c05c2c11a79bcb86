// What every section of a run's document needs to know: who is who, how long it lasted, and how the replay cuts it up.
#pragma once
#include "sim/look/report/limits.hpp"
#include "sim/record/reader.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace qkdes::look {

/// The replay's frames: equal parts of the run.
struct Frames {
    std::size_t count = 1;
    double width = 1; ///< ns
    std::size_t at(double ns) const {
        double const place = ns / width;
        if (!(place > 0)) return 0;
        return std::min(static_cast<std::size_t>(std::min(place, 1e15)), count - 1);
    }
};

struct RunContext {
    RunContext(ResultsReader& from, Limits const& how_much) : reader{from}, limits{how_much} {}
    ResultsReader& reader;
    Limits limits;
    std::size_t nodes = 0, links = 0, demands = 0;
    std::vector<std::size_t> link_a, link_b;         ///< rows of /nodes
    std::vector<std::size_t> demand_from, demand_to; ///< rows of /nodes
    double end = 1;                                  ///< ns, > 0
    Frames frames;
    std::vector<std::string> thinned; ///< sentences: what was down-sampled

    /// An error only where the file cannot be read.
    static Result<RunContext> open(ResultsReader& reader, Limits const& limits);
};

/// A row number from a column; a value beyond `rows` (a damaged file) is none.
inline bool row_of(double value, std::size_t rows, std::size_t& row) {
    if (!(value >= 0 && value < static_cast<double>(rows))) return false;
    row = static_cast<std::size_t>(value);
    return true;
}

} // namespace qkdes::look
