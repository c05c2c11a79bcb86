// `qkdes compare` of two results files: equal or not, and if not, metric by metric from their `/replications`.
#pragma once
#include "tools/qkdes/compare_runs.hpp"

namespace qkdes {

/// The exit code. `base` and `candidate` are the files; overrides and seeds do not count.
int compare_files(CompareRunsOptions const& options);

} // namespace qkdes
