#include "sim/study/testbed/end_to_end.hpp"

#include "sim/base/contracts.hpp"
#include "sim/base/quantile.hpp"
#include "sim/study/statistics.hpp"

#include <cmath>

namespace qkdes {
namespace {

std::vector<double> together(EndToEndCase const& of, std::size_t from, std::size_t to) {
    std::vector<double> all;
    for (auto const& run : of.runs)
        all.insert(all.end(), run.complete_s[from][to].begin(), run.complete_s[from][to].end());
    return all;
}

Figure as_time(std::vector<double> const& values) {
    if (values.empty()) return Figure{"-"};
    double const median = quantile_of(values, .5);
    return Figure{fmt::format("{:.2f}", median), median};
}

SummarySection table(EndToEndCase const& of) {
    std::size_t const nodes = of.runs.front().complete_s.size();
    SummarySection section;
    section.name = "end_to_end_" + of.name;
    section.head = {fmt::format("acknowledged after, s ({})", of.name)};
    for (std::size_t to = 0; to < nodes; ++to)
        section.head.push_back(fmt::format("to {}", to + 1));
    for (std::size_t from = 0; from < nodes; ++from) {
        std::vector<Figure> row{Figure{fmt::format("{}", from + 1)}};
        for (std::size_t to = 0; to < nodes; ++to)
            row.push_back(from == to ? Figure{"-"} : as_time(together(of, from, to)));
        section.rows.push_back(std::move(row));
    }
    return section;
}

} // namespace

EndToEndRun end_to_end_run(Scenario const& scenario, AnswerLog const& log) {
    std::size_t const nodes = scenario.nodes.size();
    EndToEndRun run{std::vector(nodes, std::vector<std::vector<double>>(nodes)),
                    std::vector<std::vector<double>>(nodes)};
    for (std::size_t d = 0; d < scenario.demands.size(); ++d) {
        DemandSpec const& demand = scenario.demands[d];
        std::size_t const from = scenario.applications[demand.from.index()].node.index(),
                          to = scenario.applications[demand.to.index()].node.index();
        for (auto const& answer : log.answers[d]) {
            ++run.asked;
            if (answer.has_key) run.answered_s[from].push_back(seconds(answer.answered));
            if (answer.complete.count() == 0) continue;
            ++run.served;
            run.complete_s[from][to].push_back(seconds(answer.complete));
        }
    }
    return run;
}

ExperimentReport end_to_end_report(std::vector<EndToEndCase> const& cases) {
    QKDES_EXPECTS(!cases.empty() && !cases.front().runs.empty());
    ExperimentReport report{"End to end: until both applications hold the key", {table(cases.front())}, {}};
    std::size_t const nodes = cases.front().runs.front().complete_s.size();
    SummarySection section;
    section.name = "end_to_end_policies";
    section.head = {"routing", "acknowledged", "median, s", "p95, s", "first key, median, ms"};
    for (auto const& each : cases) {
        std::vector<double> complete, answered;
        double asked = 0, served = 0;
        for (auto const& run : each.runs) {
            asked += run.asked;
            served += run.served;
            for (std::size_t from = 0; from < nodes; ++from) {
                answered.insert(answered.end(), run.answered_s[from].begin(), run.answered_s[from].end());
                for (auto const& pair : run.complete_s[from])
                    complete.insert(complete.end(), pair.begin(), pair.end());
            }
        }
        double const share = served / asked, median = quantile_of(complete, .5), p95 = quantile_of(complete, .95),
                     first = quantile_of(answered, .5);
        section.rows.push_back({Figure{each.name}, Figure{fmt::format("{:.1f} %", share * 100), share},
                                Figure{fmt::format("{:.2f}", median), median}, Figure{fmt::format("{:.2f}", p95), p95},
                                Figure{fmt::format("{:.0f}", first * 1e3), first * 1e3}});
    }
    report.sections.push_back(std::move(section));

    // Whatever the path, the first key comes from the node's own device: no row of Table III may move.
    for (std::size_t c = 1; c < cases.size(); ++c) {
        double worst = 0;
        for (std::size_t from = 0; from < nodes; ++from) {
            auto const median_of = [&](EndToEndCase const& each) {
                std::vector<double> all;
                for (auto const& run : each.runs)
                    all.insert(all.end(), run.answered_s[from].begin(), run.answered_s[from].end());
                return quantile_of(all, .5);
            };
            double const ratio = median_of(cases[c]) / median_of(cases.front()); // NaN where a node got no key
            worst = std::isfinite(ratio) ? std::max(worst, std::abs(ratio - 1)) : 1;
        }
        report.checks.push_back(
            {fmt::format("Time to the first key, {}, against {}", cases[c].name, cases.front().name), "the same",
             fmt::format("{:.1f} % at most", worst * 100), "5 %", worst <= .05});
    }
    return report;
}

} // namespace qkdes
