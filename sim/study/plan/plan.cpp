#include "sim/study/plan/plan.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>

namespace qkdes {

namespace {

struct Ask {
    PlanContext& context;
    Crew& crew;
    PlanReport operator()(LargestDemandQuestion const& question) const { return largest_demand(context, question); }
    PlanReport operator()(RelayPlacementQuestion const& question) const { return relay_placement(context, question); }
    PlanReport operator()(SurvivabilityQuestion const& question) const { return survivability(context, question); }
    PlanReport operator()(WhatIfQuestion const& question) const { return what_if(context, question, crew); }
    PlanReport operator()(SmallestBufferQuestion const& question) const { return smallest_buffer(context, question); }
};

std::vector<double> values_of(StudySpec const& study, ServiceLevel const& level, Point const& point) {
    if (level.of == "network") return point.values(level.figure);
    auto const found = std::ranges::find_if(
        study.figures, [&](StudyFigure const& f) { return f.of == level.of && f.figure == level.figure; });
    QKDES_EXPECTS(found != study.figures.end());
    return point.values(static_cast<std::size_t>(found - study.figures.begin()));
}

} // namespace

std::vector<std::vector<double>> level_values(StudySpec const& study, Point const& point) {
    std::vector<std::vector<double>> out;
    for (auto const& level : study.plan->service)
        out.push_back(values_of(study, level, point));
    return out;
}

std::vector<Judgement> decide(PlanContext& context, std::span<Point* const> points) {
    PlanEffort const& effort = context.effort();
    std::uint64_t const looks = looks_of(effort);
    std::vector<Judgement> out(points.size());
    for (std::uint64_t n = effort.first_replications;; n = std::min(2 * n, effort.most_replications)) {
        std::vector<Point*> open;
        for (std::size_t i = 0; i < points.size(); ++i)
            if (out[i].holds == Holds::undecided) open.push_back(points[i]);
        context.trials.bring_to(open, n);
        for (std::size_t i = 0; i < points.size(); ++i)
            if (out[i].holds == Holds::undecided)
                out[i] =
                    judge(context.plan().service, level_values(context.study, *points[i]), effort.confidence, looks);
        bool const all = std::ranges::none_of(out, [](auto const& j) { return j.holds == Holds::undecided; });
        if (all || n >= effort.most_replications) return out;
    }
}

PlanReport answer(StudySpec const& study, Crew& crew) {
    QKDES_EXPECTS(study.plan.has_value());
    Trials trials{crew};
    PlanContext context{study, trials};
    PlanReport report = std::visit(Ask{context, crew}, study.plan->find);
    report.runs += trials.runs();
    report.violations += trials.violations();
    return report;
}

} // namespace qkdes
