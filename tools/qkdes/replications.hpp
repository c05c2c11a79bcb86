// `qkdes run --replications R`: the scenario R times on other random numbers, every figure with its interval.
#pragma once
#include "sim/record/recorder.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/study/run_figures.hpp"

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace qkdes {

struct ReplicationsOptions {
    std::uint64_t seed = 1, replications = 2;
    unsigned jobs = 1;
    double confidence = 0.95;
    std::filesystem::path output; ///< a results file of another kind: a row per replication and figure
    std::string format = "text";
    bool quiet = false;
};

/// The table `/replications` of a results file: runs[i] had seeds[i].
void write_replications(Recorder& recorder, std::span<std::uint64_t const> seeds,
                        std::span<std::vector<RunFigure> const> runs);

/// The exit code.
int run_replications(Scenario const& scenario, ReplicationsOptions const& options);

} // namespace qkdes
