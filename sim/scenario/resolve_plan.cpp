// What a study's `plan` means for its scenario.
#include "sim/scenario/figure_catalogue.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/plan_file.hpp"
#include "sim/scenario/resolve.hpp"
#include "sim/scenario/study_spec.hpp"
#include "sim/scenario/suggest.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

namespace qkdes {
namespace {

/// The study measures what a level bounds.
void measure(StudySpec& study, ServiceLevel const& level) {
    bool const known = std::ranges::any_of(
        study.figures, [&](StudyFigure const& f) { return f.of == level.of && f.figure == level.figure; });
    if (!known) study.figures.push_back({level.of, level.figure, level.unit});
}

/// Positions of the demands of these names; of none: of all.
std::vector<std::size_t> resolve_demands_named(Reader& reader, std::vector<Reference> const& names,
                                               Scenario const& scenario) {
    std::vector<std::string> known;
    for (auto const& demand : scenario.demands)
        known.push_back(figure_owner(scenario, demand).substr(std::string_view{"demand "}.size()));
    std::vector<std::size_t> out;
    for (std::size_t d = 0; d < known.size(); ++d)
        if (names.empty() || std::ranges::find(names, known[d], &Reference::id) != names.end()) out.push_back(d);
    for (auto const& name : names) {
        if (std::ranges::find(known, name.id) != known.end()) continue;
        auto const near = nearest(name.id, known);
        reader.error(*name.node, fmt::format("unknown demand {}", json_string(printable(name.id, 80))),
                     fmt::format("the scenario has {}", quoted_list(known, "and", 12)),
                     near ? repair_of(*name.node, json_string(*near)) : "");
    }
    return out;
}

/// What `raw` bounds of demand `d`.
ServiceLevel level_of(Scenario const& scenario, std::size_t d, RawLevel const& raw) {
    return {figure_owner(scenario, scenario.demands[d]), raw.figure, raw.unit, raw.bound, raw.at_least};
}

bool same_figure(ServiceLevel const& a, ServiceLevel const& b) { return a.of == b.of && a.figure == b.figure; }

/// Levels of the demands that are named.
std::vector<ServiceLevel> resolve_named_levels(Reader& reader, std::vector<RawDemandService> const& raw,
                                               Scenario const& scenario) {
    std::vector<ServiceLevel> out;
    for (auto const& entry : raw) {
        if (!reader.intact(entry.node)) continue;
        if (entry.of.empty()) {
            reader.error(*entry.node->find("of"), "no demand is named", R"(for every demand there is "each_demand")",
                         R"("of": ["bank-a > bank-b"])");
            continue;
        }
        if (entry.levels.empty()) {
            reader.error(*entry.node, "no level of these demands", "without one, there is nothing that must hold",
                         R"("served": "99 %")");
            continue;
        }
        for (std::size_t const d : resolve_demands_named(reader, entry.of, scenario))
            for (auto const& bound : entry.levels) {
                ServiceLevel level = level_of(scenario, d, bound);
                auto const known =
                    std::ranges::find_if(out, [&](ServiceLevel const& other) { return same_figure(level, other); });
                if (known == out.end())
                    out.push_back(std::move(level));
                else if (*known != level)
                    reader.error_at_key(*bound.node, fmt::format("two bounds on {}", level.name()),
                                        "another entry bounds it already", "one of them alone");
            }
    }
    return out;
}

std::vector<ServiceLevel> resolve_service(Reader& reader, JsonNode const& node, RawService const& raw,
                                          StudySpec& study) {
    std::vector<ServiceLevel> out;
    for (auto const& [unused, figure, unit, bound, at_least] : raw.levels)
        out.push_back({"network", figure, unit, bound, at_least});
    auto const named = resolve_named_levels(reader, raw.demands, study.base);
    auto const add = [&](ServiceLevel level) {
        // Demands between the same applications share a name, and the first of them has the figures.
        if (std::ranges::any_of(out, [&](ServiceLevel const& other) { return same_figure(level, other); })) return;
        measure(study, level);
        out.push_back(std::move(level));
    };
    for (auto const& level : named)
        add(level);
    for (auto const& bound : raw.each_demand.levels)
        for (std::size_t d = 0; d < study.base.demands.size(); ++d)
            add(level_of(study.base, d, bound));
    auto const& service = place(node, "service");
    if (out.empty() && reader.intact(&service))
        reader.error(service, "no service level", "without one, everything holds",
                     R"("service": { "blocked": "1 %" })");
    return out;
}

/// Whether the plan's faults fit the scenario.
void check_faults(Reader& reader, JsonNode const& node, std::string const& faults, Scenario const& scenario) {
    auto const& at = place(node, "faults");
    if (faults.empty() || !reader.intact(&at)) return;
    std::vector<NamedText> const files{{"faults of the plan", faults}};
    auto const loaded = load_scenario_text(scenario.text, "scenario", {}, files);
    for (auto const& problem : loaded.diagnostics)
        if (problem.severity == Severity::error)
            reader.error(at, fmt::format("{}: {}", problem.pointer, problem.what), problem.because, problem.repair);
}

/// Positions of what has these ids; of none: of all that may be meant.
template <class Spec>
std::vector<std::size_t> resolve_ids(Reader& reader, std::vector<Reference> const& ids, std::vector<Spec> const& all,
                                     std::string_view kind, std::function<bool(Spec const&)> const& may) {
    std::vector<std::string> known;
    for (auto const& each : all)
        if (may(each)) known.push_back(each.id);
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (may(all[i]) && (ids.empty() || std::ranges::find(ids, all[i].id, &Reference::id) != ids.end()))
            out.push_back(i);
    for (auto const& id : ids) {
        if (std::ranges::find(known, id.id) != known.end()) continue;
        auto const near = nearest(id.id, known);
        reader.error(*id.node, fmt::format("unknown {} {}", kind, json_string(printable(id.id, 80))),
                     fmt::format("the scenario has {}", quoted_list(known, "and", 12)),
                     near ? repair_of(*id.node, json_string(*near)) : "");
    }
    return out;
}

SmallestBufferQuestion resolve_buffer(Reader& reader, RawSmallestBuffer const& raw, Scenario const& scenario) {
    using Of = SmallestBufferQuestion::Of;
    SmallestBufferQuestion out;
    out.of = raw.of;
    out.most = raw.most;
    bool const capacity = raw.of == Of::capacity;
    auto const& named = capacity ? raw.nodes : raw.links;
    if (!(capacity ? raw.links : raw.nodes).empty())
        reader.error_at_key(
            *raw.node->find(capacity ? "links" : "nodes"),
            fmt::format("{} of {}", capacity ? "capacity" : "initial key", capacity ? "links" : "nodes"),
            capacity ? "a node has one capacity for all its pools" : "initial key is a link's",
            capacity ? R"("nodes": ["bern"])" : R"("links": ["basel-bern"])");
    out.everywhere = named.empty();
    if (capacity)
        out.places = resolve_ids<NodeSpec>(reader, named, scenario.nodes, "node", [](auto const&) { return true; });
    else
        out.places = resolve_ids<LinkSpec>(reader, named, scenario.links, "QKD link",
                                           [](LinkSpec const& link) { return link.makes_key(); });
    if (out.places.empty() && named.empty())
        reader.error(*raw.node, "initial key in a scenario without QKD links", "there are no stores to hold it", "");
    return out;
}

SurvivabilityQuestion resolve_survivability(Reader& reader, JsonNode const& node, RawSurvivability const& raw,
                                            StudySpec& study) {
    SurvivabilityQuestion out = raw.question;
    Scenario const& scenario = study.base;
    out.at = raw.at.value_or(scenario.duration / 4);
    if (out.at >= scenario.duration)
        reader.error(place(node, "at"), "what is removed is removed after the run",
                     fmt::format("the run ends at {}",
                                 print_quantity(static_cast<double>(scenario.duration.count()), units::duration)),
                     R"("at": "15 min")");
    bool const quantum = out.plane == CutPlane::quantum;
    if (quantum) out.nodes = out.groups = false;
    if (!out.links && !out.nodes && (!out.groups || scenario.groups.empty()))
        reader.error(node, "nothing to remove", "links, nodes and shared-risk groups can be", R"("links": true)");
    for (auto const& link : scenario.links)
        if (link.makes_key())
            for (auto const* figure : {"at_fault", "emptied", "used", "eskr"})
                measure(study, {figure_owner(link), figure, "", 0, false});
    for (auto const& demand : scenario.demands)
        for (auto const* figure : {"out_at_end", "served"})
            measure(study, {figure_owner(scenario, demand), figure, "", 0, false});
    return out;
}

/// The position of what has this id.
template <class Spec>
std::optional<std::size_t> resolve_id(Reader& reader, Reference const& id, std::vector<Spec> const& all,
                                      std::string_view kind) {
    if (!id.given()) return {};
    auto const found = resolve_ids<Spec>(reader, {id}, all, kind, [](auto const&) { return true; });
    return found.empty() ? std::nullopt : std::optional{found.front()};
}

NewLinks resolve_new_links(Reader& reader, RawNewLinks const& raw, Scenario const& scenario) {
    NewLinks out = raw.spec;
    if (auto const device = resolve_id(reader, raw.device, scenario.devices, "device")) out.device = *device;
    out.up_to_km = raw.up_to.value;
    if (raw.length) out.length_km = raw.length->value;
    if (raw.between.empty()) {
        if (raw.length)
            reader.error(*raw.node->find("length"), "a length without its two ends",
                         "without \"between\" lengths follow from the coordinates", R"("up_to": "100 km")");
        return out;
    }
    auto const& between = *raw.node->find("between");
    if (raw.between.size() != 2) {
        reader.error(between, fmt::format("{} ends", raw.between.size()), "a link is between two nodes",
                     R"("between": ["a", "b"])");
        return out;
    }
    auto const a = resolve_id(reader, raw.between[0], scenario.nodes, "node"),
               b = resolve_id(reader, raw.between[1], scenario.nodes, "node");
    if (!a || !b) return out;
    bool const joined = std::ranges::any_of(scenario.links, [&](LinkSpec const& link) {
        return std::minmax(link.a, link.b) == std::minmax(NodeId{*a}, NodeId{*b});
    });
    if (*a == *b || joined)
        reader.error(between, *a == *b ? "a link to itself" : "a link joins them already",
                     "a scenario has one link between two nodes",
                     *a == *b ? "" : R"(a relay on it ("relays"), or another device ("devices"))");
    if (!raw.length && !(scenario.nodes[*a].at && scenario.nodes[*b].at))
        reader.error(*raw.node, "a new link without a length", "its ends have no coordinates that it would follow from",
                     R"("length": "60 km")");
    out.between = {*a, *b};
    return out;
}

WhatIfQuestion resolve_what_if(Reader& reader, JsonNode const& node, RawWhatIf const& raw, Scenario const& scenario) {
    WhatIfQuestion out = raw.question;
    std::function<bool(LinkSpec const&)> const qkd = [](LinkSpec const& link) { return link.makes_key(); };
    std::vector<std::string> metrics;
    for (auto const& figure : network_figures())
        metrics.emplace_back(figure.name);
    if (!raw.metric.empty() && std::ranges::find(metrics, raw.metric) == metrics.end()) {
        auto const& at = place(node, "metric");
        auto const near = nearest(raw.metric, metrics);
        reader.error(at, fmt::format("unknown metric {}", json_string(printable(raw.metric, 80))),
                     fmt::format("there are {}", quoted_list(metrics, "and")),
                     near ? repair_of(at, json_string(*near)) : "");
    }
    out.metric = raw.metric;
    for (auto const& each : raw.links)
        if (reader.intact(each.node)) out.links.push_back(resolve_new_links(reader, each, scenario));
    if (raw.every_relay || !raw.relays.empty())
        out.relays = resolve_ids<LinkSpec>(reader, raw.every_relay ? std::vector<Reference>{} : raw.relays,
                                           scenario.links, "QKD link", qkd);
    for (auto const& each : raw.devices) {
        if (!reader.intact(each.node)) continue;
        auto const device = resolve_id(reader, each.device, scenario.devices, "device");
        auto links = resolve_ids<LinkSpec>(reader, each.links, scenario.links, "QKD link", qkd);
        if (device) out.devices.push_back({*device, std::move(links)});
    }
    if (raw.links.empty() && raw.relays.empty() && !raw.every_relay && raw.devices.empty())
        reader.error(node, "no candidates", "they are new links, relays or other devices", R"("every_relay": true)");
    return out;
}

PlanQuestion resolve_find(Reader& reader, JsonNode const& find, RawFind const& raw, StudySpec& study) {
    if (raw.largest_demand)
        return LargestDemandQuestion{resolve_demands_named(reader, raw.largest_demand->demands, study.base),
                                     raw.largest_demand->most};
    if (raw.survivability) return resolve_survivability(reader, *find.find("survivability"), *raw.survivability, study);
    if (raw.what_if) return resolve_what_if(reader, *find.find("what_if"), *raw.what_if, study.base);
    RawSmallestBuffer buffer = *raw.smallest_buffer;
    buffer.node = find.find("smallest_buffer");
    return resolve_buffer(reader, buffer, study.base);
}

} // namespace

PlanSpec resolve_plan(Reader& reader, JsonNode const& node, RawPlan const& raw, StudySpec& study) {
    PlanSpec out;
    out.effort = raw.effort;
    out.effort.first_replications = std::max<std::uint64_t>(2, study.replications);
    if (out.effort.most_replications < out.effort.first_replications) {
        if (node.find("most_replications") != nullptr)
            reader.error(*node.find("most_replications"),
                         fmt::format("at most {} replications, and {} to begin with", out.effort.most_replications,
                                     out.effort.first_replications),
                         "each point starts with the study's \"replications\", at least 2",
                         fmt::format("\"most_replications\": {}", out.effort.first_replications));
        out.effort.most_replications = out.effort.first_replications;
    }
    out.faults = raw.faults;
    check_faults(reader, node, out.faults, study.base);
    auto const& find = place(node, "find");
    std::size_t const asked = find.is(JsonKind::object) ? raw.find.asked() : 1;
    if (asked != 1 && reader.intact(&find))
        reader.error(find, asked == 0 ? "nothing to find" : fmt::format("{} questions", asked),
                     "a plan has exactly one question", R"("find": { "largest_demand": {} })");
    if (asked == 1 && raw.find.relay_placement) { // what needs no service
        auto const& question = place(find, "relay_placement");
        if (reader.intact(&question))
            out.find = resolve_relay_placement(reader, question, *raw.find.relay_placement, study);
        return out;
    }
    if (study.base.demands.empty()) {
        reader.error(node, "a plan for a scenario without demands", "service is what demands get", "");
        return out;
    }
    out.service = resolve_service(reader, node, raw.service, study);
    if (asked != 1 || !reader.intact(&find)) return out;
    out.find = resolve_find(reader, find, raw.find, study);
    return out;
}

} // namespace qkdes
