#include "tools/qkdes/print_published.hpp"

#include "tools/qkdes/text_table.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

std::string figure_text(double value, std::string const& unit) {
    if (!std::isfinite(value)) return "-";
    if (unit == "s") return duration_text(from_seconds(value));
    if (unit == "1") return fmt::format("{:.4g}", value);
    return engineering(value, unit);
}

std::string tolerance_text(PublishedSpec const& spec) {
    std::string const much =
        spec.absolute ? figure_text(spec.tolerance, spec.unit) : fmt::format("{:.3g} %", 100 * spec.tolerance);
    if (spec.relation == PublishedRelation::equal) return "+- " + much;
    std::string const side = spec.relation == PublishedRelation::at_least ? "at least" : "at most";
    if (spec.tolerance == 0) return side;
    return fmt::format("{}, {} {}", side, spec.relation == PublishedRelation::at_least ? "-" : "+", much);
}

char const* relation_name(PublishedRelation relation) {
    constexpr char const* names[] = {"equal", "at-least", "at-most"};
    return names[static_cast<std::size_t>(relation)];
}

std::string mark(std::size_t source) { return fmt::format("[{}]", source + 1); }

} // namespace

std::string published_text(std::span<PublishedComparison const> all) {
    if (all.empty()) return "";
    bool const intervals = std::ranges::any_of(all, [](auto const& one) { return one.interval.has_value(); });
    std::vector<std::string> head{"published beside simulated", "published", "simulated"};
    if (intervals) head.push_back("interval");
    head.insert(head.end(), {"ratio", "tolerance", "verdict", "source"});
    TextTable table{std::move(head)};
    std::vector<std::string> sources;
    for (auto const& one : all) {
        auto const& spec = one.published;
        auto const known = std::ranges::find(sources, spec.source);
        auto const source = static_cast<std::size_t>(known - sources.begin());
        if (known == sources.end()) sources.push_back(spec.source);
        std::vector<std::string> row{spec.of + "  " + spec.figure, figure_text(spec.value, spec.unit),
                                     figure_text(one.simulated, spec.unit)};
        if (intervals)
            row.push_back(one.interval ? fmt::format("{} .. {}", figure_text(one.interval->low, spec.unit),
                                                     figure_text(one.interval->high, spec.unit))
                                       : "-");
        row.push_back(one.ratio() ? fmt::format("{:.3f}", *one.ratio()) : "-");
        row.push_back(tolerance_text(spec));
        row.emplace_back(to_string(one.verdict));
        row.push_back(mark(source));
        table.add(std::move(row));
    }
    table.paint("verdict", tone_of_verdict);
    std::string out = table.text();
    for (std::size_t s = 0; s < sources.size(); ++s)
        out += fitted(fmt::format("{} {}\n", mark(s), sources[s]), 4);
    return out;
}

nlohmann::ordered_json published_json(std::span<PublishedComparison const> all) {
    using Json = nlohmann::ordered_json;
    auto const finite = [](double x) { return std::isfinite(x) ? Json(x) : Json(); };
    Json list = Json::array();
    for (auto const& one : all) {
        auto const& spec = one.published;
        list.push_back({{"of", spec.of},
                        {"figure", spec.figure},
                        {"unit", spec.unit},
                        {"published", spec.value},
                        {"simulated", finite(one.simulated)},
                        {"ratio", one.ratio() ? finite(*one.ratio()) : Json()},
                        {"is", relation_name(spec.relation)},
                        {spec.absolute ? "within" : "tolerance", spec.tolerance},
                        {"verdict", std::string{to_string(one.verdict)}},
                        {"source", spec.source}});
        if (one.interval) {
            list.back()["low"] = finite(one.interval->low);
            list.back()["high"] = finite(one.interval->high);
        }
    }
    return list;
}

void record_published(Recorder& recorder, std::span<PublishedComparison const> all) {
    if (all.empty()) return;
    using C = Column;
    Table& table = recorder.add(
        {"/published",
         "What the scenario says was published, beside the run's figures.",
         {C::text("of", "network, link or demand"), C::text("figure", "its name"), C::text("unit", "its unit"),
          C::f64("published", "unit", "in the unit named"),
          C::f64("simulated", "unit", "NaN where the run does not say"),
          C::enumeration("is", {"equal", "at-least", "at-most"}, "how they must stand"),
          C::f64("tolerance", "unit", "in the unit named, also where it was given as a share"),
          C::enumeration("verdict", {"ok", "fitted", "SHORT"}, "holds; holds as it was made to; does not hold"),
          C::text("source", "who published it")}});
    for (auto const& one : all) {
        auto const& spec = one.published;
        table.append(spec.of, spec.figure, spec.unit, spec.value, one.simulated, spec.relation,
                     spec.absolute ? spec.tolerance : spec.tolerance * std::abs(spec.value), one.verdict, spec.source);
    }
}

} // namespace qkdes
