#include "sim/world/path_watch.hpp"

#include <algorithm>

namespace qkdes {

PathWatch::PathWatch(Scenario const& scenario) : scenario_{scenario}, demands_(scenario.demands.size()) {}

void PathWatch::request(RequestRecord const& record, std::span<NodeId const> holders) {
    Demand& demand = demands_[record.demand.index()];
    // Requests end out of order: the earliest asked counts.
    auto const earliest = [&](std::optional<SimTime>& at) { at = std::min(at.value_or(record.asked), record.asked); };
    if (record.outcome == RequestOutcome::unfinished) return;
    if (record.outcome != RequestOutcome::served) return earliest(demand.refused);
    if (!demand.served) {
        demand.served = true;
        demand.holders.assign(holders.begin(), holders.end());
    } else if (!std::ranges::equal(demand.holders, holders)) {
        earliest(demand.rerouted);
    }
}

void PathWatch::finish(std::span<DemandSummary> demands) const {
    for (auto& summary : demands) {
        Demand const& demand = demands_[summary.demand.index()];
        SimTime const start = scenario_.demands[summary.demand.index()].start;
        if (demand.refused) summary.first_refusal = *demand.refused - start;
        if (demand.rerouted) summary.first_reroute = *demand.rerouted - start;
    }
}

} // namespace qkdes
