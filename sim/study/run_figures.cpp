#include "sim/study/run_figures.hpp"

#include "sim/scenario/figure_catalogue.hpp"
#include "sim/study/metrics.hpp"

#include <limits>

namespace qkdes {

std::vector<RunFigure> run_figures(Scenario const& scenario, RunSummary const& summary) {
    constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
    std::vector<RunFigure> out;
    Metrics const metrics = metrics_of(scenario, summary);
    for (std::size_t m = 0; m < kMetrics; ++m) {
        MetricInfo const& about = info(static_cast<Metric>(m));
        out.push_back({"network", std::string{about.name}, std::string{about.unit}, metrics[m]});
    }
    double const simulated = std::max(seconds(summary.simulated), 1e-9);
    for (auto const& link : summary.links) {
        std::string const of = figure_owner(scenario.links[link.link.index()]);
        out.push_back({of, "sifted", "bit/s", link.sifted_rate});
        out.push_back({of, "qber", "1", link.sifted_rate > 0 ? link.qber : kUnknown});
        out.push_back({of, "skr", "bit/s", link.skr});
        out.push_back({of, "eskr", "bit/s", link.eskr});
        out.push_back({of, "used", "bit/s", static_cast<double>(link.ledger.pool[0].used) / simulated});
        out.push_back({of, "bursts", "1", static_cast<double>(link.bursts)});
        out.push_back({of, "held", "bit", static_cast<double>(link.ledger.pool[0].held())});
        auto const& store = summary.service.stores.at(link.link.index());
        out.push_back({of, "at_fault", "bit", store.at_fault ? static_cast<double>(*store.at_fault) : kUnknown});
        out.push_back({of, "emptied", "s", store.emptied ? seconds(*store.emptied) : kUnknown});
    }
    for (auto const& demand : summary.demands) {
        DemandSpec const& spec = scenario.demands[demand.demand.index()];
        std::string const of = figure_owner(scenario, spec);
        auto const requests = static_cast<double>(demand.requests), served = static_cast<double>(demand.served);
        out.push_back({of, "requests", "1", requests});
        out.push_back({of, "served", "1", requests > 0 ? served / requests : kUnknown});
        constexpr char const* kNames[] = {"latency_p50", "latency_p95", "latency_p99"};
        for (std::size_t q = 0; q < 3; ++q)
            out.push_back({of, kNames[q], "s", served > 0 ? seconds(demand.latency[q]) : kUnknown});
        double const asking = seconds(std::min(spec.stop, kSimStart + summary.simulated) - spec.start);
        double const bits = served * spec.number * spec.key_bits;
        out.push_back({of, "delivered", "bit/s", asking > 0 ? bits / asking : kUnknown});
        auto const when = [](std::optional<SimDuration> t) { return t ? seconds(*t) : kUnknown; };
        out.push_back({of, "first_refusal", "s", when(demand.first_refusal)});
        out.push_back({of, "out_at_end", "s", seconds(summary.service.out_at_end[demand.demand.index()])});
        out.push_back({of, "first_reroute", "s", when(demand.first_reroute)});
    }
    for (auto const& time : recovery_times(scenario, summary))
        out.push_back({"fault " + time.fault, "recovery", "s", time.seconds});
    for (auto const& section : summary.sections)
        for (auto const& row : section.rows)
            for (std::size_t c = 1; c < section.units.size() && c < row.size(); ++c)
                if (!section.units[c].empty())
                    out.push_back({section.name + " " + row[0].text, section.head[c], section.units[c],
                                   row[c].value.value_or(kUnknown)});
    return out;
}

} // namespace qkdes
