#include "sim/world/summary.hpp"

#include <algorithm>

namespace qkdes {

SummaryBuilder::SummaryBuilder(Scenario const& scenario)
    : scenario_{scenario}, links_(scenario.links.size()), demands_(scenario.demands.size()),
      latencies_(scenario.demands.size()) {
    for (std::size_t d = 0; d < demands_.size(); ++d)
        demands_[d].demand = DemandId{d};
}

void SummaryBuilder::block(BlockRecord const& record) {
    LinkCounts& counts = links_[record.link.index()];
    BlockYield const& yield = record.yield;
    counts.sifted += yield.sifted.total_z();
    counts.errors += yield.sifted.errors_z();
    counts.secret += yield.secret;
    counts.known_to_eve += yield.known_to_eve;
    counts.effective += yield.secret - record.authentication;
    ++(record.outcome == BlockOutcome::key ? counts.bursts : counts.no_key);
}

void SummaryBuilder::di(DiReport const& report) {
    LinkCounts& counts = links_[report.link.index()];
    counts.di = report;
    for (auto const alert : report.alerts)
        ++counts.di_alerts[alert];
}

void SummaryBuilder::request(RequestRecord const& record) {
    DemandSummary& demand = demands_[record.demand.index()];
    ++demand.requests;
    ++demand.outcomes[static_cast<std::size_t>(record.outcome)];
    if (record.outcome != RequestOutcome::served) return;
    ++demand.served;
    ++demand.classes[static_cast<std::size_t>(record.security)];
    latencies_[record.demand.index()].add(record.complete);
}

RunSummary SummaryBuilder::finish(SimDuration simulated) {
    RunSummary summary;
    summary.simulated = simulated;
    double const time = std::max(seconds(simulated), 1e-9);
    for (std::size_t l = 0; l < links_.size(); ++l) {
        if (!scenario_.links[l].makes_key()) continue;
        LinkCounts const& counts = links_[l];
        LinkSummary link;
        link.link = LinkId{l};
        link.sifted_rate = static_cast<double>(counts.sifted) / time;
        link.qber = counts.sifted == 0 ? 0 : static_cast<double>(counts.errors) / static_cast<double>(counts.sifted);
        link.skr = static_cast<double>(counts.secret) / time;
        link.eskr = static_cast<double>(counts.effective) / time;
        link.bursts = counts.bursts;
        link.no_key = counts.no_key;
        link.known_to_eve = counts.known_to_eve;
        link.di = counts.di;
        for (auto const& [alert, blocks] : counts.di_alerts)
            link.di_alerts.emplace_back(to_string(alert), blocks);
        summary.links.push_back(link);
    }
    constexpr double kQuantiles[] = {0.5, 0.95, 0.99};
    for (std::size_t d = 0; d < demands_.size(); ++d) {
        for (std::size_t q = 0; q < 3; ++q)
            demands_[d].latency[q] = latencies_[d].quantile(kQuantiles[q]);
    }
    QuantileSketch all;
    for (auto const& latencies : latencies_)
        all.add(latencies);
    for (std::size_t q = 0; q < 3; ++q)
        summary.latency[q] = all.quantile(kQuantiles[q]);
    summary.demands = demands_;
    return summary;
}

} // namespace qkdes
