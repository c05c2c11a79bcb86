// Pairs of sites, one a line, and places of sites in a second file.
#include "sim/import/csv_table.hpp"
#include "sim/scenario/suggest.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <unordered_map>

namespace qkdes {

SiteMap parse_csv(SourceText const& source, std::string_view length_column) {
    auto const table = read_csv(source);
    auto const from = table.column({"from", "source"}), to = table.column({"to", "target"});
    auto const length = table.column({length_column});
    if (from == table.head.size() || to == table.head.size())
        source.refuse(table.head.front().offset, "no columns from and to", "the head line names the columns",
                      "from,to,length_km");
    TopologyBuilder builder{source};
    for (auto const& row : table.rows) {
        auto const a = builder.site_or_new(row[from].text, row[from].offset);
        auto const b = builder.site_or_new(row[to].text, row[to].offset);
        std::optional<double> km;
        if (length < table.head.size()) km = number_of(source, row[length], "length in km");
        builder.add_line(a, b, km, row.front().offset);
    }
    return std::move(builder.topology);
}

namespace {

void place_sites(SiteMap& topology, SourceText const& source, std::vector<Diagnostic>& diagnostics) {
    auto const table = read_csv(source);
    auto const node = table.column({"node", "site", "id"}), latitude = table.column({"lat", "latitude"}),
               longitude = table.column({"lon", "longitude", "lng"}), none = table.head.size();
    if (node == none || (latitude == none) != (longitude == none))
        source.refuse(table.head.front().offset, "no columns node, lat and lon", "the head line names the columns",
                      "node,lat,lon,population");
    std::unordered_map<std::string, std::size_t> known;
    for (std::size_t i = 0; i < topology.sites.size(); ++i)
        known.emplace(topology.sites[i].key, i);
    for (std::size_t i = 0; i < topology.sites.size(); ++i) // a key goes before a label
        known.emplace(topology.sites[i].label, i);
    std::vector<std::string> strangers;
    std::size_t first_stranger = 0;
    for (auto const& row : table.rows) {
        auto const found = known.find(row[node].text);
        if (found == known.end()) {
            if (strangers.empty()) first_stranger = row[node].offset;
            strangers.push_back(printable(row[node].text));
            continue;
        }
        auto& site = topology.sites[found->second];
        if (latitude != none)
            if (auto const at = place_on_earth(source, row[node].offset, number_of(source, row[latitude], "latitude"),
                                               number_of(source, row[longitude], "longitude")))
                site.at = at;
        for (std::size_t i = 0; i < none; ++i)
            if (i != node && i != latitude && i != longitude)
                if (auto const number = number_in(row[i].text)) site.numbers[table.head[i].text] = *number;
    }
    if (!strangers.empty())
        diagnostics.push_back(source.at(
            first_stranger, fmt::format("sites that the network does not have: {}", quoted_list(strangers, "and", 12)),
            "a place belongs to a site by its name or label in the network's file", "", Severity::warning));
}

} // namespace

bool add_coordinates(SiteMap& topology, std::string_view text, std::string_view name,
                     std::vector<Diagnostic>& diagnostics) {
    SourceText const source{without_mark(text), name};
    try {
        place_sites(topology, source, diagnostics);
        return true;
    } catch (Refused const& problem) {
        diagnostics.push_back(problem.diagnostic);
        return false;
    }
}

} // namespace qkdes
