// The time from asking for a key to its acknowledgement, when both applications hold it, per pair of nodes: what the
// authors of arXiv:2604.20376 say they could not measure. Under several ways to choose paths, of which the paper has
// one; there the time to the first application's key, which its tables hold, must stay what it is.
#pragma once
#include "sim/study/answer_log.hpp"
#include "sim/study/testbed/report.hpp"

#include <string>
#include <vector>

namespace qkdes {

struct EndToEndRun {
    std::vector<std::vector<std::vector<double>>> complete_s; ///< by source, destination: of each key
    std::vector<std::vector<double>> answered_s;              ///< by source
    double asked = 0, served = 0;
};
EndToEndRun end_to_end_run(Scenario const& scenario, AnswerLog const& log);

struct EndToEndCase {
    std::string name; ///< "line, static"
    std::vector<EndToEndRun> runs;
};
/// The first case is the paper's.
ExperimentReport end_to_end_report(std::vector<EndToEndCase> const& cases);

} // namespace qkdes
