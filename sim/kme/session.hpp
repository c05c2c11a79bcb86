// One relay as one node sees it: who asked, what it carries, where it went on to. It lives from the request (an
// application's or the previous node's) to the acknowledgement or the timeout, and a while longer, so that a message
// that arrives twice gets the same answer.
#pragma once
#include "sim/base/contracts.hpp"
#include "sim/base/hash.hpp"
#include "sim/base/recycled.hpp"
#include "sim/kme/messages.hpp"
#include "sim/ports/key_source.hpp"

#include <boost/container/small_vector.hpp>

#include <bitset>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace qkdes {

/// As two words: these are compared many times a message.
inline bool same(std::array<std::uint8_t, 16> const& a, std::array<std::uint8_t, 16> const& b) {
    std::uint64_t x[2], y[2];
    std::memcpy(x, a.data(), sizeof x);
    std::memcpy(y, b.data(), sizeof y);
    return ((x[0] ^ y[0]) | (x[1] ^ y[1])) == 0;
}

/// One end of a session: the same session at the other end names the same link.
struct Hop {
    LinkId link;
    SessionId session{};
    bool operator==(Hop const& other) const { return link == other.link && same(session, other.session); }
};

/// The initiator names a session, and so finds its relay by what comes back without a look-up: the last four bytes are
/// the low half of the relay's serial, as a QUIC connection ID helps who chose it (RFC 9000, section 5.1). The twelve
/// before them are left to chance. They prove nothing: compare the whole.
inline void set_serial(SessionId& session, std::uint64_t serial) {
    auto const low = static_cast<std::uint32_t>(serial);
    for (std::size_t i = 0; i < sizeof low; ++i)
        session[session.size() - 1 - i] = static_cast<std::uint8_t>(low >> 8 * i);
}
inline std::uint32_t serial_in(SessionId const& session) {
    std::uint32_t low = 0;
    for (std::size_t i = session.size() - sizeof low; i < session.size(); ++i)
        low = low << 8 | session[i];
    return low;
}

/// One or none, which is one without a link: a relay has two, and a network millions of relays.
class MaybeHop {
  public:
    MaybeHop() = default;
    MaybeHop(Hop const& hop) : hop_{hop} { QKDES_EXPECTS(hop.link.valid()); }
    bool has_value() const { return hop_.link.valid(); }
    explicit operator bool() const { return has_value(); }
    Hop const& operator*() const {
        QKDES_EXPECTS(has_value());
        return hop_;
    }
    Hop const* operator->() const { return &**this; }
    void reset() { hop_ = {}; }
    bool operator==(Hop const& other) const { return has_value() && hop_ == other; }

  private:
    Hop hop_{};
};

/// A key on its way over a link, as the standard names it: by its id and its SAEs.
struct KeyOnLink {
    LinkId link;
    KeyId id;
    AppId to;
    bool operator==(KeyOnLink const& other) const {
        return link == other.link && to == other.to && same(id.bytes, other.id.bytes);
    }
};

/// For look-up only: nothing iterates over a table that it orders. Mixes all bits.
struct HopHash {
    static std::size_t of(std::array<std::uint8_t, 16> const& bytes, std::uint64_t more) {
        std::uint64_t halves[2];
        std::memcpy(halves, bytes.data(), sizeof halves);
        return mix64(mix64(halves[0] ^ more) ^ halves[1]);
    }
    std::size_t operator()(Hop const& hop) const { return of(hop.session, hop.link.value); }
    std::size_t operator()(KeyOnLink const& key) const {
        return of(key.id.bytes, std::uint64_t{key.to.value} << 32 | key.link.value);
    }
};

/// A message as the transport takes it, kept to be sent again.
struct Packed {
    std::vector<std::uint8_t> bytes;
    std::shared_ptr<MessageValue const> value; ///< instead of bytes
    std::size_t size = 0;
    bool request = false; ///< of ETSI GS QKD 020
    bool keys = false;    ///< ext_keys
};

/// What an acknowledgement over an OTP hop is tagged with.
struct TagSecrets {
    SecretBytes hash_unit, tag_unit;
};

/// What a relay needs until it is done: most of it by far. A node remembers thousands that are done, and a network
/// millions, so this goes with the end.
struct alignas(64) UnderWay {
    static void* operator new(std::size_t) { return Recycled<sizeof(UnderWay), alignof(UnderWay)>::take(); }
    static void operator delete(void* memory) noexcept {
        Recycled<sizeof(UnderWay), alignof(UnderWay)>::give_back(memory);
    }

    Payload payload; ///< the source keeps its keys until the end, a relay until it has sealed them again

    // At the far end of a session with the previous node.
    std::vector<std::uint8_t> public_key;               ///< empty where messages are values, and instead ...
    Packed offered;                                     ///< ... the message with it
    std::unique_ptr<Kem::PrivateKey const> private_key; ///< until it has served
    std::optional<SecretBytes> kem_secret;              ///< nothing as well when the ciphertext was malformed
    std::vector<std::uint8_t> kem_ciphertext;           ///< empty where messages are values
    std::unique_ptr<ExtKeysMessage const> parked;       ///< came before the ciphertext that opens it
    std::unique_ptr<ExtKeysMessage const> opening;      ///< waits for its units from the vendor

    // At the source.
    std::function<void(KeyReply)> reply;
    bool early = false;                       ///< the reply is given when the hop's key is there
    SecurityClass worst = SecurityClass::pqc; ///< that the application accepts

    // Towards the next node.
    std::vector<KeyUnit> link_key; ///< of the own half, drawn for the onward hop
    bool fetching = false;         ///< the vendor has been asked for them
    std::vector<KeyUnit> own_key;  ///< that become the application's keys, of the link ...
    LinkId own_link{};             ///< ... until they have
    std::uint32_t own_units = 0;   ///< how many they are to be
    std::vector<std::uint8_t> next_public_key;
    std::unique_ptr<TagSecrets> ack_out;               ///< for the tag of the acknowledgement that is to come
    boost::container::small_vector<Packed, 2> repeats; ///< what a retry sends again
    std::uint32_t attempts = 0;                        ///< retries so far, onward
    std::vector<bool> relayed;                         ///< keys acknowledged, when that comes in parts
    bool passes_back = false;                          ///< there is no way on but back to the previous node
};

/// What is known of a relay without a look at it: beside its serial (SerialTable::mark). The time there is that of its
/// beginning, or of its end once it is done.
enum RelayMark : std::uint8_t {
    kUnderWay = 1,   ///< not done
    kUnanswered = 2, ///< its acknowledgement has no answer yet
};

/// What few relays keep when they are done.
struct SeldomKept {
    std::optional<TagSecrets> ack_in;               ///< for the tag of the acknowledgement that goes back
    std::optional<etsi020::ProblemDetails> problem; ///< of the response, when it is a refusal
};

struct alignas(64) Relay {
    static void* operator new(std::size_t) { return Recycled<sizeof(Relay), alignof(Relay)>::take(); }
    static void operator delete(void* memory) noexcept { Recycled<sizeof(Relay), alignof(Relay)>::give_back(memory); }

    enum class Stage : std::uint8_t {
        awaiting_message,         ///< public key given out
        awaiting_public_key,      ///< preparing a hop onward: the next node knows nothing of the units yet
        awaiting_response,        ///< message sent on
        awaiting_acknowledgement, ///< the next node has opened it
        done,                     ///< kept for duplicates and voids
    };
    // In this order for the caches, two lines: first what goes with the relay, then what looking it up asks for.
    KeyIds ids;                                                   ///< of the payload's keys, to the end
    std::unique_ptr<UnderWay> way = std::make_unique<UnderWay>(); ///< none: done
    std::unique_ptr<SeldomKept> seldom;                           ///< none: neither of the two

    MaybeHop from; ///< session with the previous node; none at the source, where an application asked
    MaybeHop onward;
    AppId key_from, key_to; ///< of the payload, as soon as it is known
    Stage stage = Stage::awaiting_message;
    KeyStatus status = KeyStatus::ok; ///< how it ended
    Exposure exposure{};              ///< of the keys, when it ended
    bool acknowledges : 1 = false;    ///< an ack went back, and ...
    bool acknowledged : 1 = false;    ///< ... was answered
    std::uint16_t response = 0;       ///< to ext_keys; 0: none yet
    std::uint16_t ack_attempts = 0;
    std::bitset<kMaxKeysPerRequest> stored; ///< at the far node: which of the keys, in the order of `ids`

    SeldomKept& keep_seldom() {
        if (!seldom) seldom = std::make_unique<SeldomKept>();
        return *seldom;
    }
};
static_assert(sizeof(void*) != 8 || sizeof(Relay) <= 128);

} // namespace qkdes
