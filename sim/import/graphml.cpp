// GraphML: attributes are declared as keys and stand as data in nodes and edges.
#include "sim/import/xml.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

#include <unordered_map>

namespace qkdes {
namespace {

/// What a key's id is called: d32 -> Latitude. The same name may be of nodes and of edges.
using Names = std::unordered_map<std::string, std::string>;

Names names_of_keys(pugi::xml_node root) {
    Names names;
    for (auto const child : root.children())
        if (local_name(child) == "key")
            names.emplace(child.attribute("id").value(), child.attribute("attr.name").value());
    return names;
}

using Attributes = std::map<std::string, std::string>;

Attributes attributes_of(pugi::xml_node node, Names const& names) {
    Attributes out;
    for (auto const child : node.children()) {
        if (local_name(child) != "data") continue;
        std::string const key = child.attribute("key").value();
        auto const name = names.find(key);
        out.emplace(name == names.end() ? key : name->second, trimmed(child.child_value()));
    }
    return out;
}

std::string text_of(Attributes const& attributes, std::string const& name) {
    auto const found = attributes.find(name);
    return found == attributes.end() ? "" : found->second;
}

std::optional<double> number_of(Attributes const& attributes, std::string const& name) {
    return number_in(text_of(attributes, name));
}

Site site_of(SourceText const& source, pugi::xml_node node, Names const& names) {
    Site site;
    site.offset = offset_of(node);
    site.key = node.attribute("id").value();
    if (child_of(node, "graph"))
        source.refuse(site.offset, fmt::format("a graph inside of node \"{}\"", printable(site.key)),
                      "a network is flat", "the graph without nesting");
    auto const attributes = attributes_of(node, names);
    site.label = text_of(attributes, "label");
    for (auto const& [name, text] : attributes)
        if (auto const number = number_in(text)) site.numbers.emplace(name, *number);
    site.at = place_on_earth(source, site);
    return site;
}

std::size_t end_of(SourceText const& source, TopologyBuilder const& builder, pugi::xml_node edge, char const* name) {
    if (!edge.attribute(name))
        source.refuse(offset_of(edge), fmt::format("an edge without a {}", name), "an edge joins two nodes");
    return builder.site(edge.attribute(name).value(), offset_of(edge));
}

} // namespace

SiteMap parse_graphml(SourceText const& source, std::string_view length_attribute) {
    pugi::xml_document document;
    parse_xml(document, source);
    auto const root = child_of(document, "graphml"), graph = child_of(root, "graph");
    if (!graph)
        source.refuse(offset_of(root ? root : document.document_element()), "no graph",
                      "GraphML has its nodes and edges in <graphml><graph>", "--format, if the file is not GraphML");
    auto const names = names_of_keys(root);
    auto const attributes = attributes_of(graph, names);
    TopologyBuilder builder{source};
    auto& out = builder.topology;
    out.title = text_of(attributes, "label");
    if (out.title.empty()) out.title = text_of(attributes, "Network");
    if (auto const date = text_of(attributes, "NetworkDate"); !date.empty()) out.about = "as of " + date;
    if (text_of(attributes, "Creator").find("Topology Zoo") != std::string::npos)
        out.about = "Internet Topology Zoo" + (out.about.empty() ? "" : ", " + out.about);
    out.directed = std::string_view{graph.attribute("edgedefault").value()} == "directed";
    for (auto const child : graph.children()) { // edges may stand before nodes
        if (local_name(child) == "node") builder.add_site(site_of(source, child, names));
        if (local_name(child) == "hyperedge")
            source.refuse(offset_of(child), "a hyperedge", "a link joins two nodes", "edges between its nodes");
    }
    for (auto const child : graph.children()) {
        if (local_name(child) != "edge") continue;
        auto const a = end_of(source, builder, child, "source"), b = end_of(source, builder, child, "target");
        builder.add_line(a, b, number_of(attributes_of(child, names), std::string{length_attribute}), offset_of(child));
    }
    return std::move(out);
}

} // namespace qkdes
