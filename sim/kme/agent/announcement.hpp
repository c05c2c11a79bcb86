// What the agents of two sites tell each other about a new key: which one it is, never its bytes.
//
// Holds: decoding takes any bytes, and what it returns is in range and encodes to the same bytes again.
#pragma once
#include "sim/kme/agent/key_record.hpp"

#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace qkdes::agent {

struct Announcement {
    KeyRecord record; ///< without its key
};
struct Confirmation {
    std::uint64_t sequence = 0; ///< the other site has this key
};
using AgentMessage = std::variant<Announcement, Confirmation>;

std::vector<std::uint8_t> encode(AgentMessage const& message);
std::optional<AgentMessage> decode_agent_message(std::span<std::uint8_t const> bytes);

} // namespace qkdes::agent
