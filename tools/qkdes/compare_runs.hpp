// `qkdes compare` of two scenarios: replications of both on the same random numbers, and a verdict per metric.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qkdes {

struct CompareRunsOptions {
    std::string base, candidate;                              ///< scenario files
    std::vector<std::string> both, base_only, candidate_only; ///< overrides
    std::vector<std::string> faults;                          ///< files of faults, for both
    std::optional<std::uint64_t> seed;
    std::uint64_t replications = 20;
    unsigned jobs = 0; ///< 0: all cores
    std::string thresholds, format = "text";
    bool independent = false, quiet = false;
};

/// The exit code.
int compare_runs(CompareRunsOptions const& options);

} // namespace qkdes
