// What two neighbouring nodes say to each other, and its encoding: version, kind, session, then the kind's fields in
// network byte order, variable ones with their length in front.
//
//   initiator                              responder
//     key_request          ->                           opens the session
//                          <-  public_key               made for one session only
//     relay                ->                           keys under the hop key; names the QKD unit used
//                          <-  acknowledgement          when the far node has stored the keys, or why not
//     void_session         ->                           after a timeout: forget, and void the unit's copy
//                          <-  void_done
//     link_state           ->                           of no session (zeros): routing news, to be passed on
//
// Decoding is strict: another version, a wrong size, a value out of range or a byte too many is refused as a whole.
// Messages carry no proof of origin: the transport is authenticated, the relayed keys are by their envelope.
#pragma once
#include "sim/kme/hop_crypto.hpp"
#include "sim/kme/node.hpp"
#include "sim/kme/routing/link_state.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace qkdes {

/// Fits the largest legal request: 128 keys of 4096 bits.
constexpr std::size_t kMessageLimit = 96 * 1024;
/// Nodes a key may pass, source included; no more are remembered or tolerated.
constexpr std::size_t kHopLimit = 64;
constexpr std::size_t kMaxAdvertisedEnds = 4096, kMaxSignatureBytes = 8192;
constexpr std::uint32_t kMinKeyBits = 64, kMaxKeyBits = 4096, kMaxKeysPerRequest = 128;

struct KeyRequestMessage {
    SessionId session{};
};
struct PublicKeyMessage {
    SessionId session{};
    std::vector<std::uint8_t> public_key;
};
struct RelayMessage {
    SessionId session{};
    std::optional<UnitId> unit; ///< from the initiator's half; absent on a hop without QKD
    std::vector<std::uint8_t> kem_ciphertext;
    Envelope envelope; ///< holds an encoded Payload
};
struct AcknowledgementMessage {
    SessionId session{};
    KeyStatus status = KeyStatus::ok;            ///< ok: the far node has stored the keys
    bool unit_used = false;                      ///< the responder's copy of the unit served
    SecurityClass security = SecurityClass::pqc; ///< of the whole path; only when ok
};
struct VoidMessage {
    SessionId session{};
    std::optional<UnitId> unit;
    bool keep_keys = false; ///< void the unit only: the source has released the keys already
};
struct VoidDoneMessage {
    SessionId session{};
};
struct LinkStateMessage { ///< what `origin` says of its ends of its links: sim/kme/routing/router.hpp
    SessionId session{};
    NodeId origin;
    std::uint64_t sequence = 0;
    std::uint8_t hops_left = 0;
    struct End {
        LinkId link;
        EndNews news;
    };
    std::vector<End> ends;               ///< at most kMaxAdvertisedEnds
    std::vector<std::uint8_t> signature; ///< empty: a place kept for one
};
using Message = std::variant<KeyRequestMessage, PublicKeyMessage, RelayMessage, AcknowledgementMessage, VoidMessage,
                             VoidDoneMessage, LinkStateMessage>;

std::vector<std::uint8_t> encode(Message const& message);
std::optional<Message> decode(std::span<std::uint8_t const> bytes);

/// What an envelope holds: the end-to-end keys and what the next node must know about them.
struct Payload {
    AppId from, to;
    SecurityClass security = SecurityClass::its; ///< worst hop so far, the one it travels over included
    std::vector<NodeId> visited;                 ///< source first, sender last: a message never passes a node twice
    std::vector<DeliveredKey> keys;              ///< all of one size; their own `security` does not travel
    std::vector<LinkId> path{};                  ///< still to go after the hop it travels over; empty: relays decide
};

SecretBytes encode(Payload const& payload);
std::optional<Payload> decode_payload(std::span<std::uint8_t const> bytes);

} // namespace qkdes
