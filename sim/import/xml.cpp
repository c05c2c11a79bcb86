#include "sim/import/xml.hpp"

#include <fmt/format.h>

namespace qkdes {

void parse_xml(pugi::xml_document& document, SourceText const& source) {
    auto const text = source.text();
    auto const result = document.load_buffer(text.data(), text.size(), pugi::parse_default, pugi::encoding_utf8);
    if (!result)
        source.refuse(result.offset > 0 ? static_cast<std::size_t>(result.offset) : 0, "this is no well-formed XML",
                      fmt::format("the parser stopped here: {}", result.description()),
                      "the whole file, if it was cut short; --format, if it is not XML");
}

std::string_view local_name(pugi::xml_node node) {
    std::string_view const name = node.name();
    auto const colon = name.find(':');
    return colon == name.npos ? name : name.substr(colon + 1);
}

pugi::xml_node child_of(pugi::xml_node node, std::string_view name) {
    for (auto const child : node.children())
        if (local_name(child) == name) return child;
    return {};
}

std::size_t offset_of(pugi::xml_node node) {
    auto const offset = node.offset_debug(); // of the name, after its <; -1 when unknown
    return offset > 0 ? static_cast<std::size_t>(offset) - 1 : 0;
}

std::string_view child_text(pugi::xml_node node, std::string_view name) {
    return trimmed(child_of(node, name).child_value());
}

} // namespace qkdes
