// A file under a parser of this folder: problems with their places, numbers and texts as the formats write them.
#pragma once
#include "sim/import/topology.hpp"

#include <string>
#include <string_view>
#include <unordered_map>

namespace qkdes {

/// Ends the parsing; caught in parse_topology and add_coordinates, and never seen outside of this folder.
struct Refused {
    Diagnostic diagnostic;
};

class SourceText {
  public:
    SourceText(std::string_view text, std::string_view name) : text_{text}, name_{name} {}
    std::string_view text() const { return text_; }

    /// `offset` may be beyond the end, which then is meant.
    Diagnostic at(std::size_t offset, std::string what, std::string because, std::string repair = {},
                  Severity severity = Severity::error) const;
    [[noreturn]] void refuse(std::size_t offset, std::string what, std::string because, std::string repair = {}) const;

  private:
    std::string_view text_;
    std::string name_;
};

/// The whole text as a finite number; decimal point, no thousands.
std::optional<double> number_in(std::string_view text);

/// Latitude and longitude together, in range, or a refusal; one without the other is a refusal, too.
std::optional<std::array<double, 2>> place_on_earth(SourceText const& source, std::size_t offset,
                                                    std::optional<double> latitude, std::optional<double> longitude);

/// "1 site has", "3 sites have".
std::string many(std::size_t count, std::string_view one, std::string_view several);

/// The same of what a site's numbers say under the names that are usual: Latitude, latitude or lat; Longitude,
/// longitude, lon or lng.
std::optional<std::array<double, 2>> place_on_earth(SourceText const& source, Site const& site);

std::string_view trimmed(std::string_view text);

/// Sites by key while a file is read, with the limits of topology.hpp.
class TopologyBuilder {
  public:
    explicit TopologyBuilder(SourceText const& source) : source_{source} {}
    SiteMap topology;

    void add_site(Site site);
    /// The index, or a refusal that shows `offset`.
    std::size_t site(std::string_view key, std::size_t offset) const;
    /// The index; a new site if there is none of that key.
    std::size_t site_or_new(std::string_view key, std::size_t offset);
    void add_line(std::size_t a, std::size_t b, std::optional<double> length_km, std::size_t offset);
    void add_wish(std::size_t from, std::size_t to, double value, std::size_t offset);
    bool has(std::string_view key) const { return index_.contains(std::string{key}); }

  private:
    SourceText const& source_;
    std::unordered_map<std::string, std::size_t> index_;
};

// The parsers; each refuses or returns.
SiteMap parse_gml(SourceText const& source, std::string_view length_attribute);
SiteMap parse_graphml(SourceText const& source, std::string_view length_attribute);
SiteMap parse_sndlib(SourceText const& source);
SiteMap parse_csv(SourceText const& source, std::string_view length_column);

} // namespace qkdes
