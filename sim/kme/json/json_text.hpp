// JSON from outside, read within limits: a text that is too long, too deep, has too many values, a name twice in one
// object, or is no JSON (RFC 8259) in UTF-8, is refused as a whole, before a tree of it exists. Never an exception.
#pragma once
#include <nlohmann/json.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace qkdes {

struct JsonLimits {
    std::size_t bytes = 64 * 1024;
    std::size_t depth = 8;     ///< objects and arrays inside each other
    std::size_t values = 4096; ///< numbers, strings, objects, ... in all
};

struct JsonText {
    std::optional<nlohmann::json> value;
    std::string problem; ///< what was wrong, for a person; set when there is no value
};
JsonText read_json(std::string_view text, JsonLimits const& limits = {});

/// Never throws: what is not UTF-8 is replaced.
std::string write_json(nlohmann::json const& value);

} // namespace qkdes
