// Inside messages.cpp: the messages that are text, a line and a body, and sizes of all.
#pragma once
#include "sim/kme/messages.hpp"

#include <string>
#include <string_view>

namespace qkdes::wire {

/// Units as runs of neighbours: visit(first, count).
template <class Visit>
void each_run(std::vector<UnitId> const& units, Visit visit) {
    for (std::size_t at = 0; at < units.size();) {
        std::uint32_t count = 1;
        while (at + count < units.size() && units[at + count] == UnitId{units[at].block, units[at].index + count})
            ++count;
        visit(units[at], count);
        at += count;
    }
}

constexpr std::uint8_t kVersion = 1;
constexpr std::uint8_t kRequestKind = 6, kResponseKind = 7; ///< after the binary ones
constexpr std::size_t kHeaderBytes = 2 + sizeof(SessionId);
constexpr std::size_t kUnitIdBytes = 8 + 4, kEndBytes = 4 + 1 + 4 + 4;

/// First line and body of a request ("POST /kmapi/v1/ext_keys") or a response ("202 /kmapi/v1/ext_keys").
struct Frame {
    Endpoint endpoint = Endpoint::ext_keys;
    int code = 0;
    std::string_view body;
};
std::optional<Frame> read_request_line(std::string_view text);
std::optional<Frame> read_status_line(std::string_view text);
std::string_view path_of(Endpoint endpoint);
std::string_view request_line(Endpoint endpoint); ///< with its line feed
std::string callback_url(std::string_view node);
constexpr std::size_t kCallbackChars = sizeof("https:///kmapi/v1/ext_keys/ack") - 1; ///< and the node's name

std::string write_text(ExtKeysMessage const& message, WireFormat const& format);
std::string write_text(AckMessage const& message, WireFormat const& format);
std::string write_text(VoidMessage const& message, WireFormat const& format);
std::string write_text(VersionsMessage const& message, WireFormat const& format);
std::string write_text(ResponseMessage const& message, WireFormat const& format);
Decoded read_request(Frame const& frame, SessionId const& session, WireFormat const& format);
Decoded read_response(Frame const& frame, SessionId const& session);

std::size_t binary_size(KemRequestMessage const& message);
std::size_t binary_size(KemPublicKeyMessage const& message);
std::size_t binary_size(KemCiphertextMessage const& message);
std::size_t binary_size(AbandonMessage const& message);
std::size_t binary_size(AbandonedMessage const& message);
std::size_t binary_size(LinkStateMessage const& message);

} // namespace qkdes::wire
