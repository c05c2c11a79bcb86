// A run's summary for people (text) and for programs (JSON).
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/study/published.hpp"
#include "sim/world/summary.hpp"

#include <string>

namespace qkdes {

/// What only the command line knows; none of it is in the results file.
struct RunFacts {
    std::string output; ///< the file that was written
    std::string next;   ///< the command that helps most now; empty: none is named
    bool partial = false;
    double wall_seconds = 0, loop_seconds = 0;
    std::uint64_t seed = 0;
    std::vector<PublishedComparison> published;
};

std::string section_text(SummarySection const& section);
std::string summary_text(Scenario const& scenario, RunSummary const& summary, RunFacts const& facts);
std::string summary_json(Scenario const& scenario, RunSummary const& summary, RunFacts const& facts);

} // namespace qkdes
