// Studies with a plan, made in code.
#pragma once
#include "sim/study/plan/plan.hpp"
#include "tests/support/scenarios.hpp"

namespace qkdes::test {

/// A network figure with a bound.
inline ServiceLevel level(std::string figure, std::string unit, double bound, bool at_least) {
    return {"network", std::move(figure), std::move(unit), bound, at_least};
}

inline StudySpec plan_study(Scenario base, std::vector<ServiceLevel> service, PlanQuestion find,
                            PlanEffort const& effort = {}) {
    StudySpec out;
    out.name = "test";
    out.seed = base.seed;
    out.base = std::move(base);
    PlanSpec plan;
    plan.service = std::move(service);
    plan.effort = effort;
    plan.find = std::move(find);
    out.plan = std::move(plan);
    return out;
}

/// The number in a row of a report's table, found by the text of its first cell; NaN when there is none.
inline double number_in(PlanReport const& report, std::string const& table, std::string const& first,
                        std::string const& column) {
    for (auto const& each : report.tables)
        if (each.name == table)
            for (auto const& row : each.rows)
                for (std::size_t c = 0; c < each.columns.size(); ++c)
                    if (row[0].text == first && each.columns[c].name == column && row[c].value) return *row[c].value;
    return std::numeric_limits<double>::quiet_NaN();
}

inline ReportTable const* table_of(PlanReport const& report, std::string const& name) {
    for (auto const& each : report.tables)
        if (each.name == name) return &each;
    return nullptr;
}

} // namespace qkdes::test
