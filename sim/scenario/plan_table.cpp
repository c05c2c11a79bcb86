// The keys of a study's `plan`.
#include "sim/scenario/fault_table.hpp"
#include "sim/scenario/figure_catalogue.hpp"
#include "sim/scenario/plan_file.hpp"
#include "sim/scenario/reference_key.hpp"

#include <cmath>

namespace qkdes {
namespace {

/// A bound on one figure, read in its unit and in the direction that is better.
Key<RawService> level(CatalogueFigure const& figure, std::vector<RawLevel> RawService::*to) {
    bool const at_least = figure.better == Better::more;
    std::string const help = at_least ? "At least so much." : "At most so much.";
    UnitFamily const* const family = figure.unit == "s"       ? &units::duration
                                     : figure.unit == "bit/s" ? &units::bit_rate
                                                              : nullptr;
    bool const share = figure.name == "served" || figure.name == "blocked" || figure.name == "availability" ||
                       figure.name == "relay_knows";
    Range const range = share ? from(0, 1) : from(0, 1e18);
    KeyDoc doc = family != nullptr ? detail::quantity_doc(std::string{figure.name}, *family, range, help, std::nullopt)
                                   : detail::number_doc(std::string{figure.name}, range, help, std::nullopt);
    if (figure.unit == "s") doc.example = R"("200 ms")";
    if (figure.unit == "1") doc.example = share ? (at_least ? R"("99 %")" : R"("1 %")") : "3";
    return {doc, [=](Reader& reader, JsonNode const& value, RawService& target, KeyDoc const& own) {
                std::optional<double> bound = family != nullptr
                                                  ? reader.quantity(value, *family, range, Storage::real, own.example)
                                                  : reader.number(value, range, own.example);
                if (!bound) return;
                if (family == &units::duration) *bound *= 1e-9;
                (target.*to).push_back({&value, own.name, std::string{figure.unit}, *bound, at_least});
            }};
}

Table<RawService> levels_of(std::string name, std::string help, std::span<CatalogueFigure const> figures,
                            std::vector<RawLevel> RawService::*to) {
    Table<RawService> table{std::move(name), std::move(help)};
    for (auto const& figure : figures)
        if (figure.better != Better::neither) table.add(level(figure, to));
    return table;
}

Table<RawService> const& each_demand_table() {
    static Table<RawService> const table =
        levels_of("plan-demand-service", "Bounds on means of a demand's figures, over replications.", demand_figures(),
                  &RawService::each_demand);
    return table;
}

Table<RawService> const& service_levels_table() {
    static Table<RawService> const table = [] {
        auto keys = levels_of(
            "plan-service", "The service that must hold: bounds on means of the network's figures, over replications.",
            network_figures(), &RawService::levels);
        Key<RawService> each{detail::object_doc("each_demand", each_demand_table().doc, "Of every demand by itself."),
                             [](Reader& reader, JsonNode const& value, RawService& target, KeyDoc const&) {
                                 read_object(reader, value, each_demand_table(), target);
                             }};
        each.doc.example = R"({ "served": "95 %" })";
        keys.add(std::move(each));
        return keys;
    }();
    return table;
}

Table<RawFind> const& find_table() {
    using L = RawLargestDemand;
    static Table<RawLargestDemand> const largest_demand{
        "largest-demand",
        "The largest factor on the demands' load at which the service levels hold. Rates of requests are multiplied by "
        "it; bursts come as much faster; there are as many more clients.",
        references("demands", &L::demands, "demands", "Whose load, by their applications; left out: all.",
                   R"(["bank-a > bank-b"])", 1000),
        number("most", at(&L::most), above(1, 1e6), "The largest factor that is tried; the least is one over it."),
    };
    static Table<RawFind> const table{
        "plan-find",
        "The question: exactly one.",
        object("largest_demand", at(&RawFind::largest_demand), largest_demand, "How much demand the network carries.")
            .such_as("{}"),
        object("relay_placement", at(&RawFind::relay_placement), relay_placement_table(),
               "Where relays stand, and what they cost; needs no `service`."),
    };
    return table;
}

/// Read for what is wrong with it, and kept as the text of a file of faults.
Key<RawPlan> faults() {
    KeyDoc doc = detail::list_doc("faults", fault_table().doc,
                                  "What goes wrong in every run, on top of the study's and the scenario's faults.");
    return {doc, [](Reader& reader, JsonNode const& value, RawPlan& target, KeyDoc const&) {
                if (!reader.expect(value, JsonKind::array, "[ … ]")) return;
                for (auto const* each : value.children) {
                    RawFault fault;
                    fault.node = each;
                    read_object(reader, *each, fault_table(), fault);
                }
                target.faults = fmt::format(R"({{ "name": "plan", "faults": {} }})", canonical_json(value));
            }};
}

} // namespace

Table<RawPlan> const& plan_table() {
    using P = RawPlan;
    using E = PlanEffort;
    static Table<RawPlan> const table{
        "plan",
        "A question whose answer is found (`qkdes plan`): points are run until the levels are seen to hold or to fail. "
        "Each point starts with the study's `replications`.",
        object("service", at(&P::service), service_levels_table(), "What must hold.")
            .such_as(R"({ "blocked": "1 %" })"),
        object("find", at(&P::find), find_table(), "What is looked for.").must(R"({ "largest_demand": {} })"),
        number("confidence", at(&P::effort, &E::confidence), inside(0.5, 1), "Of each statement about a point."),
        count("most_replications", at(&P::effort, &E::most_replications), 2, 1'000'000,
              "Of a point that stays undecided: its replications are doubled up to this."),
        number("precision", at(&P::effort, &E::precision), above(0, 1),
               "How far apart what holds and what fails may lie in the end, as a share."),
        count("at_once", at(&P::effort, &E::at_once), 1, 1000,
              "Points of a search that are run in one round: more keep more workers busy, and take more runs."),
        faults(),
    };
    return table;
}

} // namespace qkdes
