// The figures of a run's summary as a flat list, the same list for every replication of a scenario, so that each can
// be given its interval.
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/world/summary.hpp"

#include <string>
#include <vector>

namespace qkdes {

struct RunFigure {
    /// As sim/scenario/figure_catalogue.hpp names it, "fault <title>", or "<section> <first cell of a row>".
    std::string of;
    std::string name; ///< "skr"
    std::string unit; ///< "bit/s"
    double value = 0; ///< NaN where the run does not say
};

std::vector<RunFigure> run_figures(Scenario const& scenario, RunSummary const& summary);

} // namespace qkdes
