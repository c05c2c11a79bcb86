// Which parser, and the edge that refusals do not cross.
#include "sim/import/source_text.hpp"
#include "sim/scenario/file_text.hpp"
#include "sim/scenario/load.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

namespace qkdes {
namespace {

/// By what is in the file: names of files lie.
TopologyFormat format_of(SourceText const& source) {
    auto const text = source.text();
    auto const begin = trimmed(text).substr(0, 1);
    if (begin == "<") {
        auto const head = text.substr(0, 65536);
        if (head.find("<network") != head.npos || head.find(":network") != head.npos) return TopologyFormat::sndlib;
        if (head.find("graphml") != head.npos) return TopologyFormat::graphml;
        source.refuse(0, "XML of no format that is known", "GraphML begins with <graphml, SNDlib's files with <network",
                      "--format graphml or --format sndlib");
    }
    auto rest = trimmed(text);
    while (rest.starts_with('#')) { // comments; GML and our CSV have the same
        auto const end = rest.find('\n');
        rest = end == rest.npos ? std::string_view{} : trimmed(rest.substr(end));
    }
    auto const line = rest.substr(0, rest.find('\n'));
    if (line.find_first_of(",;\t") != line.npos && line.find('[') == line.npos) {
        // "Creator  "me, myself"" may open a GML file
        if (rest.find("graph") == rest.npos || rest.find('[') == rest.npos) return TopologyFormat::csv;
    }
    if (rest.find("graph") != rest.npos && rest.find('[') != rest.npos) return TopologyFormat::gml;
    source.refuse(0, "a file of no format that is known",
                  "GML has graph [ ... ], GraphML and SNDlib are XML, CSV has a head line with from,to",
                  "--format gml, graphml, sndlib or csv");
}

SiteMap parse(SourceText const& source, TopologyFormat format, std::string_view length_attribute) {
    switch (format == TopologyFormat::automatic ? format_of(source) : format) {
    case TopologyFormat::gml:
        return parse_gml(source, length_attribute);
    case TopologyFormat::graphml:
        return parse_graphml(source, length_attribute);
    case TopologyFormat::sndlib:
        return parse_sndlib(source);
    default:
        return parse_csv(source, length_attribute);
    }
}

} // namespace

TopologyResult parse_topology(std::string_view text, std::string_view name, TopologyFormat format,
                              std::string_view length_attribute) {
    SourceText const source{without_mark(text), name};
    TopologyResult result;
    try {
        if (text.size() > kMaxScenarioBytes)
            source.refuse(0, "the file is too large", fmt::format("at most {} MiB are read", kMaxScenarioBytes >> 20));
        auto topology = parse(source, format, length_attribute);
        if (topology.sites.empty()) source.refuse(0, "a network without sites", "there is nothing to import");
        result.topology = std::move(topology);
    } catch (Refused const& problem) {
        result.diagnostics.push_back(problem.diagnostic);
    }
    return result;
}

TopologyResult read_topology(std::filesystem::path const& file, TopologyFormat format,
                             std::string_view length_attribute) {
    auto const read = read_text(file);
    if (read.text) return parse_topology(*read.text, file.string(), format, length_attribute);
    TopologyResult result;
    result.unreadable = true;
    result.diagnostics.push_back(
        {Severity::error, file.string(), 0, 0, "", "", "the file cannot be read", read.because, "a readable file"});
    return result;
}

} // namespace qkdes
