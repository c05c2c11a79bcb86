#include "sim/study/sweep.hpp"

#include "sim/base/contracts.hpp"
#include "sim/study/replication.hpp"
#include "sim/study/task_runner.hpp"

#include <cmath>
#include <mutex>

namespace qkdes {

StudyTask sweep_task(SweepPoints const& points, std::uint64_t point, std::uint64_t replication) {
    return {points.overrides(point), "", replication};
}

std::vector<BadPoint> check_points(StudySpec const& study, SweepPoints const& points, std::uint64_t count,
                                   unsigned jobs) {
    std::vector<std::string> reasons(count);
    run_parallel(count, jobs, [&](std::size_t p) {
        auto const loaded = load_task(study, sweep_task(points, p, 0));
        if (!loaded.ok()) reasons[p] = reason_of(loaded);
    });
    std::vector<BadPoint> bad;
    for (std::uint64_t p = 0; p < count; ++p)
        if (!reasons[p].empty()) bad.push_back({p, std::move(reasons[p])});
    return bad;
}

std::vector<MeasuredFigure> measured_figures(StudySpec const& study) {
    std::vector<MeasuredFigure> out;
    for (std::size_t m = 0; m < kMetrics; ++m) {
        MetricInfo const& about = info(static_cast<Metric>(m));
        out.push_back({std::string{about.name}, std::string{about.unit}, std::string{about.meaning}});
    }
    for (auto const& figure : study.figures)
        out.push_back({figure.of + " " + figure.figure, figure.unit, figure.figure + " of " + figure.of});
    return out;
}

double measured(TaskOutcome const& outcome, std::size_t figure) {
    return figure < kMetrics ? outcome.metrics[figure] : outcome.figures[figure - kMetrics];
}

std::uint64_t SweepResult::failed(std::uint64_t point) const {
    std::uint64_t count = 0;
    for (std::uint64_t r = 0; r < replications(); ++r)
        count += outcome(point, r).ok ? 0 : 1;
    return count;
}

std::uint64_t SweepResult::failed() const {
    std::uint64_t count = 0;
    for (auto const& outcome : outcomes_)
        count += outcome.ok ? 0 : 1;
    return count;
}

std::uint64_t SweepResult::violations() const {
    std::uint64_t count = 0;
    for (auto const& outcome : outcomes_)
        count += outcome.violations;
    return count;
}

std::string SweepResult::reason(std::uint64_t point) const {
    for (std::uint64_t r = 0; r < replications(); ++r)
        if (!outcome(point, r).ok) return outcome(point, r).reason;
    return "";
}

std::optional<Estimate> SweepResult::estimate(std::uint64_t point, std::size_t figure) const {
    std::vector<double> values;
    for (std::uint64_t r = 0; r < replications(); ++r)
        if (double const x = measured(outcome(point, r), figure); std::isfinite(x)) values.push_back(x);
    if (values.empty()) return {};
    return mean_estimate(values);
}

SweepResult run_sweep(StudySpec const& study, SweepPoints const& points, Crew& crew, CrewHooks const& hooks) {
    QKDES_EXPECTS(points.points() <= kMostSweepTasks / study.replications);
    std::uint64_t const count = points.points() * study.replications;
    constexpr std::uint64_t kRound = 16384; // the texts of more tasks at a time would be for nothing
    std::vector<TaskOutcome> all;
    all.reserve(count);
    while (all.size() < count) {
        std::uint64_t const first = all.size();
        std::vector<StudyTask> round;
        for (std::uint64_t t = first; t < std::min(count, first + kRound); ++t)
            round.push_back(sweep_task(points, t / study.replications, t % study.replications));
        CrewHooks shifted;
        if (hooks.begun) shifted.begun = [&](std::size_t i) { hooks.begun(first + i); };
        if (hooks.arrived)
            shifted.arrived = [&](std::size_t i, TaskOutcome const& outcome) { hooks.arrived(first + i, outcome); };
        for (auto& outcome : crew.run(round, shifted))
            all.push_back(std::move(outcome));
    }
    return {study, points, std::move(all)};
}

} // namespace qkdes
