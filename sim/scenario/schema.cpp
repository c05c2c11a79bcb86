#include "sim/scenario/schema.hpp"

#include "sim/scenario/scenario_table.hpp"

#include <fmt/format.h>

namespace qkdes {
namespace {

using nlohmann::ordered_json;

ordered_json object_schema(TableDoc const& table) {
    ordered_json properties = ordered_json::object(), required = ordered_json::array();
    for (auto const& key : table.keys) {
        ordered_json schema{{"description", key.help}};
        schema.update(key.schema);
        if (auto value = ordered_json::parse(key.fallback, nullptr, false); !value.is_discarded())
            schema["default"] = std::move(value);
        if (auto value = ordered_json::parse(key.example, nullptr, false); !value.is_discarded() && value != "…")
            schema["examples"] = {std::move(value)};
        properties[key.name] = std::move(schema);
        if (key.required) required.push_back(key.name);
    }
    properties["note"] = {{"description", "For people; not read."}, {"type", "string"}};
    ordered_json out{{"description", table.help}, {"type", "object"}, {"properties", properties}};
    if (!required.empty()) out["required"] = required;
    out["additionalProperties"] = false;
    return out;
}

/// What stands between bars in a table must not contain one.
std::string cell(std::string text) {
    for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2)
        text.replace(at, 1, "\\|");
    return text;
}

std::string code(std::string const& json) { return "`" + json + "`"; }

std::string default_cell(KeyDoc const& key) {
    if (key.required) return "required, " + code(key.example);
    if (key.fallback.empty())
        return key.example == "\"…\"" || key.example.find("…") != std::string::npos ? "" : "none, " + code(key.example);
    return ordered_json::accept(key.fallback) ? code(key.fallback) : key.fallback;
}

} // namespace

std::string scenario_schema() {
    auto const tables = all_tables();
    ordered_json out{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "qkdes scenario"}};
    out.update(object_schema(*tables.front()));
    for (std::size_t i = 1; i < tables.size(); ++i)
        out["$defs"][tables[i]->name] = object_schema(*tables[i]);
    return out.dump(2) + "\n";
}

std::string scenario_reference_markdown() {
    std::string out = "Every object may also hold `note`, a text for people. Units by kind of quantity:\n\n| kind | "
                      "units |\n|---|---|\n";
    for (auto const* family : units::all())
        out += fmt::format("| {} | {} |\n", family->name, list_units(*family));
    for (auto const* table : all_tables()) {
        out += fmt::format("\n### `{}`\n{}\n\n| key | value | left out | meaning |\n|---|---|---|---|\n", table->name,
                           table->help);
        for (auto const& key : table->keys) {
            std::string const range = key.range.empty() ? "" : ", " + key.range;
            out += fmt::format("| `{}` | {} | {} | {} |\n", key.name, cell(key.type + range), cell(default_cell(key)),
                               cell(key.help));
        }
    }
    return out;
}

} // namespace qkdes
