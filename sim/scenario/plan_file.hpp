// The `plan` of a study's file: which service levels are to hold, and what is looked for.
//
//   "plan": { "service": { "blocked": "1 %", "latency_p99": "200 ms", "each_demand": { "served": 0.95 },
//                          "demands": [{ "of": ["a > b"], "served": 0.99 }] },
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
/// Levels of some demands by themselves.
struct RawDemandService {
    JsonNode const* node = nullptr;
    std::vector<Reference> of; ///< "a > b"
    std::vector<RawLevel> levels;
};
struct RawService {
    std::vector<RawLevel> levels; ///< of the network
    RawDemandService each_demand; ///< of every demand that `demands` does not bound in the same figure
    std::vector<RawDemandService> demands;
};

struct RawLargestDemand {
    JsonNode const* node = nullptr;
    std::vector<Reference> demands; ///< "a > b"; none: all
    double most = 1024;
};

struct RawSmallestBuffer {
    JsonNode const* node = nullptr;
    SmallestBufferQuestion::Of of = SmallestBufferQuestion::Of::capacity;
    std::vector<Reference> nodes, links; ///< none: all
    double most = 1e10;
};

struct RawSurvivability {
    std::optional<SimDuration> at;
    SurvivabilityQuestion question;
};

struct RawNewLinks {
    JsonNode const* node = nullptr;
    std::vector<Reference> between;
    NewLinks spec; ///< without names
    Reference device;
    std::optional<Kilometres> length;
    Kilometres up_to{100};
};
struct RawOtherDevice {
    JsonNode const* node = nullptr;
    Reference device;
    std::vector<Reference> links; ///< none: all QKD links
};
struct RawWhatIf {
    std::string metric;
    std::vector<RawNewLinks> links;
    std::vector<Reference> relays;
    bool every_relay = false;
    std::vector<RawOtherDevice> devices;
    WhatIfQuestion question; ///< without names
};

/// Exactly one of them.
struct RawFind {
    std::optional<RawWhatIf> what_if;
    std::optional<RawSurvivability> survivability;
    std::optional<RawSmallestBuffer> smallest_buffer;
    std::optional<RawLargestDemand> largest_demand;
    std::optional<RawRelayPlacement> relay_placement;
    std::size_t asked() const {
        return std::size_t{largest_demand.has_value()} + smallest_buffer.has_value() + survivability.has_value() +
               what_if.has_value() + relay_placement.has_value();
    }
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
