// A sweep's tables.
#include "sim/study/replication.hpp"
#include "sim/study/sweep.hpp"

#include <variant>

namespace qkdes {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

enum class PointStatus : std::uint8_t { ok, partly, failed };
enum class RunStatus : std::uint8_t { ok, failed };
using Cell = std::variant<std::uint64_t, double, std::string, PointStatus, RunStatus>;
using C = Column;

std::string unit_or_one(std::string const& unit) { return unit.empty() ? "1" : unit; }

void record_points(Recorder& recorder, SweepResult const& result) {
    auto const& axes = result.study().sweep->axes;
    TableSchema schema{"/points", "One row per point of the sweep.", {C::u64("point", "index", "its number")}, 4096};
    for (auto const& axis : axes) {
        std::string what = "set at " + axis.at.front();
        if (axis.at.size() > 1) what += " and " + std::to_string(axis.at.size() - 1) + " more";
        schema.columns.push_back(axis.numeric ? C::f64(axis.name, unit_or_one(axis.unit), what)
                                              : C::text(axis.name, what));
    }
    schema.columns.insert(schema.columns.end(),
                          {C::enumeration("status", {"ok", "partly", "failed"}, "how its runs ended"),
                           C::u64("runs", "1", "replications"), C::u64("failed", "1", "of them, without result"),
                           C::text("reason", "why the first of them failed")});
    Table& table = recorder.add(std::move(schema));
    for (std::uint64_t p = 0; p < result.points().points(); ++p) {
        std::vector<Cell> row{p};
        auto const values = result.points().values(p);
        for (std::size_t a = 0; a < axes.size(); ++a)
            row.push_back(axes[a].numeric ? Cell{values[a].number} : Cell{values[a].json});
        std::uint64_t const failed = result.failed(p);
        row.insert(row.end(), {failed == 0                      ? PointStatus::ok
                               : failed < result.replications() ? PointStatus::partly
                                                                : PointStatus::failed,
                               result.replications(), failed, result.reason(p)});
        table.append_row(row);
    }
}

void record_metrics(Recorder& recorder, SweepResult const& result, std::vector<MeasuredFigure> const& figures) {
    TableSchema schema{"/metrics",
                       "One row per point: means over its replications. An interval of one run alone is infinite; a "
                       "figure that no run has is NaN.",
                       {C::u64("point", "index", "row of /points")},
                       4096};
    for (auto const& figure : figures)
        schema.columns.insert(schema.columns.end(),
                              {C::f64(figure.name, figure.unit, figure.meaning),
                               C::f64(figure.name + "_low", figure.unit, "lower end of the 95 % interval"),
                               C::f64(figure.name + "_high", figure.unit, "upper end of it"),
                               C::u64(figure.name + "_runs", "1", "replications that have it")});
    Table& table = recorder.add(std::move(schema));
    for (std::uint64_t p = 0; p < result.points().points(); ++p) {
        std::vector<Cell> row{p};
        for (std::size_t f = 0; f < figures.size(); ++f) {
            auto const e = result.estimate(p, f);
            if (e)
                row.insert(row.end(), {e->value, e->low, e->high, std::uint64_t{e->count}});
            else
                row.insert(row.end(), {kUnknown, kUnknown, kUnknown, std::uint64_t{0}});
        }
        table.append_row(row);
    }
}

void record_runs(Recorder& recorder, SweepResult const& result, std::vector<MeasuredFigure> const& figures) {
    TableSchema schema{"/runs",
                       "One row per run; the same replication has the same seed at every point.",
                       {C::u64("point", "index", "row of /points"), C::u64("replication", "index", "of the point"),
                        C::u64("seed", "1", "of its world"), C::enumeration("status", {"ok", "failed"}, "how it ended"),
                        C::u64("events", "1", "executed; 0 when it failed"),
                        C::u64("violations", "1", "what the auditor found wrong"), C::text("reason", "why it failed")},
                       4096};
    for (auto const& figure : figures)
        schema.columns.push_back(C::f64(figure.name, figure.unit, figure.meaning));
    Table& table = recorder.add(std::move(schema));
    for (std::uint64_t p = 0; p < result.points().points(); ++p)
        for (std::uint64_t r = 0; r < result.replications(); ++r) {
            TaskOutcome const& outcome = result.outcome(p, r);
            std::vector<Cell> row{p,
                                  r,
                                  replication_seed(result.study().seed, r),
                                  outcome.ok ? RunStatus::ok : RunStatus::failed,
                                  outcome.events,
                                  outcome.violations,
                                  outcome.reason};
            for (std::size_t f = 0; f < figures.size(); ++f)
                row.push_back(measured(outcome, f));
            table.append_row(row);
        }
}

} // namespace

void record_sweep(Recorder& recorder, SweepResult const& result) {
    auto const figures = measured_figures(result.study());
    record_points(recorder, result);
    record_metrics(recorder, result, figures);
    record_runs(recorder, result, figures);
}

} // namespace qkdes
