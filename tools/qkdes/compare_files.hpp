// `qkdes compare` of two results files: equal or not, and if not, metric by metric from their `/replications`.
#pragma once
#include "tools/qkdes/compare_report.hpp"
#include "tools/qkdes/compare_runs.hpp"

#include <optional>

namespace qkdes {

/// The exit code. `base` and `candidate` are the files; overrides and seeds do not count.
int compare_files(CompareRunsOptions const& options);

/// Of their runs, at the default thresholds; nothing when either has no `/replications`.
std::optional<CompareReport> comparison_of_files(std::string const& base, std::string const& candidate);

} // namespace qkdes
