// What `relay_placement` means for a study's scenario.
#include "sim/scenario/placement_file.hpp"
#include "sim/scenario/resolve.hpp"
#include "sim/scenario/study_spec.hpp"
#include "sim/scenario/suggest.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace qkdes {
namespace {

constexpr std::size_t kMostPlaces = 20'000;

/// The position of an id, or a report.
std::optional<std::size_t> found(Reader& reader, Reference const& wanted, std::string_view kind,
                                 std::vector<std::string> const& known) {
    if (!wanted.given()) return {};
    auto const at = std::ranges::find(known, wanted.id);
    if (at != known.end()) return static_cast<std::size_t>(at - known.begin());
    auto const near = nearest(wanted.id, known);
    reader.error(*wanted.node, fmt::format("unknown {} \"{}\"", kind, printable(wanted.id, 64)),
                 known.empty() ? fmt::format("the scenario has no {}", kind)
                               : fmt::format("the scenario has {}", quoted_list(known, "and", 12)),
                 near ? repair_of(*wanted.node, json_string(*near)) : "");
    return {};
}

template <class Items>
std::vector<std::string> ids_of(Items const& items) {
    std::vector<std::string> out;
    for (auto const& item : items)
        out.push_back(item.id);
    return out;
}

/// What belongs to one stretch of fibre alone cannot be divided among spans.
void check_link(Reader& reader, JsonNode const& node, LinkSpec const& link) {
    auto const& fibre = link.fibre;
    if (!link.windows.empty() || fibre.length.value <= 0)
        reader.error(place(node, "link"), fmt::format("link \"{}\" is no fibre that a relay can divide", link.id),
                     "relays stand on a fibre with a length and without satellite or switch", "");
    else if (fibre.splices > 0 || fibre.stray_light.value > 0 || link.drift)
        reader.error(
            place(node, "link"), fmt::format("link \"{}\" is not the same all along", link.id),
            "splices, stray light, coexistence and drift are of one fibre; spans do not know their part of them",
            "splices as attenuation");
}

void check_places(Reader& reader, JsonNode const& at, RawRelayPlacement const& raw,
                  RelayPlacementQuestion const& question, StudySpec const& study) {
    double const length = study.base.links[question.link].fibre.length.value;
    auto const nodes = ids_of(study.base.nodes);
    std::vector<std::string> before;
    for (auto const& [node, site] : raw.sites) {
        if (!reader.intact(node)) continue;
        if (site.at_km >= length)
            reader.error(place(*node, "at"), fmt::format("a site at {:g} km of {:g} km", site.at_km, length),
                         "a relay stands inside of the link's fibre", "");
        if (std::ranges::find(nodes, site.id) != nodes.end() || std::ranges::find(before, site.id) != before.end())
            reader.error(place(*node, "id"), fmt::format("another \"{}\"", site.id), "ids of nodes are unique", "");
        before.push_back(site.id);
    }
    for (auto const& [node, stretch] : raw.forbidden)
        if (reader.intact(node) && stretch.to_km < stretch.from_km)
            reader.error(place(*node, "to"),
                         fmt::format("a stretch from {:g} km to {:g} km", stretch.from_km, stretch.to_km),
                         "it ends where it begins or after", "");
    double const places = (question.every_km > 0 ? length / question.every_km : 0) + double(raw.sites.size());
    if (places > kMostPlaces)
        reader.error(place(at, "every"), fmt::format("{:.0f} places for relays", places),
                     fmt::format("at most {} are tried", kMostPlaces), R"("every": "1 km")");
}

} // namespace

RelayPlacementQuestion resolve_relay_placement(Reader& reader, JsonNode const& node, RawRelayPlacement const& raw,
                                               StudySpec& study) {
    RelayPlacementQuestion out = raw.rest;
    out.lifetime_s = raw.rest.lifetime_s * 1e-9; // read in ns
    auto const link = found(reader, raw.link, "link", ids_of(study.base.links));
    for (auto const& [unused, reference, price] : raw.devices)
        if (auto const device = found(reader, reference, "device", ids_of(study.base.devices)))
            out.devices.push_back({*device, price});
    if (raw.devices.empty() && reader.intact(&place(node, "devices")))
        reader.error(place(node, "devices"), "no device", "a span is served by one of them", "");
    if (!link) return out;
    out.link = *link;
    for (auto const& each : raw.sites)
        out.sites.push_back(each.site);
    for (auto const& each : raw.forbidden)
        out.forbidden.push_back(each.stretch);
    out.every_km = raw.every_km.value_or(raw.sites.empty() ? 1.0 : 0.0);
    check_link(reader, node, study.base.links[*link]);
    check_places(reader, node, raw, out, study);
    double const length = study.base.links[*link].fibre.length.value;
    auto const places = static_cast<std::size_t>(out.every_km > 0 ? length / out.every_km : 0.0) + out.sites.size();
    for (std::size_t i = 0; i < std::min(kVerifiedSpans, places + 1); ++i)
        study.figures.push_back({"link " + span_id(study.base.links[*link].id, i), "eskr", "bit/s"});
    return out;
}

} // namespace qkdes
