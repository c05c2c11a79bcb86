// The scenario as a person would write it down: a line for each thing.
#include "sim/import/scenario_text.hpp"

#include "sim/scenario/quantity.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <cmath>

namespace qkdes {
namespace {

double rounded(double value, int digits) {
    double const step = std::pow(10.0, digits - 1 - std::floor(std::log10(value)));
    return std::round(value * step) / step;
}

/// Three digits in the largest unit that leaves at least 1.
std::string rate_text(double per_second) {
    static constexpr std::pair<double, char const*> units[] = {{1, "/s"}, {60, "/min"}, {3600, "/h"}, {86400, "/d"}};
    for (auto const& [seconds, unit] : units)
        if (per_second * seconds >= 0.9995 || seconds == 86400)
            return fmt::format("{} {}", print_number(rounded(per_second * seconds, 3)), unit);
    return {};
}

std::string time_text(double seconds) { return print_quantity(std::round(seconds) * 1e9, units::duration); }

std::string node_text(NetworkNode const& node) {
    std::string out = fmt::format("{{ \"id\": {}", json_string(node.id));
    if (node.at)
        out += fmt::format(", \"at\": [{}, {}]", print_number(std::round((*node.at)[0] * 1e3) / 1e3 + 0.0),
                           print_number(std::round((*node.at)[1] * 1e3) / 1e3 + 0.0));
    if (!node.note.empty()) out += ", \"note\": " + json_string(node.note);
    return out + " }";
}

std::string link_text(ImportedNetwork const& network, NetworkLink const& link, ImportOptions const& options) {
    auto out = fmt::format("{{ \"id\": {}, \"between\": [{}, {}]", json_string(link.id),
                           json_string(network.nodes[link.a].id), json_string(network.nodes[link.b].id));
    if (link.qkd) out += ", \"device\": \"span\"";
    out += fmt::format(", \"length\": \"{} km\"", print_number(std::round(link.km * 10) / 10));
    if (link.qkd && options.db_per_km != 0.2)
        out += fmt::format(", \"attenuation\": \"{} dB/km\"", print_number(options.db_per_km));
    return out + " }";
}

std::string demand_text(ImportedNetwork const& network, PairRate const& pair, double start_s) {
    std::string const start = start_s > 0 ? fmt::format(", \"start\": \"{}\"", time_text(start_s)) : "";
    return fmt::format("{{ \"from\": {}, \"to\": {}{}, \"arrivals\": {{\"poisson\": \"{}\"}} }}",
                       json_string(network.nodes[pair.from].id), json_string(network.nodes[pair.to].id), start,
                       rate_text(pair.per_second));
}

template <class Items, class Text>
std::string list_text(std::string const& key, Items const& items, Text text) {
    std::string out = fmt::format("  \"{}\": [", key);
    for (auto const& item : items)
        out += (&item == &items.front() ? "\n    " : ",\n    ") + text(item);
    return out + (items.empty() ? "]" : "\n  ]");
}

std::string demands_note(ImportedNetwork const& network, ImportOptions const& options) {
    if (network.demands.empty()) return "No demands.";
    std::string const weight = options.weight.empty() ? "lines" : options.weight;
    std::string const distance = options.exponent == 0   ? ""
                                 : options.exponent == 1 ? " / distance"
                                                         : fmt::format(" / distance^{:g}", options.exponent);
    auto const rate = rate_text(options.rate);
    auto const pairs = network.demands.size();
    switch (network.model) {
    case DemandModel::file:
        return fmt::format("Demands: the {} largest of the file, {} in all.", pairs, rate);
    case DemandModel::uniform:
        return fmt::format("Demands are assumed: the {0} pairs with most of ({1} x {1}{2}), each as often, {3} in all.",
                           pairs, weight, distance, rate);
    default:
        return fmt::format("Demands are assumed: the {0} pairs with most of ({1} x {1}{2}), {3} in all.", pairs, weight,
                           distance, rate);
    }
}

/// Of the fibres' lengths: what is known of each decides.
std::string lengths_note(ImportedNetwork const& network, ImportOptions const& options) {
    std::vector<std::string> ways;
    if (network.of_file > 0) ways.push_back(fmt::format("{} lengths are the file's", network.of_file));
    if (network.of_places > 0)
        ways.push_back(fmt::format("{} are great circles x {:g}, at least {:g} km", network.of_places, options.detour,
                                   options.min_length_km));
    if (network.assumed > 0)
        ways.push_back(fmt::format("{} are assumed to be {:g} km", network.assumed, *options.default_length_km));
    std::string out = "Fibres: ";
    for (auto const& way : ways)
        out += (&way == &ways.front() ? "" : "; ") + way;
    return ways.empty() ? "" : out + ". ";
}

std::string note(ImportedNetwork const& network, ImportOptions const& options) {
    std::size_t qkd = 0, pqc = 0;
    for (auto const& link : network.links)
        ++(link.qkd ? qkd : pqc);
    auto const source = options.source_name.empty() ? "a file" : printable(options.source_name, 200);
    std::string out = fmt::format("Imported from {}{}: {} sites, {} lines. ", source,
                                  network.about.empty() ? "" : " (" + printable(network.about, 200) + ")",
                                  network.sites, network.lines);
    out += lengths_note(network, options);
    if (qkd > 0)
        out += fmt::format(
            "Devices are assumed: {} on {} spans of at most {:g} km, {} on the longest; {} trusted relays "
            "between. ",
            options.device, qkd, network.span_km, print_quantity(rounded(network.least_rate, 2), units::bit_rate),
            network.nodes.size() - network.sites);
    if (pqc > 0) out += fmt::format("ML-KEM alone on {} links. ", pqc);
    return out + demands_note(network, options);
}

} // namespace

std::string scenario_text(ImportedNetwork const& network, ImportOptions const& options, double start_s) {
    auto name = options.name.empty() ? network.title : options.name;
    std::string out = "{\n";
    out += fmt::format("  \"name\": {},\n", json_string(printable(name, 200)));
    out += fmt::format("  \"note\": {},\n", json_string(note(network, options)));
    out += fmt::format("  \"seed\": {},\n  \"duration\": \"{}\",\n", options.seed, time_text(options.duration_s));
    out += fmt::format("  \"kem\": {},\n", json_string(options.kem));
    auto const& device = options.device_reference.empty() ? options.device : options.device_reference;
    out += fmt::format("  \"devices\": {{ \"span\": {{\"extends\": {}}} }},\n", json_string(device));
    out += list_text("nodes", network.nodes, node_text) + ",\n";
    out +=
        list_text("links", network.links, [&](NetworkLink const& link) { return link_text(network, link, options); }) +
        ",\n";
    out += fmt::format("  \"routing\": {{ \"policy\": {}, \"weight\": \"length\" }},\n", json_string(options.routing));
    std::vector<NetworkNode> const sites(network.nodes.begin(),
                                         network.nodes.begin() + static_cast<std::ptrdiff_t>(network.sites));
    out += list_text("applications", sites,
                     [](NetworkNode const& node) {
                         return fmt::format("{{ \"id\": {0}, \"node\": {0} }}", json_string(node.id));
                     }) +
           ",\n";
    out += list_text("demands", network.demands,
                     [&](PairRate const& pair) { return demand_text(network, pair, start_s); });
    return out + "\n}\n";
}

} // namespace qkdes
