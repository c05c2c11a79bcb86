// How much more demand can the network carry: the largest factor on the load at which the service levels hold.
#include "sim/study/plan/knob.hpp"
#include "sim/study/plan/load_factor.hpp"

namespace qkdes {

namespace {

std::string load_text(OfferedLoad const& load) {
    std::string out = fmt::format("{:.4g} requests/s, {}", load.requests, engineering(load.bits, "bit/s"));
    if (load.clients > 0) out += fmt::format(" and {} clients", load.clients);
    return out;
}

} // namespace

PlanReport largest_demand(PlanContext& context, LargestDemandQuestion const& question) {
    Scenario const& scenario = context.study.base;
    auto const load = [&](double factor) { return offered_load(scenario, question.demands, factor); };
    Knob knob;
    knob.what = {"factor", "1", "on the load of the demands asked about"};
    knob.range = {1, 1 / question.most, question.most, true, context.effort().precision, 0, context.effort().at_once};
    knob.overrides = [&](double factor) { return load_overrides(scenario, question.demands, factor); };
    knob.beside = {{"requests_per_s", "/s", "asked for by all demands that do not wait for answers"},
                   {"bits_per_s", "bit/s", "of key that these ask for"}};
    knob.meaning = [&](double factor) {
        OfferedLoad const at = load(factor);
        return std::vector<Figure>{{fmt::format("{:.4g}", at.requests), at.requests}, in_unit(at.bits, "bit/s")};
    };
    PlanReport report;
    report.question = "largest-demand";
    KnobAnswer const answer = turn(context, knob, report);
    auto const& [holds, fails, tried, monotone] = answer.found;
    if (holds)
        report.answer.push_back(
            fmt::format("the levels hold up to {} times the load: {}", said(knob, *holds), load_text(load(*holds))));
    else
        report.answer.push_back(
            fmt::format("the levels do not hold even at {} times the load", said(knob, 1 / question.most)));
    if (fails) {
        report.answer.push_back(
            fmt::format("they fail from {} times the load on: {}", said(knob, *fails), load_text(load(*fails))));
        if (holds && answer.found.undecided())
            report.answer.push_back(fmt::format("undecided between {} and {} at {} replications", said(knob, *holds),
                                                said(knob, *fails), context.effort().most_replications));
        report.answer.push_back(what_bites(context, answer, knob));
    } else {
        report.answer.push_back("no load that was tried makes a level fail");
    }
    if (!monotone) report.answer.push_back("beware: some load beyond one at which levels fail was found to hold");
    report.answered = holds && fails;
    ReportTable table{"answer",
                      "the largest factor that holds and the least that fails",
                      {{"end", "", "holds or fails"},
                       {"factor", "1", "on the load of the demands asked about"},
                       {"requests_per_s", "/s", "asked for by all demands that do not wait for answers"},
                       {"bits_per_s", "bit/s", "of key that these ask for"}},
                      {},
                      false};
    for (auto const& [end, factor] : {std::pair{"holds", holds}, std::pair{"fails", fails}})
        if (factor) {
            OfferedLoad const at = load(*factor);
            table.add({end, in_unit(*factor, "1"), in_unit(at.requests, "1"), in_unit(at.bits, "bit/s")});
        }
    report.tables.push_back(std::move(table));
    return report;
}

} // namespace qkdes
