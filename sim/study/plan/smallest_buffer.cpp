// How much key must stores hold: the smallest capacity, or initial key, at which the service levels hold.
#include "sim/study/plan/knob.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace qkdes {

namespace {

using Of = SmallestBufferQuestion::Of;
constexpr double kUnit = 256; // bits: stores hold whole units

std::vector<std::string> capacity_overrides(StudySpec const& study, SmallestBufferQuestion const& question,
                                            double bits) {
    std::vector<std::string> out;
    auto const set = [&](std::string const& at) {
        out.push_back(fmt::format("{}/kms/store_capacity={:.0f} bit", at, bits));
    };
    if (!question.everywhere) {
        for (std::size_t const n : question.places)
            set(fmt::format("/nodes/{}", n));
        return out;
    }
    set("");
    auto const text = nlohmann::json::parse(study.base.text);
    for (std::size_t n = 0; n < text["nodes"].size(); ++n) // those that would not follow
        if (text["nodes"][n].contains("kms") && text["nodes"][n]["kms"].contains("store_capacity"))
            set(fmt::format("/nodes/{}", n));
    return out;
}

std::vector<std::string> initial_overrides(SmallestBufferQuestion const& question, double bits) {
    std::vector<std::string> out;
    for (std::size_t const l : question.places)
        out.push_back(fmt::format("/links/{}/store/initial={:.0f} bit", l, bits));
    return out;
}

/// What can be tried: no less than what stores hold from the start, no more initial key than they have room for.
SearchRange range_of(PlanContext const& context, SmallestBufferQuestion const& question) {
    Scenario const& scenario = context.study.base;
    SearchRange range;
    range.larger_is_harder = false;
    range.grain = kUnit;
    range.precision = context.effort().precision;
    range.at_once = context.effort().at_once;
    range.least = kUnit;
    range.most = question.most;
    range.start = kUnit;
    if (question.of == Of::capacity) {
        for (auto const& link : scenario.links)
            range.least = std::max(range.least, static_cast<double>(link.store.initial));
        for (std::size_t const n : question.places)
            range.start = std::max(range.start, static_cast<double>(scenario.nodes[n].kms.store_capacity));
    } else {
        for (std::size_t const l : question.places) {
            LinkSpec const& link = scenario.links[l];
            for (NodeId const end : {link.a, link.b})
                range.most = std::min(range.most, static_cast<double>(scenario.nodes[end.index()].kms.store_capacity));
            range.start = std::max(range.start, static_cast<double>(link.store.initial));
        }
    }
    range.most = std::max(range.least, std::floor(range.most / kUnit) * kUnit);
    range.start = std::clamp(range.start, range.least, range.most);
    return range;
}

} // namespace

PlanReport smallest_buffer(PlanContext& context, SmallestBufferQuestion const& question) {
    bool const capacity = question.of == Of::capacity;
    Knob knob;
    knob.what = {capacity ? "capacity" : "initial", "bit", capacity ? "of a pool" : "key of a link's store"};
    knob.range = range_of(context, question);
    knob.overrides = [&](double bits) {
        return capacity ? capacity_overrides(context.study, question, bits) : initial_overrides(question, bits);
    };
    knob.beside = {{"units", "1", "of 256 bits"}};
    knob.meaning = [](double bits) { return std::vector<Figure>{static_cast<std::uint64_t>(bits / kUnit)}; };
    PlanReport report;
    report.question = "smallest-buffer";
    KnobAnswer const answer = turn(context, knob, report);
    auto const& [holds, fails, tried, monotone] = answer.found;
    std::string const what = capacity ? "a capacity of" : "an initial key of";
    auto const text = [&](double bits) { return fmt::format("{} ({:.0f} units)", said(knob, bits), bits / kUnit); };
    if (holds)
        report.answer.push_back(fmt::format("the levels hold with {} {}", what, text(*holds)));
    else
        report.answer.push_back(
            fmt::format("the levels do not hold even with {} {}: it is not the stores that are short", what,
                        text(knob.range.most)));
    if (fails && holds) {
        report.answer.push_back(fmt::format("they fail with {}", text(*fails)));
        if (answer.found.undecided())
            report.answer.push_back(fmt::format("undecided between {} and {} at {} replications", text(*fails),
                                                text(*holds), context.effort().most_replications));
        report.answer.push_back(what_bites(context, answer, knob));
    } else if (!fails) {
        report.answer.push_back("nothing that was tried makes a level fail");
    }
    if (!monotone) report.answer.push_back("beware: less was found to hold where more fails");
    report.answered = holds && fails;
    ReportTable table{"answer",
                      "the least that holds and the most that fails",
                      {{"end", "", "holds or fails"}, knob.what, knob.beside[0]},
                      {},
                      false};
    for (auto const& [end, bits] : {std::pair{"holds", holds}, std::pair{"fails", fails}})
        if (bits) table.add({end, in_unit(*bits, "bit"), static_cast<std::uint64_t>(*bits / kUnit)});
    report.tables.push_back(std::move(table));
    return report;
}

} // namespace qkdes
