// Where do relays stand: placed by computation (relay_placement.hpp), then run in the place of the link.
#include "sim/scenario/reader.hpp"
#include "sim/scenario/span_rate.hpp"
#include "sim/study/plan/plan.hpp"
#include "sim/study/plan/relay_placement.hpp"
#include "sim/study/statistics.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {

namespace {

PlacementQuestion computation(Scenario const& scenario, RelayPlacementQuestion const& asked) {
    auto const& link = scenario.links[asked.link];
    PlacementQuestion out;
    out.length_km = link.fibre.length.value;
    out.rate = asked.rate;
    out.price_per_km = asked.fibre_price;
    out.lifetime_s = asked.lifetime_s;
    out.aim = asked.fewest ? PlacementAim::fewest : PlacementAim::cheapest;
    for (auto const& [device, price] : asked.devices) {
        SpanRates rates{over(scenario.devices[device].physics, link.fibre)};
        out.devices.push_back(
            {scenario.devices[device].id, [rates](double km) { return rates.over(km).bits_per_second; }, price});
    }
    std::vector<Stretch> forbidden;
    for (auto const& stretch : asked.forbidden)
        forbidden.push_back({stretch.from_km, stretch.to_km});
    if (asked.every_km > 0) out.places = places_every(out.length_km, asked.every_km, asked.relay_price, forbidden);
    for (auto const& site : asked.sites) {
        bool const clear = std::ranges::none_of(
            forbidden, [&](Stretch const& s) { return site.at_km >= s.from_km && site.at_km <= s.to_km; });
        if (clear) out.places.push_back({site.id, site.at_km, site.price});
    }
    return out;
}

/// Of the nodes between the spans: the sites' ids, others after the link.
std::vector<std::string> relay_ids(PlacementQuestion const& question, Placement const& placement,
                                   LinkSpec const& link) {
    std::vector<std::string> out;
    for (auto const& span : placement.spans) {
        if (!span.relay) continue;
        auto const& name = question.places[*span.relay].name;
        out.push_back(name.empty() ? fmt::format("{}-{}", link.id, out.size() + 1) : name);
    }
    return out;
}

/// What a span has of the link beside its length: the fibre's kind, what stands at its ends, how keys are protected.
std::string like(LinkSpec const& link) {
    auto const& fibre = link.fibre;
    std::string out = fmt::format(R"("attenuation": "{} dB/km", "components_loss": "{} dB", "connectors": {}, )"
                                  R"("connector_loss": "{} dB", "group_index": {})",
                                  fibre.attenuation.value, fibre.components.value, fibre.connectors,
                                  fibre.connector_loss.value, fibre.group_index);
    if (link.protection == Protection::otp) out += R"(, "protect": "otp")";
    if (link.protection == Protection::qkd) out += R"(, "protect": "qkd")";
    return out;
}

/// The chain in the place of the link: the link becomes the first span, the others come after all links.
std::vector<std::string> chain_overrides(Scenario const& scenario, RelayPlacementQuestion const& asked,
                                         PlacementQuestion const& question, Placement const& placement,
                                         std::vector<std::string> const& relays) {
    auto const& link = scenario.links[asked.link];
    std::vector<std::string> out;
    for (auto const& relay : relays)
        out.push_back(fmt::format(R"(/nodes/-={{"id": {}}})", json_string(relay)));
    std::vector<std::string> stops{scenario.nodes[link.a.index()].id};
    stops.insert(stops.end(), relays.begin(), relays.end());
    stops.push_back(scenario.nodes[link.b.index()].id);
    for (std::size_t i = 0; i < placement.spans.size(); ++i) {
        auto const& span = placement.spans[i];
        auto const between = fmt::format("[{}, {}]", json_string(stops[i]), json_string(stops[i + 1]));
        auto const device = json_string(question.devices[span.device].name);
        if (i == 0) {
            auto const at = fmt::format("/links/{}/", asked.link);
            out.push_back(at + "between=" + between);
            out.push_back(at + "device=" + device);
            out.push_back(at + fmt::format(R"(length="{:.1f} km")", span.length_km()));
            continue;
        }
        out.push_back(fmt::format(R"(/links/-={{"id": {}, "between": {}, "device": {}, "length": "{:.1f} km", {}}})",
                                  json_string(span_id(link.id, i)), between, device, span.length_km(), like(link)));
    }
    return out;
}

/// Mean rate that runs made on a span; NaN for one that was not asked for.
double made(PlanContext const& context, Point const& point, std::string const& link) {
    for (std::size_t f = 0; f < context.study.figures.size(); ++f)
        if (context.study.figures[f].of == "link " + link && context.study.figures[f].figure == "eskr") {
            double sum = 0;
            auto const values = point.values(f);
            for (double const value : values)
                sum += value;
            return sum / static_cast<double>(values.size());
        }
    return std::nan("");
}

std::string money(double price) { return fmt::format("{:.0f}", price); }

} // namespace

PlanReport relay_placement(PlanContext& context, RelayPlacementQuestion const& asked) {
    Scenario const& scenario = context.study.base;
    auto const& link = scenario.links[asked.link];
    auto const question = computation(scenario, asked);
    auto const answer = place_relays(question);
    PlanReport report;
    report.question = "relay-placement";
    if (!answer.placement) {
        report.answered = false;
        report.answer.push_back(fmt::format(
            "there is no such placement: from {:.1f} km the next place is at {:.1f} km, and {}", answer.stuck_at_km,
            answer.next_at_km,
            answer.longest_km > 0 ? fmt::format("no device gives {} over more than {:.1f} km",
                                                engineering(asked.rate, "bit/s"), answer.longest_km)
                                  : fmt::format("no device gives {} at all", engineering(asked.rate, "bit/s"))));
        return report;
    }
    auto const& placement = *answer.placement;
    auto const relays = relay_ids(question, placement, link);
    auto& point =
        context.trials.point(chain_overrides(scenario, asked, question, placement, relays), context.plan().faults);
    Point* const points[] = {&point};
    context.trials.bring_to(points, context.effort().first_replications);
    report.answer.push_back(fmt::format("{} relays on {:g} km, {} spans, at a price of {}", placement.relays(),
                                        question.length_km, placement.spans.size(), money(placement.price)));
    report.answer.push_back(fmt::format("end to end {}: {:.4g} for each Gbit of key over {:.3g} years",
                                        engineering(placement.rate, "bit/s"), placement.price_per_gbit,
                                        asked.lifetime_s / (365.25 * 86400)));
    ReportTable table{"spans",
                      "what was computed for each span, and the mean of what it made when run",
                      {{"span", "", "the link in the scenario that was run"},
                       {"to", "", "the node at its end"},
                       {"from_km", "km", "where it begins"},
                       {"length_km", "km", "of its fibre"},
                       {"device", "", "the pair at its ends"},
                       {"rate", "bit/s", "of key, as computed"},
                       {"made", "bit/s", "of key, mean of the runs"},
                       {"price", "1", "of its devices, its fibre and the relay at its end"}}};
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < placement.spans.size(); ++i) {
        auto const& span = placement.spans[i];
        double const in_runs = made(context, point, span_id(link.id, i));
        if (!std::isnan(in_runs)) least = std::min(least, in_runs);
        table.add({span_id(link.id, i),
                   i < relays.size() ? relays[i] : scenario.nodes[link.b.index()].id,
                   {fmt::format("{:.1f}", span.from_km), span.from_km},
                   {fmt::format("{:.1f}", span.length_km()), span.length_km()},
                   question.devices[span.device].name,
                   in_unit(span.rate, "bit/s"),
                   in_unit(in_runs, "bit/s"),
                   {money(span.price), span.price}});
    }
    report.tables.push_back(std::move(table));
    report.answer.push_back(
        fmt::format("run for {}, {} times: the slowest span makes {} (a block is not full at the end)",
                    duration_text(scenario.duration), point.runs.size(), engineering(least, "bit/s")));
    return report;
}

} // namespace qkdes
