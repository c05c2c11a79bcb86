#include "sim/import/source_text.hpp"

#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace qkdes {

Diagnostic SourceText::at(std::size_t offset, std::string what, std::string because, std::string repair,
                          Severity severity) const {
    offset = std::min(offset, text_.size());
    auto const before = text_.substr(0, offset);
    auto const line_at = before.rfind('\n') + 1; // of the first line: npos + 1 is 0
    auto source = text_.substr(line_at, std::min(text_.find('\n', line_at), text_.size()) - line_at);
    source = source.substr(0, std::max<std::size_t>(offset - line_at, 0) + 400); // a line may be the whole file
    if (source.ends_with('\r')) source.remove_suffix(1);
    return {severity,
            name_,
            static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1,
            printable_code_points(text_.substr(line_at, offset - line_at)).size() + 1,
            std::string{source},
            "",
            std::move(what),
            std::move(because),
            std::move(repair)};
}

void SourceText::refuse(std::size_t offset, std::string what, std::string because, std::string repair) const {
    throw Refused{at(offset, std::move(what), std::move(because), std::move(repair))};
}

std::string many(std::size_t count, std::string_view one, std::string_view several) {
    return fmt::format("{} {}", count, count == 1 ? one : several);
}

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n\f\v";
    auto const first = text.find_first_not_of(blanks);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<double> number_in(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with('+')) text.remove_prefix(1);
    double value = 0;
    auto const [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return {};
    return value;
}

std::optional<std::array<double, 2>> place_on_earth(SourceText const& source, std::size_t offset,
                                                    std::optional<double> latitude, std::optional<double> longitude) {
    if (!latitude && !longitude) return {};
    if (!latitude || !longitude)
        source.refuse(offset, latitude ? "a latitude without a longitude" : "a longitude without a latitude",
                      "a place has both", "both, or neither and lengths of the lines");
    if (std::abs(*latitude) > 90 || std::abs(*longitude) > 180)
        source.refuse(offset, fmt::format("{:g}, {:g} is no latitude and longitude", *latitude, *longitude),
                      "they are in degrees, at most 90 and 180 either way",
                      "coordinates in degrees, or --coordinates FILE with the columns node,lat,lon");
    return std::array{*latitude, *longitude};
}

std::optional<std::array<double, 2>> place_on_earth(SourceText const& source, Site const& site) {
    auto const first_of = [&site](std::initializer_list<char const*> names) -> std::optional<double> {
        for (auto const* name : names)
            if (auto const found = site.numbers.find(name); found != site.numbers.end()) return found->second;
        return {};
    };
    return place_on_earth(source, site.offset, first_of({"Latitude", "latitude", "lat"}),
                          first_of({"Longitude", "longitude", "lon", "lng"}));
}

void TopologyBuilder::add_site(Site site) {
    if (site.key.empty()) source_.refuse(site.offset, "a site without a name", "lines refer to it by name");
    if (topology.sites.size() >= kMaxSites)
        source_.refuse(site.offset, "too many sites", fmt::format("at most {} can be imported", kMaxSites));
    if (!index_.try_emplace(site.key, topology.sites.size()).second)
        source_.refuse(site.offset, fmt::format("a second site \"{}\"", printable(site.key)),
                       "lines refer to sites by it");
    topology.sites.push_back(std::move(site));
}

std::size_t TopologyBuilder::site(std::string_view key, std::size_t offset) const {
    auto const found = index_.find(std::string{key});
    if (found == index_.end())
        source_.refuse(offset, fmt::format("unknown site \"{}\"", printable(key)),
                       fmt::format("the file describes {} sites, none by that name", topology.sites.size()));
    return found->second;
}

std::size_t TopologyBuilder::site_or_new(std::string_view key, std::size_t offset) {
    if (auto const found = index_.find(std::string{key}); found != index_.end()) return found->second;
    Site site;
    site.key = site.label = std::string{key};
    site.offset = offset;
    add_site(std::move(site));
    return topology.sites.size() - 1;
}

void TopologyBuilder::add_line(std::size_t a, std::size_t b, std::optional<double> length_km, std::size_t offset) {
    if (topology.lines.size() >= kMaxLines)
        source_.refuse(offset, "too many lines", fmt::format("at most {} can be imported", kMaxLines));
    if (length_km && (*length_km < 0 || *length_km > 1e5))
        source_.refuse(offset, fmt::format("a length of {:g} km", *length_km),
                       "a fibre has at least 0 and at most 100000 km", "the length in km");
    topology.lines.push_back({a, b, length_km, offset});
}

void TopologyBuilder::add_wish(std::size_t from, std::size_t to, double value, std::size_t offset) {
    if (topology.wishes.size() >= kMaxWishes)
        source_.refuse(offset, "too many demands", fmt::format("at most {} can be imported", kMaxWishes));
    if (value < 0) source_.refuse(offset, fmt::format("a demand of {:g}", value), "a demand is not negative");
    topology.wishes.push_back({from, to, value, offset});
}

} // namespace qkdes
