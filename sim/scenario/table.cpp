#include "sim/scenario/table.hpp"

#include "sim/scenario/utf8.hpp"

#include <fmt/format.h>

namespace qkdes {

using nlohmann::ordered_json;

std::vector<std::string> TableDoc::names() const {
    std::vector<std::string> out;
    for (auto const& key : keys)
        out.push_back(key.name);
    return out;
}

namespace {

/// `"classical": { "latency": ... }` for a key that belongs one level deeper.
std::string where_it_belongs(TableDoc const& doc, std::string const& name) {
    for (auto const& key : doc.keys)
        for (auto const* nested : key.nested)
            for (auto const& inner : nested->keys)
                if (inner.name == name) return fmt::format("{}: {{ {}: … }}", json_string(key.name), json_string(name));
    return "";
}

/// With its article.
std::string one(std::string_view name) {
    return fmt::format("{} {}", std::string_view{"aeio"}.find(name.front()) == name.npos ? "a" : "an", name);
}

} // namespace

bool check_keys(Reader& reader, JsonNode const& node, TableDoc const& doc) {
    if (!node.is(JsonKind::object)) {
        std::string example = "{";
        for (auto const& key : doc.keys)
            if (key.required)
                example += fmt::format("{} {}: {}", example.size() > 1 ? "," : "", json_string(key.name), key.example);
        reader.error(node, fmt::format("{} is not an object", reader.as_written(node)),
                     fmt::format("{} is an object with named values", one(doc.name)),
                     repair_of(node, example.size() > 1 ? example + " }" : "{ … }"));
        return false;
    }
    auto const names = doc.names();
    for (auto const* member : node.children) {
        if (std::ranges::find(names, member->key) != names.end()) continue;
        if (member->key == "note") {
            reader.expect(*member, JsonKind::string, R"("…")");
            continue;
        }
        auto const near = nearest(member->key, names);
        reader.error_at_key(*member, fmt::format("unknown key \"{}\"", printable(member->key, 40)),
                            fmt::format("{} has the keys {}", one(doc.name), quoted_list(names, "and")),
                            near ? json_string(*near) : where_it_belongs(doc, member->key));
    }
    for (auto const& key : doc.keys)
        if (key.required && node.find(key.name) == nullptr)
            reader.error(node, fmt::format("{} is missing", json_string(key.name)),
                         fmt::format("{} needs {}: {}", one(doc.name), json_string(key.name), key.help),
                         fmt::format("{}: {}", json_string(key.name), key.example));
    return true;
}

namespace detail {
namespace {

void put_range(ordered_json& schema, Range range) {
    if (std::isfinite(range.low)) schema[range.low_open ? "exclusiveMinimum" : "minimum"] = range.low;
    if (std::isfinite(range.high)) schema[range.high_open ? "exclusiveMaximum" : "maximum"] = range.high;
}

} // namespace

KeyDoc quantity_doc(std::string name, UnitFamily const& family, Range range, std::string help,
                    std::optional<double> fallback) {
    KeyDoc doc{
        std::move(name), std::string{family.name}, std::move(help), describe(range, &family), "", "", false, {}, {}};
    if (fallback) doc.fallback = json_string(print_quantity(*fallback, family));
    // An example that is in range, whatever the range.
    double const middle = fallback && *fallback > 0                     ? *fallback
                          : std::isfinite(range.high) && range.high < 1 ? range.high
                                                                        : 1;
    doc.example = json_string(print_quantity(middle, family));
    doc.schema = {{"type", "string"}, {"pattern", quantity_pattern(family)}};
    return doc;
}

KeyDoc number_doc(std::string name, Range range, std::string help, std::optional<double> fallback) {
    KeyDoc doc{std::move(name), "a number", std::move(help), describe(range, nullptr), "", "", false, {}, {}};
    if (fallback) doc.fallback = print_number(*fallback);
    doc.example = fallback ? doc.fallback : "0.5";
    ordered_json plain{{"type", "number"}};
    put_range(plain, range);
    doc.schema = {
        {"anyOf", {plain, {{"type", "string"}, {"pattern", R"(^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*%$)"}}}}};
    return doc;
}

KeyDoc count_doc(std::string name, std::uint64_t low, std::uint64_t high, std::string help, std::uint64_t fallback) {
    KeyDoc doc{std::move(name),
               "a whole number",
               std::move(help),
               fmt::format("{} to {}", low, high),
               std::to_string(fallback),
               std::to_string(fallback),
               false,
               {},
               {}};
    doc.schema = {{"type", "integer"}, {"minimum", low}, {"maximum", high}};
    return doc;
}

KeyDoc text_doc(std::string name, std::string help, bool id) {
    KeyDoc doc{std::move(name), id ? "an id" : "a text", std::move(help), "", "", R"("…")", false, {}, {}};
    doc.schema = {{"type", "string"}};
    if (id) doc.schema["pattern"] = "^(?!\\.+$)[A-Za-z0-9._-]{1,64}$";
    return doc;
}

KeyDoc choice_doc(std::string name, std::vector<std::pair<std::string, std::string>> const& names, std::string help,
                  std::string fallback) {
    KeyDoc doc{std::move(name), "", std::move(help), "", std::move(fallback), "", false, {}, {}};
    doc.schema = {{"enum", ordered_json::array()}};
    for (auto const& [word, meaning] : names) {
        doc.type += fmt::format("{}`{}`", doc.type.empty() ? "" : " or ", word);
        doc.schema["enum"].push_back(word);
        if (!meaning.empty()) doc.help += fmt::format(" `{}`: {}", word, meaning);
    }
    doc.example = json_string(names.front().first);
    return doc;
}

KeyDoc object_doc(std::string name, TableDoc const& table, std::string help) {
    KeyDoc doc{std::move(name), "an object", std::move(help), "", "", "{ … }", false, {}, {&table}};
    doc.schema = {{"$ref", "#/$defs/" + table.name}};
    return doc;
}

KeyDoc list_doc(std::string name, TableDoc const& table, std::string help) {
    KeyDoc doc{std::move(name), "a list of objects", std::move(help), "", "", "[ … ]", false, {}, {&table}};
    doc.schema = {{"type", "array"}, {"items", {{"$ref", "#/$defs/" + table.name}}}};
    return doc;
}

} // namespace detail
} // namespace qkdes
