// What two neighbouring nodes say to each other, and its encoding.
//
//   initiator                              responder
//     KEM request          ->                           opens a session
//                          <-  KEM public key           made for one session only
//     KEM ciphertext       ->
//     POST ext_keys        ->                           keys sealed under the hop key; names the QKD unit used
//                          <-  202                      opened; or 400, 401: nothing kept; 503: retry or void
//                          <-  POST ext_keys/ack        when the far node has stored the keys, or why not
//     200                  ->
//     POST ext_keys/void   ->                           after a timeout: those keys must not be used
//                          <-  202, POST ext_keys/ack   voided, failed to void, key not present
//     abandon              ->                           forget the session, and void the unit's copy
//                          <-  abandoned
//     link state           ->                           of no session (zeros): routing news, to be passed on
//
// ext_keys and its kin, and GET versions, are ETSI GS QKD 020 (sim/kme/etsi020/codec.hpp). Their body is what the
// standard says; a key container is sealed as a whole into an envelope of JSON, {iv, ciphertext, session, unit}, as in
// arXiv:2604.20376, because here it crosses open country and not one room. The KEM exchange is binary, as there. Hops
// without a KEM begin with ext_keys. On hops protected by one-time pads the container travels in clear but for the
// values of its keys, in {hash_unit, units, text, tag, session}.
//
// On the wire: version, kind, session (which ties answer to request, as a connection would); then binary fields in
// network byte order, or "VERB path" or "code path", a line feed, and the body. Decoding is strict: whatever is not
// exactly one message is refused as a whole; a malformed request gets the standard's answer.
//
// Our extensions (the number 32473 is the one reserved for examples, RFC 5612):
//   E32473_path      mandatory, in a key container: links still to go, for policies that choose whole paths
//   E32473_visited   optional: nodes passed, source first
//   E32473_exposure  optional: what would expose the keys so far, as "{aes} or {qkd, kem}" (protection/exposure.hpp);
//   in
//                    an acknowledgement, that of the whole path
//   E32473_tag       optional, in an acknowledgement over a hop protected by one-time pads: its Wegman-Carter tag
// A peer that does not know the optional ones passes them on unchanged: then who came before is told from the channel,
// and what nobody vouches for counts as exposed by anything. Optional extensions that we do not know pass unchanged;
// those of single keys are dropped.
//
// Checked: tests/sim/kme/messages_test.cpp; that a size is that of the encoding, for every kind, in the same file.
#pragma once
#include "sim/kme/etsi020/codec.hpp"
#include "sim/kme/hop_crypto.hpp"
#include "sim/kme/node.hpp"
#include "sim/kme/protection/exposure.hpp"
#include "sim/kme/protection/one_time_pad.hpp"
#include "sim/kme/routing/link_state.hpp"
#include "sim/kme/sae_directory.hpp"

#include <boost/container/small_vector.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace qkdes {

/// Fits the largest legal request: 128 keys of 4096 bits.
constexpr std::size_t kMessageLimit = etsi020::Limits::kBytes;
/// Nodes a key may pass, source included; no more are remembered or tolerated.
constexpr std::size_t kHopLimit = 64;
constexpr std::size_t kMaxAdvertisedEnds = 4096, kMaxSignatureBytes = 8192;
constexpr std::uint32_t kMinKeyBits = 64, kMaxKeyBits = 4096, kMaxKeysPerRequest = 128;
/// Pads of the largest request, and its tag.
constexpr std::size_t kMaxHopUnits = kMaxKeyBits * kMaxKeysPerRequest / 256 + 1;

using Visited = boost::container::small_vector<NodeId, 8>;
/// What an envelope holds: the end-to-end keys and what the next node must know about them.
struct Payload {
    AppId from, to;
    Exposure exposure{};              ///< by the hops so far, the one it travels over included
    Visited visited;                  ///< source first, sender last: a message never passes a node twice
    std::vector<DeliveredKey> keys;   ///< all of one size; their own class does not travel
    std::vector<LinkId> path{};       ///< still to go after the hop it travels over; empty: relays decide
    etsi020::Extensions extensions{}; ///< optional ones of others, passed on
};

struct KemRequestMessage {
    SessionId session{};
};
struct KemPublicKeyMessage {
    SessionId session{};
    std::vector<std::uint8_t> public_key;
};
struct KemCiphertextMessage {
    SessionId session{};
    std::vector<std::uint8_t> ciphertext;
};
struct AbandonMessage {
    SessionId session{};
    std::vector<UnitId> units; ///< at most kMaxHopUnits
};
struct AbandonedMessage {
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
    std::vector<std::uint8_t> signature; ///< sim/kme/routing/news_keys.hpp; empty: none
};
struct OtpEnvelope {
    UnitId hash_unit;                 ///< the initiator's hash key on this link
    std::vector<std::uint8_t> text{}; ///< an encoded Payload whose keys are xor-ed with the pads
    OneTimeTag tag{};
};
struct ExtKeysMessage {
    SessionId session{};
    /// From the initiator's half: none on a hop without QKD; the pads' and last the tag's on one with one-time pads.
    std::vector<UnitId> units;
    Envelope envelope; ///< holds an encoded Payload
    /// In its stead where messages are values: the payload itself, and what stands for the seal.
    std::shared_ptr<Payload const> modelled{};
    std::uint64_t modelled_seal = 0;
    std::optional<OtpEnvelope> otp{}; ///< in place of the envelope
};
using KeyIds = boost::container::small_vector<KeyId, 1>; ///< nearly always one
struct AckMessage {
    struct Container { ///< for one target each
        KeyIds ids;
        AppId from, to;
        etsi020::AckStatus status = etsi020::AckStatus::relayed;
        KeyStatus reason = KeyStatus::ok;                ///< of a failure; travels as its message
        std::optional<Exposure> exposure = std::nullopt; ///< of the whole path
        std::optional<OneTimeTag> tag = std::nullopt;    ///< over a hop with one-time pads, of `relayed`
    };
    SessionId session{}; ///< that of the ext_keys it answers, when it answers one
    Container first;
    std::vector<Container> others{};
};
struct VoidMessage {
    SessionId session{};
    KeyIds ids; ///< none: everything between the two
    AppId from, to;
};
struct VersionsMessage {
    SessionId session{};
};
enum class Endpoint : std::uint8_t { ext_keys, ack, void_keys, versions };
struct ResponseMessage {
    SessionId session{};
    Endpoint endpoint = Endpoint::ext_keys; ///< of the request that it answers
    int code = etsi020::kOk;
    std::shared_ptr<etsi020::ProblemDetails const> problem{}; ///< when the code is none of success
};
using Message =
    std::variant<KemRequestMessage, KemPublicKeyMessage, KemCiphertextMessage, AbandonMessage, AbandonedMessage,
                 LinkStateMessage, ExtKeysMessage, AckMessage, VoidMessage, VersionsMessage, ResponseMessage>;

/// What the encoding depends on besides the message.
struct WireFormat {
    SaeDirectory saes{};
    std::string self = "kme"; ///< the sender, in its callback URLs
    etsi020::AckStyle acks = etsi020::AckStyle::v1_1_1;
};
WireFormat const& plain_format(); ///< as constructed

struct Decoded {
    std::optional<Message> message;
    std::optional<ResponseMessage> refusal{}; ///< what a malformed request is answered with, if it is
    explicit operator bool() const { return message.has_value(); }
    bool has_value() const { return message.has_value(); }
    Message& operator*() { return *message; }
    Message* operator->() { return &*message; }
};

std::vector<std::uint8_t> encode(Message const& message, WireFormat const& format = plain_format());
Decoded decode(std::span<std::uint8_t const> bytes, WireFormat const& format = plain_format());
/// Index in the variant, by header and path alone; nothing when they are no message's.
std::optional<std::size_t> kind_of(std::span<std::uint8_t const> bytes);
/// Bytes of encode(message), without making them.
std::size_t encoded_size(Message const& message, WireFormat const& format = plain_format());

struct OpenedPayload {
    std::optional<Payload> value;
    etsi020::Problem problem = etsi020::Problem::invalid_parameter; ///< without a value
    std::string explanation{};
    explicit operator bool() const { return value.has_value(); }
    bool has_value() const { return value.has_value(); }
    Payload const& operator*() const { return *value; }
    Payload const* operator->() const { return &*value; }
};
SecretBytes encode(Payload const& payload, WireFormat const& format = plain_format());
OpenedPayload decode_payload(std::span<std::uint8_t const> bytes, WireFormat const& format = plain_format());
std::size_t encoded_size(Payload const& payload, WireFormat const& format = plain_format());

/// What the tags of an OTP hop cover: everything but the tag itself.
std::vector<std::uint8_t> tagged_text(ExtKeysMessage const& message, std::string_view initiator,
                                      std::string_view responder);
std::vector<std::uint8_t> tagged_text(SessionId const& session, AckMessage::Container const& container);

} // namespace qkdes
