#include "sim/study/plan/trials.hpp"

#include "sim/base/contracts.hpp"

#include <fmt/format.h>

namespace qkdes {

std::vector<double> Point::values(std::string_view of_network) const {
    std::size_t metric = 0;
    while (metric < kMetrics && info(static_cast<Metric>(metric)).name != of_network)
        ++metric;
    QKDES_EXPECTS(metric < kMetrics);
    std::vector<double> out;
    for (auto const& run : runs)
        out.push_back(run.metrics[metric]);
    return out;
}

std::vector<double> Point::values(std::size_t figure) const {
    std::vector<double> out;
    for (auto const& run : runs)
        out.push_back(run.figures.at(figure));
    return out;
}

Point& Trials::point(std::vector<std::string> overrides, std::string faults) {
    for (auto& each : points_)
        if (each.overrides == overrides && each.faults == faults) return each;
    return points_.emplace_back(Point{std::move(overrides), std::move(faults)});
}

void Trials::bring_to(std::span<Point* const> points, std::uint64_t replications) {
    std::vector<StudyTask> tasks;
    std::vector<Point*> owners;
    for (Point* const point : points)
        for (std::uint64_t r = point->runs.size(); r < replications; ++r) {
            tasks.push_back({point->overrides, point->faults, first_ + r});
            owners.push_back(point);
        }
    if (tasks.empty()) return;
    auto outcomes = crew_.run(tasks);
    QKDES_ENSURES(outcomes.size() == tasks.size());
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        if (!outcomes[i].ok) throw PlanFailure{fmt::format("a run failed: {}", outcomes[i].reason)};
        violations_ += outcomes[i].violations;
        owners[i]->runs.push_back(std::move(outcomes[i]));
    }
    runs_ += tasks.size();
}

} // namespace qkdes
