// What an experiment of the testbed gives: tables for people and programs, and checks against what was published.
#pragma once
#include "sim/world/figures.hpp"

#include <string>
#include <vector>

namespace qkdes {

struct Check {
    std::string what;                          ///< "Table III, row of node 1"
    std::string published, simulated, allowed; ///< as people read them
    bool holds = false;
};

struct ExperimentReport {
    std::string title;
    std::vector<SummarySection> sections;
    std::vector<Check> checks;
};

} // namespace qkdes
