// Values that the JSON interfaces of key management share: what was read or why not, extensions, UUIDs, base64. Without
// the JSON library's header, which is heavy.
#pragma once
#include "sim/base/secret.hpp"
#include "sim/ports/telemetry.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace qkdes {

/// One name/value pair of an extension; the value is any JSON, as text.
struct Extension {
    std::string name;
    std::string value_json;
    bool operator==(Extension const&) const = default;
};

/// What was read, or why not.
template <class T>
struct Parsed {
    std::optional<T> value;
    std::string problem;
    explicit operator bool() const { return value.has_value(); }
};

/// RFC 9562 section 4: 36 characters; upper case is understood, lower case written.
std::optional<KeyId> read_uuid(std::string_view text);
std::string write_uuid(KeyId const& id);
constexpr std::size_t kUuidChars = 36;

/// RFC 4648 table 1, with padding and nothing else in between.
std::optional<SecretBytes> read_base64(std::string_view text);
constexpr std::size_t base64_size(std::size_t bytes) { return (bytes + 2) / 3 * 4; }

} // namespace qkdes
