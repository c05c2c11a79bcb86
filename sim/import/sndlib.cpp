// SNDlib's XML: nodes with x and y, links between them, demands of a value each.
#include "sim/import/xml.hpp"
#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

namespace qkdes {
namespace {

Site site_of(SourceText const& source, pugi::xml_node node, bool geographical) {
    Site site;
    site.offset = offset_of(node);
    site.key = site.label = node.attribute("id").value();
    auto const coordinates = child_of(node, "coordinates");
    if (geographical && coordinates)
        site.at = place_on_earth(source, site.offset, number_in(child_text(coordinates, "y")),
                                 number_in(child_text(coordinates, "x")));
    return site;
}

std::size_t end_of(SourceText const& source, TopologyBuilder const& builder, pugi::xml_node of, char const* name) {
    auto const key = child_text(of, name);
    if (key.empty())
        source.refuse(offset_of(of), fmt::format("a {} without a {}", printable(local_name(of)), name),
                      "it is between two nodes");
    return builder.site(key, offset_of(of));
}

} // namespace

SiteMap parse_sndlib(SourceText const& source) {
    pugi::xml_document document;
    parse_xml(document, source);
    auto const root = child_of(document, "network"), structure = child_of(root, "networkStructure"),
               nodes = child_of(structure, "nodes");
    if (!nodes)
        source.refuse(offset_of(root ? root : document.document_element()), "no nodes",
                      "SNDlib has them in <network><networkStructure><nodes>", "--format, if the file is not SNDlib's");
    // Other coordinates are of a drawing.
    bool const geographical =
        std::string_view{nodes.attribute("coordinatesType").as_string("geographical")} == "geographical";
    TopologyBuilder builder{source};
    builder.topology.about = "SNDlib's format";
    for (auto const node : nodes.children())
        if (local_name(node) == "node") builder.add_site(site_of(source, node, geographical));
    for (auto const link : child_of(structure, "links").children())
        if (local_name(link) == "link") {
            auto const a = end_of(source, builder, link, "source"), b = end_of(source, builder, link, "target");
            builder.add_line(a, b, {}, offset_of(link));
        }
    for (auto const demand : child_of(root, "demands").children()) {
        if (local_name(demand) != "demand") continue;
        auto const from = end_of(source, builder, demand, "source"), to = end_of(source, builder, demand, "target");
        auto const value = number_in(child_text(demand, "demandValue"));
        if (!value)
            source.refuse(offset_of(demand), "a demand without a value", "how much is asked stands in demandValue",
                          "<demandValue>1</demandValue>");
        builder.add_wish(from, to, *value, offset_of(demand));
    }
    return std::move(builder.topology);
}

} // namespace qkdes
