#include "sim/world/service_watch.hpp"

#include <algorithm>

namespace qkdes {

ServiceWatch::ServiceWatch(Scenario const& scenario)
    : scenario_{scenario}, demands_(scenario.demands.size()), relayed_(scenario.nodes.size()) {}

void ServiceWatch::request(RequestRecord const& record, std::span<NodeId const> holders) {
    Demand& demand = demands_[record.demand.index()];
    bool const open = !demand.outages.empty() && demand.outages.back().open;
    if (record.outcome == RequestOutcome::unfinished) return; // the run ended: neither served nor refused
    if (record.outcome != RequestOutcome::served) {
        if (record.asked <= demand.last_served) return; // a single loss: later ones were served
        if (!open) demand.outages.push_back({record.asked, record.asked, true});
        // Requests end out of order: one asked earlier may fail later.
        demand.outages.back().begin = std::min(demand.outages.back().begin, record.asked);
        return;
    }
    ++served_;
    holders_ += holders.size();
    DemandSpec const& spec = scenario_.demands[record.demand.index()];
    for (NodeId const node : holders)
        if (node != scenario_.applications[spec.from.index()].node &&
            node != scenario_.applications[spec.to.index()].node)
            ++relayed_[node.index()];
    demand.last_served = std::max(demand.last_served, record.asked);
    if (open && record.asked >= demand.outages.back().begin) {
        demand.outages.back().end = record.asked + record.complete;
        demand.outages.back().open = false;
    }
}

ServiceReport ServiceWatch::finish(SimTime end) const {
    ServiceReport report;
    report.holders = served_ == 0 ? 0 : static_cast<double>(holders_) / static_cast<double>(served_);
    if (served_ > 0 && !relayed_.empty())
        report.worst_relay =
            static_cast<double>(*std::max_element(relayed_.begin(), relayed_.end())) / static_cast<double>(served_);
    double lost = 0, asked = 0;
    auto const end_of = [end](Outage const& outage) { return outage.open ? end : std::min(outage.end, end); };
    for (std::size_t d = 0; d < demands_.size(); ++d) {
        DemandSpec const& spec = scenario_.demands[d];
        SimDuration outage{0};
        for (Outage const& o : demands_[d].outages)
            outage += std::max(SimDuration{0}, end_of(o) - o.begin);
        report.outage.push_back(outage);
        report.outages.push_back(static_cast<std::uint32_t>(demands_[d].outages.size()));
        bool const out = !demands_[d].outages.empty() && demands_[d].outages.back().open;
        report.out_at_end.push_back(out ? end - demands_[d].outages.back().begin : SimDuration{0});
        lost += seconds(outage);
        asked += std::max(0.0, seconds(std::min(spec.stop, end) - std::min(spec.start, end)));
    }
    // A request asked before the demand's stop may fail after it.
    if (asked > 0) report.availability = std::max(0.0, 1 - lost / asked);
    for (FaultSpec const& fault : scenario_.faults) {
        if (fault.begin >= end) continue;
        FaultRecovery recovery{fault, 0, SimDuration{0}, false};
        for (std::size_t d = 0; d < demands_.size(); ++d) {
            SimTime const earliest = fault.begin - scenario_.demands[d].timeout;
            bool hit = false;
            auto const& all = demands_[d].outages; // each begins after the one before
            for (auto at = std::ranges::lower_bound(all, earliest, {}, &Outage::begin);
                 at != all.end() && at->begin < fault.end; ++at) {
                Outage const& o = *at;
                if (end_of(o) <= fault.begin) continue;
                hit = true;
                recovery.took = std::max(recovery.took, end_of(o) - fault.begin);
                recovery.open = recovery.open || o.open;
            }
            recovery.demands += hit;
        }
        report.recoveries.push_back(recovery);
    }
    return report;
}

} // namespace qkdes
