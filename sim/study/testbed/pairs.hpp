// Tables III and IV and Figures 4 to 6 of arXiv:2604.20376 from runs in which every ordered pair of nodes asks for
// keys, one after the other.
//
// The published run is one run. It is compared with the means of many, cell by cell and row by row, and as a whole with
// how far single runs lie from these means: largest standardised distance of a row, and root mean square of those of
// the cells. The cells 7 to 6 and 4 to 3 (models/published/kmstn.hpp) are shown and not judged.
//
// Checked: tests/sim/study/testbed_test.cpp.
#pragma once
#include "models/service/latency_statistics.hpp"
#include "sim/study/key_rates.hpp"
#include "sim/study/testbed/report.hpp"

namespace qkdes {

/// One run; nodes in the scenario's order.
struct PairRun {
    RateTable rates;
    std::vector<LatencyStatistics> delays;      ///< by source, ms, over the series of its pairs one after the other
    std::vector<std::vector<double>> latencies; ///< by source, ms, in the order of asking
};
/// Every demand is one pair.
PairRun pair_run(Scenario const& scenario, AnswerLog const& log);

/// At least 3 runs of a scenario with as many nodes as the testbed.
ExperimentReport pairs_report(std::vector<PairRun> const& runs);

} // namespace qkdes
