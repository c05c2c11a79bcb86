// A network as the files of other programs describe it: sites, lines between them, what is asked of them. What was in
// the file and nothing else; sim/import/network.hpp makes of it what a scenario can hold.
//
// Formats: GML (M. Himsolt, "GML: A portable Graph File Format", 1997) and GraphML (graphml.graphdrawing.org) with the
// attributes of the Internet Topology Zoo (S. Knight et al., IEEE J. Sel. Areas Commun. 29, 1765 (2011)), SNDlib's XML
// (S. Orlowski et al., Networks 55, 276 (2010)), and comma-separated pairs.
// Leaves out: capacities, prices and routings of SNDlib, hyperedges, ports and nested graphs of GraphML; what is not
// read and would change the network is refused, not skipped.
#pragma once
#include "sim/scenario/diagnostics.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qkdes {

struct Site {
    std::string key;                         ///< what the file's lines call it; unique
    std::string label;                       ///< for people; may be empty, repeated, in any script
    std::optional<std::array<double, 2>> at; ///< latitude, longitude in degrees, in range
    std::map<std::string, double> numbers;   ///< further numeric attributes by name: population, ...
    std::size_t offset = 0;                  ///< byte of the file where it is described
};

struct Line {
    std::size_t a = 0, b = 0;        ///< indices of sites; may be equal, and pairs may come again
    std::optional<double> length_km; ///< of the fibre, if the file has it; finite, not negative
    std::size_t offset = 0;
};

/// How much two sites ask of each other, in whatever the file counts.
struct Wish {
    std::size_t from = 0, to = 0;
    double value = 0; ///< finite, not negative
    std::size_t offset = 0;
};

struct SiteMap {
    std::string title; ///< may be empty
    std::string about; ///< what the file says of its origin, one sentence at most
    std::vector<Site> sites;
    std::vector<Line> lines;
    std::vector<Wish> wishes;
    bool directed = false;
};

/// Larger files are refused with a message.
constexpr std::size_t kMaxSites = 10'000;
constexpr std::size_t kMaxLines = 50'000;
constexpr std::size_t kMaxWishes = 100'000;

enum class TopologyFormat : std::uint8_t { automatic, gml, graphml, sndlib, csv };

struct TopologyResult {
    std::optional<SiteMap> topology;
    std::vector<Diagnostic> diagnostics; ///< without a topology: exactly one error, and warnings before it
    bool unreadable = false;             ///< the error is that the file cannot be read
};

/// Whatever is in the text, the outcome is a topology or one error. `length_attribute` names the number that a line's
/// length in km is read from (GML, GraphML; the column of CSV).
TopologyResult parse_topology(std::string_view text, std::string_view name, TopologyFormat format,
                              std::string_view length_attribute = "length_km");
TopologyResult read_topology(std::filesystem::path const& file, TopologyFormat format,
                             std::string_view length_attribute = "length_km");

/// Coordinates and numbers from a second file, CSV with the columns node, lat, lon and any number of others: `node` is
/// a site's key or label. They replace what the topology has. False after one error; sites that the topology does not
/// have are a warning.
bool add_coordinates(SiteMap& topology, std::string_view text, std::string_view name,
                     std::vector<Diagnostic>& diagnostics);

} // namespace qkdes
