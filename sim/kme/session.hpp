// One relay as one node sees it: who asked, what it carries, where it went on to. It lives from the request (an
// application's or the previous node's) to the acknowledgement or the timeout, and a while longer at relays and the
// far node, so that a message that arrives twice gets the same answer.
#pragma once
#include "sim/base/hash.hpp"
#include "sim/kme/messages.hpp"

#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace qkdes {

/// One end of a session: the same session at the other end names the same link.
struct Hop {
    LinkId link;
    SessionId session{};
    bool operator==(Hop const&) const = default;
};

/// For look-up only: nothing iterates over a table that it orders.
struct HopHash {
    std::size_t operator()(Hop const& hop) const {
        std::uint64_t halves[2];
        std::memcpy(halves, hop.session.data(), sizeof halves);
        return mix64(mix64(halves[0] ^ hop.link.value) ^ halves[1]);
    }
};

struct Relay {
    enum class Stage : std::uint8_t {
        awaiting_message,         ///< public key given out
        awaiting_public_key,      ///< asked the next node, which knows nothing of the unit yet
        awaiting_acknowledgement, ///< message sent on
        done,                     ///< kept for duplicates and voids
    };
    Stage stage = Stage::awaiting_message;
    Payload payload; ///< the source keeps its keys until the end, a relay until it has sealed them again

    // Where it came from: a session with the previous node or, at the source, an application.
    std::optional<Hop> from;
    std::vector<std::uint8_t> public_key;
    std::unique_ptr<Kem::PrivateKey const> private_key;
    std::function<void(KeyReply)> reply;

    // Where it goes.
    std::optional<Hop> onward;
    std::optional<UnitId> unit; ///< of the own half, reserved or drawn for the onward hop

    // How it ended.
    KeyStatus status = KeyStatus::ok;
    bool unit_used = false;    ///< the previous node's unit served here
    std::vector<KeyId> stored; ///< at the far node
};

} // namespace qkdes
