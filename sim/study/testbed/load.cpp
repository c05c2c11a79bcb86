#include "sim/study/testbed/load.hpp"

#include "sim/base/quantile.hpp"
#include "sim/study/key_rates.hpp"

#include <map>

namespace qkdes {
namespace {

std::vector<double> all(std::vector<LoadPoint> const& points, double LoadPoint::*of) {
    std::vector<double> values;
    for (auto const& point : points)
        values.push_back(point.*of);
    return values;
}

SummarySection means(std::vector<LoadPoint> const& points) {
    std::map<std::pair<double, double>, std::vector<LoadPoint>> cells;
    for (auto const& p : points)
        cells[{p.number, p.concurrency}].push_back(p);
    SummarySection section;
    section.name = "load";
    section.head = {"keys a request", "clients", "errors", "key rate", "p95"};
    for (auto const& [at, of_cell] : cells) {
        LoadPoint mean;
        auto const n = static_cast<double>(of_cell.size());
        for (auto const& p : of_cell) {
            mean.error_rate += p.error_rate / n;
            mean.rate_mean += p.rate_mean / n;
            mean.rate_p95 += p.rate_p95 / n;
        }
        section.rows.push_back({Figure{fmt::format("{:.0f}", at.first), at.first},
                                Figure{fmt::format("{:.0f}", at.second), at.second},
                                Figure{fmt::format("{:.1f} %", mean.error_rate * 100), mean.error_rate},
                                Figure{engineering(mean.rate_mean, "bit/s"), mean.rate_mean},
                                Figure{engineering(mean.rate_p95, "bit/s"), mean.rate_p95}});
    }
    return section;
}

} // namespace

std::vector<LoadPoint> load_points(Scenario const& scenario, AnswerLog const& log) {
    std::vector<LoadPoint> points;
    for (std::size_t d = 0; d < scenario.demands.size(); ++d) {
        DemandSpec const& demand = scenario.demands[d];
        if (!demand.closed_loop || log.answers[d].empty()) continue;
        double const bits = static_cast<double>(demand.key_bits) * demand.number;
        std::vector<double> rates;
        for (auto const& answer : log.answers[d])
            if (answer.has_key) rates.push_back(bits / seconds(answer.answered));
        if (rates.empty()) continue;
        auto const asked = static_cast<double>(log.answers[d].size());
        points.push_back({static_cast<double>(demand.number), static_cast<double>(demand.closed_loop->clients),
                          1 - static_cast<double>(rates.size()) / asked, mean_estimate(rates).value,
                          quantile_of(rates, .95)});
    }
    return points;
}

ExperimentReport load_report(std::vector<LoadPoint> const& points) {
    ExperimentReport report{"Figure 8: number of keys and concurrency", {means(points)}, {}};
    if (points.size() < 3) {
        report.checks.push_back({"Figure 8, experiments with keys", "-", std::to_string(points.size()), "3", false});
        return report;
    }
    struct Variable {
        char const* name;
        double LoadPoint::*of;
    };
    static constexpr Variable variables[] = {{"number", &LoadPoint::number},
                                             {"concurrency", &LoadPoint::concurrency},
                                             {"error rate", &LoadPoint::error_rate},
                                             {"key rate", &LoadPoint::rate_mean},
                                             {"key rate p95", &LoadPoint::rate_p95}};
    SummarySection matrix;
    matrix.name = "figure_8";
    matrix.head = {"correlation", "number", "concurrency", "error rate", "key rate", "key rate p95"};
    for (auto const& row : variables) {
        std::vector<Figure> cells{Figure{row.name}};
        for (auto const& column : variables) {
            auto const c = correlation(all(points, row.of), all(points, column.of));
            cells.push_back(Figure{fmt::format("{:+.2f}{}", c.r, c.p_value < .01 ? "" : " ns"), c.r});
        }
        matrix.rows.push_back(std::move(cells));
    }
    matrix.notes = {fmt::format("Pearson's, of {} experiments; ns: not significant at 1 %", points.size())};
    report.sections.push_back(std::move(matrix));

    auto const check = [&](char const* what, double LoadPoint::*x, double LoadPoint::*y, int sign) {
        auto const c = correlation(all(points, x), all(points, y));
        report.checks.push_back(
            {fmt::format("Figure 8, {}", what), "significant", fmt::format("{:+.2f}, p = {:.1e}", c.r, c.p_value),
             fmt::format("p < 0.01, {}", sign > 0 ? "positive" : "negative"), c.p_value < .01 && c.r * sign > 0});
    };
    check("key rate and concurrency", &LoadPoint::concurrency, &LoadPoint::rate_mean, -1);
    check("p95 of key rate and concurrency", &LoadPoint::concurrency, &LoadPoint::rate_p95, -1);
    check("error rate and number of keys", &LoadPoint::number, &LoadPoint::error_rate, +1);
    return report;
}

} // namespace qkdes
