// What `qkdes plan` is asked: checked plain data, as plan_file reads it from a study's `plan`.
#pragma once
#include "sim/scenario/placement_spec.hpp"
#include "sim/scenario/scenario.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
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

/// The least that stores must hold, or hold at the start.
struct SmallestBufferQuestion {
    enum class Of : std::uint8_t {
        capacity, ///< of the stores at nodes
        initial,  ///< key in the stores of links
    };
    Of of = Of::capacity;
    std::vector<std::size_t> places; ///< of Scenario::nodes or Scenario::links; all that have it
    bool everywhere = true;          ///< none were named
    double most = 1e10;              ///< bits
};

/// What every single failure leaves of the service.
struct SurvivabilityQuestion {
    SimDuration at{0};                              ///< the failure begins, and lasts to the run's end
    CutPlane plane = CutPlane::both;                ///< of links; else as `both`
    bool links = true, nodes = true, groups = true; ///< what is removed, one after the other
};

/// Prices, all in one unit of the reader's.
struct PlanCost {
    double device_pair = 0, relay_site = 0;
    double fibre_km = 0; ///< for each kilometre
    bool any() const { return device_pair > 0 || relay_site > 0 || fibre_km > 0; }
};

/// New links that could be built: one, or all that fit.
struct NewLinks {
    std::optional<std::pair<std::size_t, std::size_t>> between; ///< of Scenario::nodes; none: all pairs ...
    bool sites_only = false;                                    ///< ... that have applications
    bool common_neighbours = false;                             ///< ... that have one
    double up_to_km = 100;                                      ///< ... of so much fibre
    std::size_t device = 0;                                     ///< of Scenario::devices
    std::optional<double> length_km;                            ///< none: from the coordinates
};
struct OtherDevice {
    std::size_t device = 0;         ///< of Scenario::devices
    std::vector<std::size_t> links; ///< of Scenario::links
};

/// Which change pays most.
struct WhatIfQuestion {
    std::string metric; ///< of the network; empty: the level that is missed most, or `served`
    std::vector<NewLinks> links;
    std::vector<std::size_t> relays; ///< of Scenario::links, to be halved
    std::vector<OtherDevice> devices;
    double fibre_factor = 1.25; ///< fibre for each kilometre of great circle
    PlanCost cost;
    std::uint32_t keep = 5; ///< candidates that are compared in the end
};

using PlanQuestion = std::variant<LargestDemandQuestion, SmallestBufferQuestion, SurvivabilityQuestion, WhatIfQuestion,
                                  RelayPlacementQuestion>;

struct PlanSpec {
    std::vector<ServiceLevel> service; ///< at least one, but for relay placement
    PlanEffort effort;
    PlanQuestion find;
    std::string faults; ///< text of a file of faults on top of the study's, or empty
};

} // namespace qkdes
