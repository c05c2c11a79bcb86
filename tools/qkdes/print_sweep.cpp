#include "tools/qkdes/print_sweep.hpp"

#include "tools/qkdes/text_table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace qkdes {
namespace {

constexpr std::uint64_t kMostRows = 200; ///< of a table that somebody still reads

/// The value without the quotes of JSON.
std::string plain(AxisValue const& value) {
    std::string const& json = value.json;
    return json.size() >= 2 && json.front() == '"' ? json.substr(1, json.size() - 2) : json;
}

std::string number(double x) { return std::isfinite(x) ? fmt::format("{:.4g}", x) : "-"; }

std::string with_interval(std::optional<Estimate> const& e) {
    if (!e) return "-";
    if (!std::isfinite(e->high)) return number(e->value);
    return fmt::format("{:.4g} +- {:.2g}", e->value, (e->high - e->low) / 2);
}

/// Of the network's metrics those that people ask for first; then whatever the study asks for.
std::vector<std::size_t> shown_figures(SweepResult const& result) {
    std::vector<std::size_t> out;
    for (auto const metric : {Metric::served, Metric::latency_p50, Metric::latency_p95, Metric::availability})
        out.push_back(static_cast<std::size_t>(metric));
    for (std::size_t f = 0; f < result.study().figures.size(); ++f)
        out.push_back(kMetrics + f);
    return out;
}

nlohmann::ordered_json finite(double x) {
    return std::isfinite(x) ? nlohmann::ordered_json(x) : nlohmann::ordered_json();
}

} // namespace

std::string sweep_text(SweepResult const& result) {
    auto const& axes = result.study().sweep->axes;
    auto const figures = measured_figures(result.study());
    auto const shown = shown_figures(result);
    std::vector<std::string> head{"point"};
    for (auto const& axis : axes)
        head.push_back(axis.name);
    for (auto const f : shown)
        head.push_back(figures[f].unit == "1" ? figures[f].name
                                              : fmt::format("{} ({})", figures[f].name, figures[f].unit));
    TextTable table{head};
    std::string failures;
    std::uint64_t const points = result.points().points();
    std::uint64_t told = 0, bad = 0;
    for (std::uint64_t p = 0; p < points; ++p) {
        if (std::uint64_t const failed = result.failed(p); failed > 0) {
            ++bad;
            if (++told <= 20)
                failures += fmt::format("point {}: {} of {} runs failed: {}\n", p, failed, result.replications(),
                                        result.reason(p));
        }
        if (p >= kMostRows) continue;
        std::vector<std::string> row{std::to_string(p)};
        for (auto const& value : result.points().values(p))
            row.push_back(plain(value));
        for (auto const f : shown)
            row.push_back(with_interval(result.estimate(p, f)));
        table.add(std::move(row));
    }
    std::string out =
        fitted(fmt::format("{}: {} points, {} replications each from seed {}; means with their 95 % interval\n\n",
                           result.study().name, points, result.replications(), result.study().seed),
               0) +
        table.text();
    if (points > kMostRows) out += fmt::format("... {} more points in the results file\n", points - kMostRows);
    if (bad > 0) out += "\n" + failures;
    if (bad > 20) out += fmt::format("... {} more points with failed runs\n", bad - 20);
    return out;
}

std::string sweep_json(SweepResult const& result) {
    using Json = nlohmann::ordered_json;
    auto const& axes = result.study().sweep->axes;
    auto const figures = measured_figures(result.study());
    Json out{{"study", result.study().name},   {"scenario", result.study().scenario_file},
             {"seed", result.study().seed},    {"replications", result.replications()},
             {"failed_runs", result.failed()}, {"axes", Json::array()},
             {"points", Json::array()}};
    for (auto const& axis : axes)
        out["axes"].push_back(
            {{"name", axis.name}, {"unit", axis.numeric ? Json(axis.unit) : Json()}, {"at", axis.at}});
    for (std::uint64_t p = 0; p < result.points().points(); ++p) {
        Json point{{"point", p}, {"values", Json::object()}, {"failed", result.failed(p)}};
        auto const values = result.points().values(p);
        for (std::size_t a = 0; a < axes.size(); ++a)
            point["values"][axes[a].name] = Json::parse(values[a].json, nullptr, false);
        if (result.failed(p) > 0) point["reason"] = result.reason(p);
        for (std::size_t f = 0; f < figures.size(); ++f) {
            auto const e = result.estimate(p, f);
            point["figures"][figures[f].name] = {{"unit", figures[f].unit},
                                                 {"mean", e ? finite(e->value) : Json()},
                                                 {"low", e ? finite(e->low) : Json()},
                                                 {"high", e ? finite(e->high) : Json()},
                                                 {"runs", e ? e->count : 0}};
        }
        out["points"].push_back(std::move(point));
    }
    return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace qkdes
