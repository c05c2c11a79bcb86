#include "sim/study/testbed/pairs.hpp"

#include "models/published/kmstn.hpp"
#include "sim/base/contracts.hpp"
#include "sim/base/moments.hpp"
#include "sim/base/quantile.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

using kmstn::kNodes;

double mean_of(std::vector<double> const& values) { return moments(values).mean; }
double deviation_of(std::vector<double> const& values) { return moments(values).deviation; }

/// Of one number of each run.
template <class Of>
std::vector<double> over_runs(std::vector<PairRun> const& runs, Of of) {
    std::vector<double> values;
    for (auto const& run : runs)
        values.push_back(of(run));
    return values;
}

/// Means and deviations over runs, requests counted together.
RateTable mean_table(std::vector<PairRun> const& runs) {
    RateTable table{kNodes, std::vector<RateCell>(kNodes)};
    for (std::size_t from = 0; from < kNodes; ++from)
        for (std::size_t to = 0; to < kNodes; ++to)
            for (auto const& run : runs) {
                RateCell const& cell = run.rates[from][to];
                table[from][to].mean += cell.mean / static_cast<double>(runs.size());
                table[from][to].deviation += cell.deviation / static_cast<double>(runs.size());
                table[from][to].requests += cell.requests;
            }
    return table;
}

RateTable published_table() {
    RateTable table{kNodes, std::vector<RateCell>(kNodes)};
    for (std::size_t from = 0; from < kNodes; ++from)
        for (std::size_t to = 0; to < kNodes; ++to)
            if (auto const& cell = kmstn::kTable3[from][to]; cell.mean > 0)
                table[from][to] = {cell.mean, cell.deviation, 100};
    return table;
}

std::string percent(double ratio) { return fmt::format("{:+.1f} %", (ratio - 1) * 100); }

SummarySection table3(RateTable const& published, RateTable const& simulated) {
    SummarySection section;
    section.name = "table_3";
    section.head = {"key rate, bit/s", "to 1", "to 2", "to 3", "to 4", "to 5", "to 6", "to 7", "to 8", "mean"};
    auto const row = [&](std::string name, RateTable const& table, std::size_t from) {
        std::vector<Figure> cells{Figure{std::move(name)}};
        for (std::size_t to = 0; to < kNodes; ++to) {
            RateCell const& cell = table[from][to];
            bool const odd = kmstn::odd(from, to);
            cells.push_back(
                from == to
                    ? Figure{"-"}
                    : Figure{fmt::format("{:.0f} ± {:.0f}{}", cell.mean, cell.deviation, odd ? "*" : ""), cell.mean});
        }
        double const mean = row_mean(table, from, kmstn::odd);
        cells.push_back(Figure{fmt::format("{:.0f}", mean), mean});
        section.rows.push_back(std::move(cells));
    };
    for (std::size_t from = 0; from < kNodes; ++from) {
        row(fmt::format("{} published", from + 1), published, from);
        row(fmt::format("{} simulated", from + 1), simulated, from);
    }
    section.notes = {
        "mean and deviation of the requests; *: cells that no account of the source alone gives, judged by nobody "
        "(7 to 6 is a misprint)"};
    return section;
}

SummarySection table4(std::vector<LatencyStatistics> const& means) {
    SummarySection section;
    section.name = "table_4";
    section.head = {"time to a key, ms", "median",         "median sim",  "jitter p50",     "jitter p50 sim",
                    "jitter p95",        "jitter p95 sim", "rolling p95", "rolling p95 sim"};
    for (std::size_t n = 0; n < kNodes; ++n) {
        auto const& p = kmstn::kTable4[n];
        auto const& s = means[n];
        std::vector<Figure> cells{Figure{fmt::format("{}", n + 1)}};
        for (auto const& [published, simulated] :
             {std::pair{p.median, s.median}, std::pair{p.jitter_median, s.jitter_median},
              std::pair{p.jitter_p95, s.jitter_p95}, std::pair{p.rolling_std_p95, s.rolling_std_p95}}) {
            cells.push_back(Figure{fmt::format("{:.1f}", published), published});
            cells.push_back(Figure{fmt::format("{:.1f}", simulated), simulated});
        }
        section.rows.push_back(std::move(cells));
    }
    return section;
}

std::vector<LatencyStatistics> mean_delays(std::vector<PairRun> const& runs) {
    std::vector<LatencyStatistics> means(kNodes);
    for (std::size_t n = 0; n < kNodes; ++n) {
        auto const mean = [&](double LatencyStatistics::*of) {
            return mean_of(over_runs(runs, [&](PairRun const& run) { return run.delays[n].*of; }));
        };
        means[n].median = mean(&LatencyStatistics::median);
        means[n].jitter_median = mean(&LatencyStatistics::jitter_median);
        means[n].jitter_p95 = mean(&LatencyStatistics::jitter_p95);
        means[n].rolling_std_p95 = mean(&LatencyStatistics::rolling_std_p95);
    }
    return means;
}

/// Figures 4 and 5: what a distribution looks like, of all runs together.
SummarySection distribution(std::string name, std::string head, std::vector<PairRun> const& runs,
                            std::vector<std::size_t> const& nodes, double (*of_ms)(double)) {
    SummarySection section;
    section.name = std::move(name);
    section.head = {std::move(head), "p5", "p25", "p50", "p75", "p95", "p99", "mean", "skewness"};
    for (std::size_t const n : nodes) {
        std::vector<double> values;
        for (auto const& run : runs)
            for (double const ms : run.latencies[n])
                values.push_back(of_ms(ms));
        auto const [mean, deviation] = moments(values);
        double cubes = 0;
        for (double const v : values)
            cubes += std::pow((v - mean) / deviation, 3) / static_cast<double>(values.size());
        std::vector<Figure> row{Figure{fmt::format("{}", n + 1)}};
        for (double const p : {.05, .25, .5, .75, .95, .99}) {
            double const q = quantile_of(values, p);
            row.push_back(Figure{fmt::format("{:.0f}", q), q});
        }
        row.push_back(Figure{fmt::format("{:.0f}", mean), mean});
        row.push_back(Figure{fmt::format("{:+.2f}", cubes), cubes});
        section.rows.push_back(std::move(row));
    }
    return section;
}

/// Figure 6: averages over four requests in a row, and the deviation within the four.
SummarySection moving_averages(std::vector<PairRun> const& runs) {
    SummarySection section;
    section.name = "figure_6";
    section.head = {
        "Figure 6: averages of four, ms, node", "p5", "p50", "p95", "highest", "deviation p50", "deviation p95"};
    for (std::size_t n = 0; n < kNodes; ++n) {
        std::vector<double> averages, deviations;
        for (auto const& run : runs) {
            auto const& ms = run.latencies[n];
            for (std::size_t i = kRollingWindow; i <= ms.size(); ++i) {
                std::vector<double> const window(ms.begin() + static_cast<std::ptrdiff_t>(i - kRollingWindow),
                                                 ms.begin() + static_cast<std::ptrdiff_t>(i));
                averages.push_back(mean_of(window));
                deviations.push_back(deviation_of(window));
            }
        }
        std::vector<Figure> row{Figure{fmt::format("{}", n + 1)}};
        for (double const value : {quantile_of(averages, .05), quantile_of(averages, .5), quantile_of(averages, .95),
                                   quantile_of(averages, 1), quantile_of(deviations, .5), quantile_of(deviations, .95)})
            row.push_back(Figure{fmt::format("{:.0f}", value), value});
        section.rows.push_back(std::move(row));
    }
    return section;
}

void check_rows(std::vector<PairRun> const& runs, RateTable const& published, std::vector<Check>& checks) {
    for (std::size_t n = 0; n < kNodes; ++n) {
        double const was = row_mean(published, n, kmstn::odd);
        auto const now =
            mean_estimate(over_runs(runs, [&](PairRun const& run) { return row_mean(run.rates, n, kmstn::odd); }));
        checks.push_back(
            {fmt::format("Table III, row {}, mean in bit/s", n + 1), fmt::format("{:.1f}", was),
             fmt::format("{:.1f} ± {:.1f} ({})", now.value, now.high - now.value, percent(now.value / was)), "6 %",
             std::abs(now.value / was - 1) <= .06});
    }
}

void check_cells(RateTable const& published, RateTable const& simulated, std::vector<Check>& checks) {
    std::size_t cells = 0, within = 0, like = 0;
    std::string outside, unlike;
    for (std::size_t from = 0; from < kNodes; ++from)
        for (std::size_t to = 0; to < kNodes; ++to) {
            auto const &p = published[from][to], &s = simulated[from][to];
            if (from == to || kmstn::odd(from, to)) continue;
            ++cells;
            bool const near = std::abs(s.mean - p.mean) <= p.deviation;
            bool const alike = std::abs(s.deviation / p.deviation - 1) <= .3;
            within += near ? 1u : 0u;
            like += alike ? 1u : 0u;
            if (!near) outside += fmt::format(" {}>{}", from + 1, to + 1);
            if (!alike) unlike += fmt::format(" {}>{} ({:.2f})", from + 1, to + 1, s.deviation / p.deviation);
        }
    checks.push_back({"Table III, cells within one published deviation", fmt::format("of {}", cells),
                      fmt::format("{}{}", within, outside.empty() ? "" : "; not:" + outside), "all", within == cells});
    checks.push_back({"Table III, cells whose deviation is within 30 %", fmt::format("of {}", cells),
                      fmt::format("{}{}", like, unlike.empty() ? "" : "; not:" + unlike), "48", like >= 48});
}

void check_delays(std::vector<LatencyStatistics> const& means, std::vector<Check>& checks) {
    std::size_t figures = 0, within = 0;
    std::string outside;
    double worst = 1;
    for (std::size_t n = 0; n < kNodes; ++n) {
        auto const& p = kmstn::kTable4[n];
        auto const& s = means[n];
        for (auto const& [name, ratio] :
             {std::pair{"median", s.median / p.median}, std::pair{"jitter p50", s.jitter_median / p.jitter_median},
              std::pair{"jitter p95", s.jitter_p95 / p.jitter_p95},
              std::pair{"rolling p95", s.rolling_std_p95 / p.rolling_std_p95}}) {
            ++figures;
            if (std::abs(ratio - 1) <= .25)
                ++within;
            else
                outside += fmt::format(" {} of {} ({})", name, n + 1, percent(ratio));
            if (std::abs(std::log(ratio)) > std::abs(std::log(worst))) worst = ratio;
        }
    }
    checks.push_back({"Table IV, figures within 25 % (fitted)", fmt::format("of {}", figures),
                      fmt::format("{}, worst {}{}", within, percent(worst), outside.empty() ? "" : "; not:" + outside),
                      "all", within == figures});
}

/// How far a run lies from the means: of its rows the farthest, of its cells the root mean square; in deviations of
/// single runs.
struct Distance {
    double row = 0, cells = 0;
};

struct SingleRuns {
    std::vector<std::vector<double>> means, deviations; ///< of cells
    std::vector<double> row_means, row_deviations;
    explicit SingleRuns(std::vector<PairRun> const& runs)
        : means(kNodes, std::vector<double>(kNodes)), deviations{means}, row_means(kNodes), row_deviations(kNodes) {
        for (std::size_t from = 0; from < kNodes; ++from) {
            auto const rows = over_runs(runs, [&](PairRun const& r) { return row_mean(r.rates, from, kmstn::odd); });
            row_means[from] = mean_of(rows);
            row_deviations[from] = deviation_of(rows);
            for (std::size_t to = 0; to < kNodes; ++to) {
                auto const cells = over_runs(runs, [&](PairRun const& r) { return r.rates[from][to].mean; });
                means[from][to] = mean_of(cells);
                deviations[from][to] = deviation_of(cells);
            }
        }
    }
    Distance of(RateTable const& table) const {
        Distance d;
        double squares = 0, cells = 0;
        for (std::size_t from = 0; from < kNodes; ++from) {
            d.row =
                std::max(d.row, std::abs(row_mean(table, from, kmstn::odd) - row_means[from]) / row_deviations[from]);
            for (std::size_t to = 0; to < kNodes; ++to) {
                if (from == to || kmstn::odd(from, to)) continue;
                double const z = (table[from][to].mean - means[from][to]) / deviations[from][to];
                squares += z * z;
                ++cells;
            }
        }
        d.cells = std::sqrt(squares / cells);
        return d;
    }
};

void check_single_run(std::vector<PairRun> const& runs, RateTable const& published, std::vector<Check>& checks) {
    std::vector<double> rows, cells;
    for (std::size_t r = 0; r < runs.size(); ++r) { // each against the others
        std::vector<PairRun> others = runs;
        others.erase(others.begin() + static_cast<std::ptrdiff_t>(r));
        Distance const d = SingleRuns{others}.of(runs[r].rates);
        rows.push_back(d.row);
        cells.push_back(d.cells);
    }
    Distance const d = SingleRuns{runs}.of(published);
    double const row_band = quantile_of(rows, .95), cell_band = quantile_of(cells, .95);
    checks.push_back({"Published run among single runs: its farthest row", fmt::format("{:.2f} deviations", d.row),
                      fmt::format("95 % of runs below {:.2f}", row_band), "inside", d.row <= row_band});
    checks.push_back({"Published run among single runs: all cells, rms", fmt::format("{:.2f} deviations", d.cells),
                      fmt::format("95 % of runs below {:.2f}", cell_band), "inside", d.cells <= cell_band});
}

/// Dispersion of a row's cells beyond what the requests of each account for, relative.
double excess_dispersion(RateTable const& table, std::size_t row) {
    std::vector<double> means;
    double sampling = 0;
    for (std::size_t to = 0; to < kNodes; ++to) {
        auto const& cell = table[row][to];
        if (cell.requests == 0 || kmstn::odd(row, to)) continue;
        means.push_back(cell.mean);
        sampling += cell.deviation * cell.deviation / static_cast<double>(cell.requests);
    }
    double const spread = deviation_of(means);
    return std::sqrt(std::max(0.0, spread * spread - sampling / static_cast<double>(means.size()))) / mean_of(means);
}

SummarySection dispersion(std::vector<PairRun> const& runs, RateTable const& published) {
    SummarySection section;
    section.name = "dispersion";
    section.head = {"drift between the cells of a row", "published", "simulated"};
    for (std::size_t n = 0; n < kNodes; ++n) {
        double const was = excess_dispersion(published, n),
                     now = mean_of(over_runs(runs, [&](PairRun const&run) { return excess_dispersion(run.rates, n); }));
        section.rows.push_back({Figure{fmt::format("{}", n + 1)}, Figure{fmt::format("{:.1f} %", was * 100), was},
                                Figure{fmt::format("{:.1f} %", now * 100), now}});
    }
    section.notes = {
        "dispersion of a row's cells beyond that of the requests in each; Table IV does not tell it, the scenario "
        "assumes a level that drifts"};
    return section;
}

/// Pairs that got fewer than two keys in some run: " 1>2 1>3".
std::string pairs_without_keys(std::vector<PairRun> const& runs) {
    std::string pairs;
    for (std::size_t from = 0; from < kNodes; ++from)
        for (std::size_t to = 0; to < kNodes; ++to)
            if (from != to &&
                std::ranges::any_of(runs, [&](PairRun const& run) { return run.rates[from][to].requests < 2; }))
                pairs += fmt::format(" {}>{}", from + 1, to + 1);
    return pairs;
}

} // namespace

PairRun pair_run(Scenario const& scenario, AnswerLog const& log) {
    std::size_t const nodes = scenario.nodes.size();
    PairRun run{RateTable{nodes, std::vector<RateCell>(nodes)}, std::vector<LatencyStatistics>(nodes),
                std::vector<std::vector<double>>(nodes)};
    for (std::size_t d = 0; d < scenario.demands.size(); ++d) {
        DemandSpec const& demand = scenario.demands[d];
        std::size_t const from = scenario.applications[demand.from.index()].node.index(),
                          to = scenario.applications[demand.to.index()].node.index();
        run.rates[from][to] = rate_cell(log.answers[d], static_cast<double>(demand.key_bits) * demand.number);
        for (auto const& answer : log.answers[d])
            if (answer.has_key) run.latencies[from].push_back(seconds(answer.answered) * 1e3);
    }
    for (std::size_t n = 0; n < nodes; ++n)
        if (run.latencies[n].size() >= kRollingWindow) run.delays[n] = latency_statistics(run.latencies[n]);
    return run;
}

ExperimentReport pairs_report(std::vector<PairRun> const& runs) {
    QKDES_EXPECTS(runs.size() >= 3 && runs.front().rates.size() == kNodes);
    ExperimentReport report{"Tables III and IV: 100 requests one after the other, each ordered pair of nodes", {}, {}};
    RateTable const published = published_table(), simulated = mean_table(runs);
    if (auto const missing = pairs_without_keys(runs); !missing.empty()) { // nothing to compare
        report.sections = {table3(published, simulated)};
        report.checks.push_back({"Table III, pairs with keys in every run", "all", "not:" + missing, "all", false});
        return report;
    }
    auto const delays = mean_delays(runs);
    report.sections = {table3(published, simulated),
                       table4(delays),
                       dispersion(runs, published),
                       distribution("figure_4", "Figure 4: key rate, bit/s, node", runs, {0, 6},
                                    [](double ms) { return kmstn::kKeyBits / ms * 1e3; }),
                       distribution("figure_5", "Figure 5: time to a key, ms, node", runs, {0, 1, 2, 3, 4, 5, 6, 7},
                                    [](double ms) { return ms; }),
                       moving_averages(runs)};
    check_rows(runs, published, report.checks);
    check_cells(published, simulated, report.checks);
    Estimate const was = hop_slope(published, kmstn::kKeyBits, kmstn::odd),
                   now = hop_slope(simulated, kmstn::kKeyBits, kmstn::odd);
    report.checks.push_back(
        {"Table III, what a hop adds, ms", fmt::format("{:+.2f} ± {:.2f}", was.value, was.high - was.value),
         fmt::format("{:+.3f} ± {:.3f}", now.value, now.high - now.value), "0.6", std::abs(now.value) < .6});
    check_delays(delays, report.checks);
    check_single_run(runs, published, report.checks);
    return report;
}

} // namespace qkdes
