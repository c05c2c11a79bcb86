// Measured latencies from a CSV file. The first line names the columns; two kinds of file:
//
//   node,latency_ms[,run]                          one line per request, in order
//   node,latency_median_ms,jitter_median_ms,jitter_p95_ms,rollstd_p95_ms      one line per node: published figures
//
// Columns in any order, others are left alone; without a column called node the first one names the node. Values are
// positive numbers. Lines that begin with # and empty lines are skipped.
#pragma once
#include "models/service/latency_statistics.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace qkdes {

struct MeasuredNode {
    std::string node;
    LatencyStatistics statistics;    ///< ms; over all runs
    std::size_t requests = 0;        ///< 0: published figures
    std::vector<double> run_medians; ///< ms, one per run; empty for published figures
    double requests_per_run = 0;
};

/// Nodes in the order in which they appear. Nothing, with a message on stderr and the exit code, for a bad file.
std::optional<std::vector<MeasuredNode>> load_measurements(std::filesystem::path const& path, int& code);

} // namespace qkdes
