// The `plan` of a study's file: which service levels are to hold, and what is looked for.
//
//   "plan": { "service": { "blocked": "1 %", "latency_p99": "200 ms", "each_demand": { "served": 0.95 } },
//             "find": { "largest_demand": {} } }
#pragma once
#include "sim/scenario/placement_file.hpp"
#include "sim/scenario/plan_spec.hpp"
#include "sim/scenario/raw_fault.hpp"
#include "sim/scenario/raw_reference.hpp"
#include "sim/scenario/table.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qkdes {

struct StudySpec;

struct RawLevel {
    JsonNode const* node;
    std::string figure, unit;
    double bound = 0; ///< in `unit`
    bool at_least = false;
};
struct RawService {
    std::vector<RawLevel> levels; ///< of the network, or of each demand
    std::vector<RawLevel> each_demand;
};

struct RawLargestDemand {
    JsonNode const* node = nullptr;
    std::vector<Reference> demands; ///< "a > b"; none: all
    double most = 1024;
};

/// Exactly one of them.
struct RawFind {
    std::optional<RawLargestDemand> largest_demand;
    std::optional<RawRelayPlacement> relay_placement;
};

struct RawPlan {
    RawService service;
    PlanEffort effort;
    RawFind find;
    std::string faults; ///< text of a file of faults, or empty
};

Table<RawPlan> const& plan_table();

/// What it means for the study's scenario, which is loaded; the figures that levels bound become the study's. Problems
/// go to the reader; the value counts only if there were none. `node` is the study's `plan`.
PlanSpec resolve_plan(Reader& reader, JsonNode const& node, RawPlan const& raw, StudySpec& study);

} // namespace qkdes
