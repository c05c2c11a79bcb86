// The keys of a study's `plan`.
#include "sim/scenario/fault_table.hpp"
#include "sim/scenario/figure_catalogue.hpp"
#include "sim/scenario/plan_file.hpp"
#include "sim/scenario/reference_key.hpp"

#include <cmath>

namespace qkdes {
namespace {

/// A bound on one figure, read in its unit and in the direction that is better.
template <class T>
Key<T> level(CatalogueFigure const& figure) {
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
    return {doc, [=](Reader& reader, JsonNode const& value, T& target, KeyDoc const& own) {
                std::optional<double> bound = family != nullptr
                                                  ? reader.quantity(value, *family, range, Storage::real, own.example)
                                                  : reader.number(value, range, own.example);
                if (!bound) return;
                if (family == &units::duration) *bound /= 1e9;
                target.levels.push_back({&value, own.name, std::string{figure.unit}, *bound, at_least});
            }};
}

template <class T>
void add_levels(Table<T>& table, std::span<CatalogueFigure const> figures) {
    for (auto const& figure : figures)
        if (figure.better != Better::neither) table.add(level<T>(figure));
}

Table<RawDemandService> const& each_demand_table() {
    static Table<RawDemandService> const table = [] {
        Table<RawDemandService> levels{"plan-each-demand",
                                       "Bounds on means of every demand's figures, over replications."};
        add_levels(levels, demand_figures());
        return levels;
    }();
    return table;
}

Table<RawDemandService> const& demand_service_table() {
    static Table<RawDemandService> const table = [] {
        Table<RawDemandService> levels{
            "plan-demand-service",
            "Bounds on means of some demands' figures, each by itself, over replications; in the place of what "
            "`each_demand` says of the same figure.",
            references("of", &RawDemandService::of, "demands", "Whose, by their applications.",
                       R"(["bank-a > bank-b"])", 1000)
                .must(R"(["bank-a > bank-b"])")};
        add_levels(levels, demand_figures());
        return levels;
    }();
    return table;
}

Table<RawService> const& service_levels_table() {
    static Table<RawService> const table = [] {
        using S = RawService;
        Table<RawService> levels{
            "plan-service", "The service that must hold: bounds on means of the network's figures, over replications."};
        add_levels(levels, network_figures());
        levels.add(object("each_demand", at(&S::each_demand), each_demand_table(), "Of every demand by itself.")
                       .such_as(R"({ "served": "95 %" })"));
        levels.add(list<S, decltype(at(&S::demands).get), RawDemandService>(
            "demands", at(&S::demands), demand_service_table(), "Of some demands, each by itself."));
        return levels;
    }();
    return table;
}

Table<RawWhatIf> const& what_if_table() {
    using L = RawNewLinks;
    using D = RawOtherDevice;
    using W = RawWhatIf;
    using Q = WhatIfQuestion;
    static Table<RawNewLinks> const links{
        "what-if-links",
        "New links with a pair of devices, one candidate each: between two nodes that are named, or between all that "
        "have "
        "coordinates, no link, and little fibre between them.",
        references("between", &L::between, "nodes", "The two ends; left out: all pairs that fit.", R"(["a", "b"])", 2),
        reference("device", &L::device, "a device", "The pair of devices.", R"("metro")").must(R"("metro")"),
        quantity("length", at(&L::length), units::length, above(0, 1e5), "Of the fibre, with `between`.")
            .such_as(R"("60 km")")
            .unless_given("the great circle times `fibre_factor`"),
        quantity("up_to", at(&L::up_to), units::length, above(0, 1e5), "The most fibre, without `between`."),
        yes_or_no("sites_only", at(&L::spec, &NewLinks::sites_only), "Only between nodes with applications."),
        yes_or_no("common_neighbours", at(&L::spec, &NewLinks::common_neighbours),
                  "Only between nodes that have a neighbour in common."),
    };
    static Table<RawOtherDevice> const devices{
        "what-if-device",
        "Another pair of devices in the place of the one that a link has, one candidate for each link.",
        reference("device", &D::device, "a device", "The pair of devices.", R"("fast")").must(R"("fast")"),
        references("links", &D::links, "QKD links", "Where; left out: all.", R"(["basel-bern"])", 1000),
    };
    static Table<PlanCost> const cost{
        "what-if-cost",
        "Prices in a unit of your own; a device's replacement costs a pair of devices.",
        number("device_pair", at(&PlanCost::device_pair), from(0, 1e12), "Of a pair of devices."),
        number("relay_site", at(&PlanCost::relay_site), from(0, 1e12), "Of a relay's site, without devices."),
        number("fibre_km", at(&PlanCost::fibre_km), from(0, 1e12), "Of a kilometre of fibre."),
    };
    static Table<RawWhatIf> const table{
        "what-if",
        "Changes to the network, one at a time, against the network as it is: the best few of a race are compared on "
        "`most_replications` of their own. A second pair of devices on a link cannot be compared: a scenario has one "
        "link between two nodes.",
        text("metric", at(&W::metric), "Of the network: what is gained in.")
            .unless_given("the service level that is missed most, else `served`"),
        list<W, decltype(at(&W::links).get), RawNewLinks>("links", at(&W::links), links, "New links."),
        references("relays", &W::relays, "QKD links", "Each with a relay in its middle.", R"(["basel-bern"])", 1000),
        yes_or_no("every_relay", at(&W::every_relay), "Every QKD link with a relay in its middle."),
        list<W, decltype(at(&W::devices).get), RawOtherDevice>("devices", at(&W::devices), devices, "Other devices."),
        number("fibre_factor", at(&W::question, &Q::fibre_factor), from(1, 10),
               "Kilometres of fibre for each of the great circle between two nodes."),
        object("cost", at(&W::question, &Q::cost), cost, "For the gain by price."),
        count("keep", at(&W::question, &Q::keep), 1, 1000, "Candidates that are left to be compared in the end."),
    };
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
    using B = RawSmallestBuffer;
    using Of = SmallestBufferQuestion::Of;
    static Table<RawSmallestBuffer> const smallest_buffer{
        "smallest-buffer",
        "The least key that stores must hold for the service levels to hold; with `faults`, through a cut.",
        choice("of", at(&B::of),
               std::vector<Choice<Of>>{{"capacity", Of::capacity, "`store_capacity` of nodes: a pool's, both ends'."},
                                       {"initial", Of::initial, "`initial` of links' stores, up to their capacity."}},
               "What is looked for; the same everywhere."),
        references("nodes", &B::nodes, "nodes", "Whose `capacity`; left out: all.", R"(["bern"])", 1000),
        references("links", &B::links, "links", "Whose `initial`; left out: all QKD links.", R"(["basel-bern"])", 1000),
        quantity("most", at(&B::most), units::bits, from(256, 1e10), "The largest that is tried."),
    };
    using S = RawSurvivability;
    using Q = SurvivabilityQuestion;
    static Table<RawSurvivability> const survivability{
        "survivability",
        "Every link, node and shared-risk group is removed in turn, up to the run's end: whether the service levels "
        "hold, "
        "which demands are lost, and how long stores last.",
        quantity("at", at(&S::at), units::duration, from(0, kCenturyNs), "When it is removed.")
            .such_as(R"("15 min")")
            .unless_given("a quarter of the run"),
        choice("plane", at(&S::question, &Q::plane),
               std::vector<Choice<CutPlane>>{{"both", CutPlane::both, ""},
                                             {"quantum", CutPlane::quantum, "devices only, and links only."}},
               "What is cut of a link."),
        yes_or_no("links", at(&S::question, &Q::links), "Each link."),
        yes_or_no("nodes", at(&S::question, &Q::nodes), "Each node."),
        yes_or_no("groups", at(&S::question, &Q::groups), "Each of `shared_risk`."),
    };
    static Table<RawFind> const table{
        "plan-find",
        "The question: exactly one.",
        object("largest_demand", at(&RawFind::largest_demand), largest_demand, "How much demand the network carries.")
            .such_as("{}"),
        object("relay_placement", at(&RawFind::relay_placement), relay_placement_table(),
               "Where relays stand, and what they cost; needs no `service`."),
        object("smallest_buffer", at(&RawFind::smallest_buffer), smallest_buffer, "How much key stores must hold.")
            .such_as("{}"),
        object("survivability", at(&RawFind::survivability), survivability, "What every single failure leaves.")
            .such_as("{}"),
        object("what_if", at(&RawFind::what_if), what_if_table(), "Which change pays most.")
            .such_as(R"({ "every_relay": true })"),
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
