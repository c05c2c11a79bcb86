// What an HTTP request line names: method of the interface, SAE, query. Understands the three resources of ETSI GS QKD
// 014 clause 5 and nothing else.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qkdes::etsi014 {

enum class Method : std::uint8_t { status, enc_keys, dec_keys };

struct Target {
    Method method = Method::status;
    std::string sae; ///< percent-decoded; not empty, at most 256 bytes
    std::vector<std::pair<std::string, std::string>> query;
};

/// Nothing when it is not `/api/v1/keys/{SAE}/{method}[?name=value[&...]]`, longer than 2 KiB, badly escaped or holds
/// a control character.
std::optional<Target> read_target(std::string_view target);

} // namespace qkdes::etsi014
