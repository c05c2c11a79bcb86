#include "sim/study/plan/knob.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace qkdes {

namespace {

constexpr std::size_t kMarginsShown = 10;

struct Judged {
    Judgement judgement;
    std::uint64_t replications = 0;
};

std::string bound_text(ServiceLevel const& level) {
    return fmt::format("{} {}", level.at_least ? ">=" : "<=", in_unit(level.bound, level.unit).text);
}

std::vector<Figure> interval_cells(LevelVerdict const& verdict, std::string const& unit) {
    if (!verdict.mean) return {Figure{"no data"}, Figure{"-"}, Figure{"-"}};
    return {in_unit(verdict.mean->value, unit), in_unit(verdict.mean->low, unit), in_unit(verdict.mean->high, unit)};
}

void append(std::vector<Figure>& row, std::vector<Figure> const& more) {
    row.insert(row.end(), more.begin(), more.end());
}

Figure share(double x) {
    if (!std::isfinite(x)) return Figure{"-"};
    return Figure{fmt::format("{:+.3g} %", x * 100), x};
}

ReportTable points_table(Knob const& knob) {
    ReportTable table{"points", "every value tried, in the order of trying", {knob.what}};
    table.columns.insert(table.columns.end(), knob.beside.begin(), knob.beside.end());
    for (ReportColumn const& column : std::vector<ReportColumn>{{"runs", "1", "replications"},
                                                                {"verdict", "", "whether all levels hold"},
                                                                {"tightest", "", "the level with the least margin"},
                                                                {"mean", "", "of its figure"},
                                                                {"low", "", "of the mean's interval"},
                                                                {"high", "", "of the mean's interval"},
                                                                {"bound", "", "of that level"}})
        table.columns.push_back(column);
    return table;
}

ReportTable levels_table(Knob const& knob) {
    return {"levels",
            "every level at every value tried, in the level's unit",
            {knob.what,
             {"level", "", "whose figure, and which"},
             {"unit", "", "of mean, low, high and bound"},
             {"mean", "1", "over the replications that have it"},
             {"low", "1", "of the mean's interval"},
             {"high", "1", "of the mean's interval"},
             {"bound", "1", "of the level"},
             {"margin", "1", "how far on the good side the mean is, as a share of the bound"},
             {"verdict", "", "holds, fails or undecided"}},
            {},
            false};
}

ReportTable margins_table(PlanContext const& context, Judgement const& at, std::string const& where) {
    ReportTable table{"margins",
                      "levels at " + where,
                      {{"level", "", "whose figure, and which"},
                       {"mean", "", "over the replications"},
                       {"low", "", "of the mean's interval"},
                       {"high", "", "of the mean's interval"},
                       {"bound", "", "of the level"},
                       {"margin", "1", "how far on the good side the mean is, as a share of the bound"}}};
    std::vector<std::size_t> order;
    for (std::size_t l = 0; l < at.levels.size(); ++l)
        order.push_back(l);
    std::ranges::stable_sort(order, {}, [&](std::size_t l) { return at.levels[l].margin; });
    if (order.size() > kMarginsShown) {
        order.resize(kMarginsShown);
        table.meaning += fmt::format(", the {} tightest of {} levels", kMarginsShown, at.levels.size());
    }
    for (std::size_t const l : order) {
        ServiceLevel const& level = context.plan().service[l];
        std::vector<Figure> row{Figure{level.name()}};
        append(row, interval_cells(at.levels[l], level.unit));
        append(row, {Figure{bound_text(level)}, share(at.levels[l].margin)});
        table.add(row);
    }
    return table;
}

} // namespace

std::string said(Knob const& knob, double value) { return in_unit(value, knob.what.unit).text; }

KnobAnswer turn(PlanContext& context, Knob const& knob, PlanReport& report) {
    std::map<double, Judged> judged;
    auto const judge_all = [&](std::span<double const> values) {
        std::vector<Point*> points, distinct;
        for (double const value : values) {
            points.push_back(&context.trials.point(knob.overrides(value), context.plan().faults));
            if (std::ranges::find(distinct, points.back()) == distinct.end()) distinct.push_back(points.back());
        }
        auto const judgements = decide(context, distinct);
        std::vector<Holds> out;
        for (std::size_t i = 0; i < values.size(); ++i) {
            auto const at = static_cast<std::size_t>(std::ranges::find(distinct, points[i]) - distinct.begin());
            judged[values[i]] = {judgements[at], points[i]->runs.size()};
            out.push_back(judgements[at].holds);
        }
        return out;
    };
    KnobAnswer out;
    out.found = search(knob.range, judge_all);
    if (out.found.holds) out.at_holds = judged.at(*out.found.holds).judgement;
    if (out.found.fails) out.at_fails = judged.at(*out.found.fails).judgement;

    ReportTable points = points_table(knob), levels = levels_table(knob);
    for (auto const& [value, holds] : out.found.tried) {
        Judged const& at = judged.at(value);
        std::size_t const tightest = at.judgement.tightest();
        ServiceLevel const& level = context.plan().service[tightest];
        std::vector<Figure> row{in_unit(value, knob.what.unit)};
        append(row, knob.meaning(value));
        append(row, {Figure{at.replications}, Figure{std::string{to_string(holds)}}, Figure{level.name()}});
        append(row, interval_cells(at.judgement.levels[tightest], level.unit));
        row.emplace_back(bound_text(level));
        points.add(std::move(row));
        for (std::size_t l = 0; l < at.judgement.levels.size(); ++l) {
            ServiceLevel const& each = context.plan().service[l];
            LevelVerdict const& verdict = at.judgement.levels[l];
            std::vector<Figure> line{in_unit(value, knob.what.unit), Figure{each.name()}, Figure{each.unit}};
            append(line, interval_cells(verdict, each.unit));
            append(line, {in_unit(each.bound, each.unit), share(verdict.margin),
                          Figure{std::string{to_string(verdict.holds)}}});
            levels.add(std::move(line));
        }
    }
    report.tables.push_back(std::move(points));
    if (out.found.holds) report.tables.push_back(margins_table(context, out.at_holds, said(knob, *out.found.holds)));
    report.tables.push_back(std::move(levels));
    return out;
}

std::string what_bites(PlanContext const& context, KnobAnswer const& answer, Knob const& knob) {
    if (!answer.found.fails) return "";
    std::size_t const tightest = answer.at_fails.tightest();
    ServiceLevel const& level = context.plan().service[tightest];
    auto const& mean = answer.at_fails.levels[tightest].mean;
    return fmt::format("{} is the first to fail: {} at {}, wanted {}", level.name(),
                       mean ? in_unit(mean->value, level.unit).text : "no data", said(knob, *answer.found.fails),
                       bound_text(level));
}

} // namespace qkdes
