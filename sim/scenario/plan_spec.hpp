// What `qkdes plan` is asked: checked plain data, as plan_file reads it from a study's `plan`.
#pragma once
#include "sim/scenario/placement_spec.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace qkdes {

/// A bound on a figure of a run (sim/scenario/figure_catalogue.hpp), in its unit. Which side is meant follows from
/// the figure: of `served` at least so much, of `blocked` at most.
struct ServiceLevel {
    std::string of;     ///< whose: "network", "demand a > b"
    std::string figure; ///< "latency_p99"
    std::string unit;   ///< "s"
    double bound = 0;
    bool at_least = false;
    std::string name() const { return of == "network" ? figure : of + " " + figure; }
    bool operator==(ServiceLevel const&) const = default;
};

/// How sure an answer must be, and how many runs it may take.
struct PlanEffort {
    double confidence = 0.95;             ///< of each statement, in (0, 1)
    std::uint64_t first_replications = 4; ///< of each point, >= 2
    std::uint64_t most_replications = 32; ///< >= first_replications; those of a final comparison
    double precision = 0.02;              ///< how far apart the ends of the answer may lie, as a share
    std::uint32_t at_once = 1;            ///< points of a search that are tried in one round
};

/// The largest factor on the load of demands.
struct LargestDemandQuestion {
    std::vector<std::size_t> demands; ///< of Scenario::demands; all that the factor acts on
    double most = 1024;               ///< factors tried lie in 1/most .. most
};

using PlanQuestion = std::variant<LargestDemandQuestion, RelayPlacementQuestion>;

struct PlanSpec {
    std::vector<ServiceLevel> service; ///< at least one, but for relay placement
    PlanEffort effort;
    PlanQuestion find;
    std::string faults; ///< text of a file of faults on top of the study's, or empty
};

} // namespace qkdes
