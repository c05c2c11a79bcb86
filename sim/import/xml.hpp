// What the two XML formats share. The parser (pugixml) reads no document type and resolves no entities but those of XML
// itself, so that a small file stays small.
#pragma once
#include "sim/import/source_text.hpp"

#include <pugixml.hpp>

namespace qkdes {

/// Refuses what is not well-formed.
void parse_xml(pugi::xml_document& document, SourceText const& source);

/// An element's name without its namespace's prefix.
std::string_view local_name(pugi::xml_node node);

/// The first child element of that name, with or without a prefix; null if there is none.
pugi::xml_node child_of(pugi::xml_node node, std::string_view name);

/// Where an element begins.
std::size_t offset_of(pugi::xml_node node);

/// The text of a child, trimmed; empty if there is none.
std::string_view child_text(pugi::xml_node node, std::string_view name);

} // namespace qkdes
