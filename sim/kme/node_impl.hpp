// The inside of a KmeNode. Its parts know nothing of each other: pools, routing, crypto, keys awaiting applications.
// What ties them together is the relay: delivery.cpp (applications), initiator.cpp and responder.cpp (the two ends of a
// hop), acknowledging.cpp (the way back), voiding.cpp (timeouts, voids, restart), sending.cpp (what leaves the node),
// foreseeing.cpp (the memory of all that).
#pragma once
#include "sim/kme/congestion/front_door.hpp"
#include "sim/kme/congestion/ready_keys.hpp"
#include "sim/kme/deadline_lane.hpp"
#include "sim/kme/delivered_keys.hpp"
#include "sim/kme/hop_crypto.hpp"
#include "sim/kme/key_pool.hpp"
#include "sim/kme/link_map.hpp"
#include "sim/kme/node.hpp"
#include "sim/kme/protection/hash_keys.hpp"
#include "sim/kme/relay_table.hpp"
#include "sim/kme/relay_watch.hpp"
#include "sim/kme/routing/router.hpp"
#include "sim/kme/session.hpp"
#include "sim/kme/southbound/pool_source.hpp"
#include "sim/kme/southbound/vendor_kms.hpp"

#include <map>
#include <unordered_map>

namespace qkdes {

struct alignas(64) KmeNode::Impl {
    Impl(KmeConfig config, std::shared_ptr<Topology const> topology, KmePorts ports);

    // Applications: delivery.cpp.
    void request_keys(KeyRequest const& request, std::function<void(KeyReply)> reply);
    void relay_keys(std::vector<LinkId> path, AppId from, AppId to, std::vector<DeliveredKey> keys,
                    std::function<void(KeyReply)> reply);
    /// `given` empty: fresh keys. `path` empty: the policy's.
    void deliver(KeyRequest const& request, std::vector<DeliveredKey> given, std::vector<LinkId> path,
                 std::function<void(KeyReply)> reply);
    KeyReply fetch_keys(AppId caller, std::span<KeyId const> ids, AppId from);
    /// What the first hop towards `request.to` may hand out, in bits; nothing when no pool limits it.
    std::optional<std::uint64_t> available(KeyRequest const& request);
    std::uint64_t cost(KeyRequest const& request);
    KeyStatus check(KeyRequest const& request) const;
    KeyReply early_reply(Relay const& relay);
    Exposure expected_exposure(Relay const& relay);
    std::vector<DeliveredKey> make_keys(KeyRequest const& request);
    KeyStatus store_delivery(AppId from, AppId owner, std::span<DeliveredKey const> keys);

    // Key from the devices: node.cpp.
    void on_key_block(LinkId link, std::uint64_t block, Bits const& key, std::uint64_t units_of_a);
    void on_key_block(LinkId link, std::uint64_t block, std::shared_ptr<KeyUnits const> key, std::uint64_t units,
                      std::uint64_t units_of_a);
    void key_arrived(LinkId link, std::uint64_t block, std::uint64_t units, std::uint64_t units_of_a);
    KeyPool& pool(LinkId link);
    KeyPool const& pool(LinkId link) const;

    struct Connection { ///< of one direction of requests
        SimTime used;
        bool open = false;
    };
    struct Connections {
        Connection called, served; ///< to a neighbour, and from there
    };
    void use_connection(Connection& connection);

    // Messages: node.cpp hands each to its end of the hop, sending.cpp lets them go.
    void on_message(LinkId link, NodeId from, std::span<std::uint8_t const> bytes);
    void on_value(LinkId link, NodeId from, MessageValue const& value);
    bool from_neighbour(LinkId link, NodeId from);
    void take(LinkId link, Message const& message);
    Packed pack(Message&& message) const;
    void post(LinkId link, Packed const& packed);
    void hand_over(LinkId link, Packed const& packed);
    void send(LinkId link, Message&& message) { post(link, pack(std::move(message))); }
    void respond(LinkId link, SessionId const& session, Endpoint endpoint, int code) {
        send(link, ResponseMessage{session, endpoint, code});
    }
    void respond(Relay const& relay); ///< to its ext_keys
    void refuse(LinkId link, SessionId const& session, Endpoint endpoint, etsi020::Problem problem,
                std::string explanation = {});

    // Asking the processor for memory in time: foreseeing.cpp.
    template <class M>
    bool foresee(LinkId, M const&) const { // the others are few, or ask for little
        return false;
    }
    bool foresee(LinkId link, KemRequestMessage const& message) const;
    bool foresee(LinkId link, KemPublicKeyMessage const& message) const;
    bool foresee(LinkId link, ExtKeysMessage const& message) const;
    bool foresee(LinkId link, ResponseMessage const& message) const;
    bool foresee(LinkId link, AckMessage const& message) const;
    void foresee_more(LinkId link, ExtKeysMessage const& message);
    void foresee_more(AckMessage const& message) const;
    void foresee_answer(LinkId link) const;
    void foresee_onward(Payload const& payload);
    void foresee_back(AckMessage const& message) const;
    std::optional<LinkId> onward(Payload const& payload); ///< may compute routes, as the service will

    // Initiator: initiator.cpp. `ok` means that the hop has begun.
    KeyStatus start_hop(std::uint64_t serial, Relay& relay, std::uint32_t key_bits, std::uint32_t number);
    KeyStatus take_units(std::uint64_t serial, LinkId link, Relay& relay, std::uint32_t key_bits, std::uint32_t number);
    KeyStatus draw_units(std::uint64_t serial, LinkId link, std::uint32_t wanted, Relay& relay);
    std::optional<LinkId> device_link(LinkId onward) const;
    void settle_units(LinkId link, std::vector<KeyUnit> units, Relay& relay);
    void use_device_keys(Relay& relay);
    void on_units(std::uint64_t serial, LinkId link, KeySourceResult result);
    /// Seals and sends once all is there that it takes: units, public key, keys.
    void proceed(std::uint64_t serial);
    void refuse_hop(std::uint64_t serial, KeyStatus status);
    std::optional<LinkId> next_link(Payload& payload);
    void on(LinkId link, KemPublicKeyMessage const& message);
    void on(LinkId link, ResponseMessage const& message);
    ExtKeysMessage seal(Hop const& hop, Relay& relay, Kem::Encapsulation const* encapsulation);
    std::optional<ExtKeysMessage> mask(Hop const& hop, Relay& relay, std::uint32_t& units);
    void opened(Relay& relay);
    void refused(std::uint64_t serial, ResponseMessage const& message);
    void on_retry(std::uint64_t serial);
    /// Tells whoever asked; the relay is over here.
    void conclude(std::uint64_t serial, KeyStatus status);

    // Responder: responder.cpp.
    void on(LinkId link, KemRequestMessage const& message);
    void on(LinkId link, KemCiphertextMessage const& message);
    void on(LinkId link, ExtKeysMessage const& message);
    void on(LinkId link, VersionsMessage const& message);
    Packed offer(Relay const& relay) const;
    void answer_again(Relay& relay);
    std::optional<std::uint64_t> session_of(LinkId link, ExtKeysMessage const& message);
    /// Gets the units that a message names, or why not.
    void fetch_units(std::uint64_t serial, LinkId link, ExtKeysMessage const& message);
    void reject_units(std::uint64_t serial, LinkId link, ExtKeysMessage const& message);
    void on_named_units(std::uint64_t serial, LinkId link, KeySourceResult result);
    void open(std::uint64_t serial, LinkId link, ExtKeysMessage const& message, std::vector<KeyUnit> units);
    OpenedPayload unseal(LinkId link, Relay const& relay, ExtKeysMessage const& message,
                         std::span<KeyUnit const> units);
    OpenedPayload unmask(LinkId link, Relay& relay, ExtKeysMessage const& message, std::vector<KeyUnit>& units);
    std::optional<etsi020::Problem> implausible(LinkId link, Payload& payload) const;
    void reject(std::uint64_t serial, etsi020::Problem problem, std::string explanation = {});
    void accept(Relay& relay);
    void store(std::uint64_t serial, Relay& relay);

    // The way back: acknowledging.cpp.
    void acknowledge(std::uint64_t serial, KeyStatus status);
    void send_acknowledgement(Relay& relay);
    void repeat_acknowledgement(std::uint64_t serial);
    void on_acknowledged(LinkId link, ResponseMessage const& message);
    void on(LinkId link, AckMessage const& message);
    bool take(LinkId link, SessionId const& session, AckMessage::Container const& container);
    void settle(std::uint64_t serial, AckMessage::Container const& container);
    bool tag_missing(LinkId link, SessionId const& session, AckMessage::Container const& container);

    void on(LinkId link, LinkStateMessage const& message) { router.heard(link, message); }

    // When it goes wrong: voiding.cpp.
    void on(LinkId link, AbandonMessage const& message);
    void on(LinkId link, AbandonedMessage const& message);
    void on(LinkId link, VoidMessage const& message);
    void void_all(LinkId link, VoidMessage const& message);
    /// What became of a key here; nothing when the next node has to say.
    std::optional<etsi020::AckStatus> void_here(KeyOnLink const& key, AppId from,
                                                std::vector<std::uint64_t>& passed_on);
    etsi020::AckStatus void_stored(Relay& relay, KeyId const& id);
    void void_relayed(Relay& relay);
    void on_deadline(std::uint64_t serial);
    void abandon_onward(Relay& relay, bool keep_keys, std::optional<LinkId> back = std::nullopt);
    void leave_onward(Relay& relay);
    void abandon_at_peer(Hop const& hop, std::vector<UnitId> units);
    void repeat_abandon(Hop const& hop);
    /// `back`: the link to which the outcome is reported.
    void void_at_peer(LinkId link, KeyIds ids, AppId from, AppId to, std::optional<LinkId> back);
    void repeat_void(KeyOnLink const& key);
    void voided(KeyOnLink const& key, etsi020::AckStatus status);
    void drop_volatile();
    void on_restart();

    // Small change.
    NodeId peer(LinkId link) const;
    std::string_view name_of(NodeId node) const { return topology->nodes[node.index()]; }
    bool attached(LinkId link) const;
    bool uses_qkd(LinkId link) const { return topology->links[link.index()].qkd; }
    HopProtection protection(LinkId link) const { return topology->links[link.index()].protection(); }
    Exposure exposure(std::span<LinkId const> path) const;
    /// What became of units that were drawn for the relay.
    void spend(LinkId link, std::vector<KeyUnit>& units, UnitFate fate);
    void discard(LinkId link, std::vector<KeyUnit>& units);
    VendorKms* vendor(LinkId link);
    void count(std::string_view what) { ports.telemetry.count(self, what); }
    void work(Work kind) { ports.telemetry.work(self, kind); }
    bool strikes(FaultPoint point) { return ports.faults != nullptr && ports.faults->hit(self, point); }
    std::uint64_t open_relay(Relay relay);
    struct FoundRelay {
        std::uint64_t serial;
        Relay* relay; ///< none
        explicit operator bool() const { return relay != nullptr; }
        Relay* operator->() const { return relay; }
    };
    FoundRelay relay_from(Hop const& session);         ///< that serves it for the previous node
    FoundRelay relay_onward(Hop const& session) const; ///< that has it with the next node
    FoundRelay opened_from(KeyOnLink const& key);
    FoundRelay sealed_to(KeyOnLink const& key);
    FoundRelay sealed_to(KeyOnLink const& key, SessionId const& session); ///< as an answer in that session says
    bool live(std::uint64_t serial) const;
    void retire(std::uint64_t serial, KeyStatus status);
    void forget(std::uint64_t serial);

    struct PendingAbandon {
        AbandonMessage message;
        int attempts = 1;
    };
    struct PendingVoid {
        VoidMessage message;
        std::optional<LinkId> back;
        int attempts = 1;
    };
    struct StoredBlock {
        LinkId link;
        std::uint64_t block;
    };
    struct Repeat {
        std::uint64_t serial;
        bool of_acknowledgement; ///< or of what went onward
    };

    // What nearly every message asks for stands side by side, KmeNode::foresee() asks for it in time, and when the
    // message has come for what that points to: in a large network a node is cold whenever one comes.
    NodeId const self;             ///< of the config, as what follows
    bool down = false;             ///< after a fault point: until the restart
    bool by_value;                 ///< of the transport
    bool hears_news = false;       ///< the router asks which neighbours live
    bool const by_vendor;          ///< links' key comes from vendors' boxes
    std::uint32_t open_relays = 0; ///< not done
    std::uint32_t done_relays = 0; ///< and remembered
    std::uint64_t next_serial = 1;
    SimDuration const connection_idle;
    std::shared_ptr<Topology const> topology;
    KmePorts ports;
    SerialTable<Relay> relays;     ///< in the order they began
    SerialIndex inbound;           ///< relays by their sessions with previous nodes
    SerialIndex keys_in, keys_out; ///< by the keys opened from, sealed to a neighbour
    LinkMap<Connections> connections;
    LinkMap<KeyPool> pools;
    RelayWatch<Relay> watch; ///< over the relays' time
    DeadlineLane<Repeat> repeats;
    Router router;

    KmeConfig config;
    LinkMap<std::unique_ptr<ServiceModel>> vendor_services;
    LinkMap<std::unique_ptr<VendorKms>> vendors; ///< on all QKD links or on none
    WireFormat format;
    HopCrypto crypto;
    LinkMap<PoolSource> sources; ///< of all QKD links
    std::map<LinkId, HashKeys> hash_keys;
    DeliveredKeys delivered;
    std::function<void(AppId)> delivery_observer;

    std::unordered_map<Hop, PendingAbandon, HopHash> abandons;
    std::unordered_map<KeyOnLink, PendingVoid, HopHash> voids; ///< by their first key
    std::map<LinkId, Packed> held_back, last_keys;             ///< of fault points
    SimTime incomplete_until{};                                ///< some that are done were forgotten before their time

    DeadlineLane<std::uint64_t> slow_stores;
    DeadlineLane<Hop> abandon_repeats;
    DeadlineLane<KeyOnLink> void_repeats;
    DeadlineLane<StoredBlock> own_expiry, peer_expiry;
    DeadlineLane<WaitingKey> delivery_expiry;
    ReadyKeys ready;
    FrontDoor door;
};

} // namespace qkdes
