// What `qkdes compare` says: metric by metric with a verdict, and the time to recover after each fault.
#pragma once
#include "sim/study/comparison.hpp"

#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace qkdes {

struct CompareReport {
    std::string base, candidate; ///< as one would type them
    std::string how;             ///< how many runs, paired or not
    std::vector<std::pair<std::string, std::variant<std::uint64_t, bool, std::string>>>
        facts; ///< the same for programs
    double alpha = 0.05;
    std::vector<MetricComparison> comparisons;
    std::vector<RecoveryComparison> recoveries;

    /// "text", "markdown" or "json".
    std::string as(std::string const& format) const;
};

} // namespace qkdes
