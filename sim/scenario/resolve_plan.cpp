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

namespace qkdes {
namespace {

/// The study measures what a level bounds.
void measure(StudySpec& study, ServiceLevel const& level) {
    bool const known = std::ranges::any_of(
        study.figures, [&](StudyFigure const& f) { return f.of == level.of && f.figure == level.figure; });
    if (!known) study.figures.push_back({level.of, level.figure, level.unit});
}

std::vector<ServiceLevel> resolve_service(Reader& reader, JsonNode const& node, RawService const& raw,
                                          StudySpec& study) {
    std::vector<ServiceLevel> out;
    for (auto const& [unused, figure, unit, bound, at_least] : raw.levels)
        out.push_back({"network", figure, unit, bound, at_least});
    for (auto const& [unused, figure, unit, bound, at_least] : raw.each_demand)
        for (auto const& demand : study.base.demands) {
            ServiceLevel level{figure_owner(study.base, demand), figure, unit, bound, at_least};
            // Demands between the same applications share a name, and the first of them has the figures.
            if (std::ranges::find(out, level) != out.end()) continue;
            measure(study, level);
            out.push_back(std::move(level));
        }
    auto const& service = place(node, "service");
    if (out.empty() && reader.intact(&service))
        reader.error(service, "no service level", "without one, everything holds",
                     R"("service": { "blocked": "1 %" })");
    return out;
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
    if (raw.find.relay_placement && !raw.find.largest_demand) {
        auto const& question = place(place(node, "find"), "relay_placement");
        if (reader.intact(&question))
            out.find = resolve_relay_placement(reader, question, *raw.find.relay_placement, study);
        return out;
    }
    if (study.base.demands.empty()) {
        reader.error(node, "a plan for a scenario without demands", "service is what demands get", "");
        return out;
    }
    out.service = resolve_service(reader, node, raw.service, study);
    auto const& find = place(node, "find");
    if (!reader.intact(&find)) return out;
    if (raw.find.largest_demand)
        out.find = LargestDemandQuestion{resolve_demands_named(reader, raw.find.largest_demand->demands, study.base),
                                         raw.find.largest_demand->most};
    else
        reader.error(find, "nothing to find", "a plan has exactly one question", R"("find": { "largest_demand": {} })");
    return out;
}

} // namespace qkdes
