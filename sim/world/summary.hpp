// The figures of a run: what the terminal prints and what /summary keeps.
#pragma once
#include "sim/base/quantile_sketch.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/auditor.hpp"
#include "sim/world/demand.hpp"
#include "sim/world/di_watch.hpp"
#include "sim/world/figures.hpp"
#include "sim/world/quantum_link.hpp"
#include "sim/world/service_watch.hpp"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace qkdes {

struct LinkSummary {
    LinkId link;
    double sifted_rate = 0;          ///< bit/s, key basis, over the run
    double qber = 0;                 ///< of the key basis, over all blocks that were estimated
    double skr = 0;                  ///< secret key rate over the run, bit/s (ETSI GS QKD 015)
    double eskr = 0;                 ///< effective: what is left of skr after authentication, bit/s (ETSI GS QKD 015)
    double expected_consumption = 0; ///< what the open-loop demands take over their routes, bit/s
    std::uint64_t bursts = 0;        ///< blocks that gave key
    std::uint64_t no_key = 0;        ///< blocks that ended without
    double known_to_eve = 0;         ///< secret bits that attacks gave away and the ends believe in
    SimDuration downtime{0};         ///< quantum channel out of service
    LinkLedger ledger;
    std::optional<DiReport> di;                                   ///< device-independent links: after the last block
    std::vector<std::pair<std::string, std::uint64_t>> di_alerts; ///< blocks after which each was up, by name
    std::optional<SimTime> stopped;                               ///< could not pay for authentication any more
};

struct DemandSummary {
    DemandId demand;
    std::uint64_t requests = 0, served = 0;
    std::array<std::uint64_t, kRequestOutcomes> outcomes{}; ///< by RequestOutcome
    std::array<std::uint64_t, 4> classes{};                 ///< served requests by SecurityClass
    std::array<SimDuration, 3> latency{}; ///< p50, p95, p99 until both hold the key; of served requests
    /// Requests that its best routing could have served, were it the only demand; nothing unless it is relayed.
    std::optional<std::uint64_t> possible;
    std::optional<SimDuration> first_refusal, first_reroute; ///< since its start: sim/world/path_watch.hpp
};

struct RunSummary {
    std::vector<LinkSummary> links; ///< QKD links only
    std::vector<DemandSummary> demands;
    std::array<SimDuration, 3> latency{}; ///< p50, p95, p99 over the served requests of all demands
    ServiceReport service;
    std::uint64_t possible = 0;  ///< relayed requests that the best routing of all demands together could have served
    double possible_reached = 0; ///< that many could, in fractions: sim/world/flow_bound.hpp
    SimDuration simulated{0};
    std::uint64_t events = 0, trace_hash = 0;
    std::uint64_t messages = 0, messages_lost = 0;
    std::uint64_t keys_compared = 0, violations = 0;
    std::vector<std::string> violation_messages;
    std::vector<std::pair<std::string, std::uint64_t>> occurrences; ///< what nodes counted, by name
    std::vector<SummarySection> sections;                           ///< of the systems that the scenario has
};

/// Gathers as the run goes.
class SummaryBuilder {
  public:
    explicit SummaryBuilder(Scenario const& scenario);
    void block(BlockRecord const& record);
    void di(DiReport const& report);
    void request(RequestRecord const& record);
    /// Rates are over `simulated`.
    RunSummary finish(SimDuration simulated);

  private:
    struct LinkCounts {
        std::optional<DiReport> di;
        std::map<DiAlert, std::uint64_t> di_alerts;
        double known_to_eve = 0;
        std::uint64_t sifted = 0, errors = 0, secret = 0, effective = 0, bursts = 0, no_key = 0;
    };
    Scenario const& scenario_;
    std::vector<LinkCounts> links_;
    std::vector<DemandSummary> demands_;
    std::vector<QuantileSketch> latencies_; ///< per demand
};

} // namespace qkdes
