// What applications notice of a network in trouble: outages, and how long until a fault is over for them.
//
//   An outage of a demand begins when a request is asked that will fail, unless a later request was served meanwhile
//   (a single loss is no outage), and ends when the next request asked after that is served.
//   Availability = 1 - time in outage / time in which demands ask, over all demands.
//   A fault hits a demand when an outage of it overlaps the fault and began no earlier than the demand's timeout
//   before it; the network has recovered when the last such outage is over. A fault that hits nobody recovers in 0.
//
// Holds for: any demand that asks again and again; a rare one sees outages as coarse as it asks.
// Memory: one entry per outage. Checked: tests/sim/world/service_watch_test.cpp.
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/world/demand.hpp"
#include "sim/world/store_watch.hpp"

#include <span>
#include <vector>

namespace qkdes {

struct FaultRecovery {
    FaultSpec fault;
    std::uint32_t demands = 0; ///< hit by it
    SimDuration took{0};       ///< from its begin until the last of them was served again
    bool open = false;         ///< the run ended first: `took` is to the run's end
};

struct ServiceReport {
    std::vector<SimDuration> outage;     ///< by demand: time without service
    std::vector<std::uint32_t> outages;  ///< by demand
    std::vector<SimDuration> out_at_end; ///< by demand: of the outage that the run ends in; 0: none
    std::vector<StoreReport> stores;     ///< by LinkId; World fills them in
    double availability = 1;             ///< of all demands together
    std::vector<FaultRecovery> recoveries;
    double holders = 0; ///< nodes that held a key in clear, the two ends included: mean over served requests
    /// Share of the served requests whose keys one relay held in clear: what an adversary there would know. Of the
    /// relay that held most; ends do not count at their own requests.
    double worst_relay = 0;
};

class ServiceWatch {
  public:
    explicit ServiceWatch(Scenario const& scenario);
    /// A request that is over; `holders` held its keys, sorted.
    void request(RequestRecord const& record, std::span<NodeId const> holders);
    ServiceReport finish(SimTime end) const;

  private:
    struct Outage {
        SimTime begin, end;
        bool open = false;
    };
    struct Demand {
        SimTime last_served = SimTime::min(); ///< latest asking time of a served request
        std::vector<Outage> outages;          ///< in order; only the last may be open
    };
    Scenario const& scenario_;
    std::vector<Demand> demands_;
    std::vector<std::uint64_t> relayed_; ///< served requests whose keys it held, by NodeId
    std::uint64_t served_ = 0, holders_ = 0;
};

} // namespace qkdes
