// The inside of a KmeNode. Its parts know nothing of each other: pools, routing, crypto, keys awaiting applications.
// What ties them together is the relay, in four files: delivery.cpp (applications), initiator.cpp and responder.cpp
// (the two ends of a hop), voiding.cpp (timeouts, voids, restart).
#pragma once
#include "sim/kme/congestion/front_door.hpp"
#include "sim/kme/congestion/ready_keys.hpp"
#include "sim/kme/deadline_lane.hpp"
#include "sim/kme/delivered_keys.hpp"
#include "sim/kme/hop_crypto.hpp"
#include "sim/kme/key_pool.hpp"
#include "sim/kme/node.hpp"
#include "sim/kme/routing/router.hpp"
#include "sim/kme/session.hpp"

#include <map>
#include <unordered_map>

namespace qkdes {

struct KmeNode::Impl {
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
    KeyStatus check(KeyRequest const& request) const;
    std::vector<DeliveredKey> make_keys(KeyRequest const& request);
    KeyStatus store_delivery(AppId from, AppId owner, std::span<DeliveredKey const> keys);

    // Key from the devices: node.cpp.
    void on_key_block(LinkId link, std::uint64_t block, Bits const& key, std::uint64_t units_of_a);
    KeyPool& pool(LinkId link);
    KeyPool const& pool(LinkId link) const;

    // Messages: node.cpp hands each to its end of the hop.
    void on_message(LinkId link, NodeId from, std::span<std::uint8_t const> bytes);
    void send(LinkId link, Message const& message);

    // Initiator: initiator.cpp. `ok` means that the hop has begun.
    KeyStatus start_hop(std::uint64_t serial, Relay& relay);
    std::optional<LinkId> next_link(Payload& payload);
    void on(LinkId link, PublicKeyMessage const& message);
    void on(LinkId link, AcknowledgementMessage const& message);
    /// Tells whoever asked; the relay is over here.
    void conclude(std::uint64_t serial, KeyStatus status);

    // Responder: responder.cpp.
    void on(LinkId link, KeyRequestMessage const& message);
    void on(LinkId link, RelayMessage const& message);
    std::optional<Payload> open(LinkId link, Relay const& relay, RelayMessage const& message);
    bool plausible(LinkId link, Payload const& payload) const;

    void on(LinkId link, LinkStateMessage const& message) { router.heard(link, message); }

    // When it goes wrong: voiding.cpp.
    void on(LinkId link, VoidMessage const& message);
    void on(LinkId link, VoidDoneMessage const& message);
    void on_deadline(std::uint64_t serial);
    void abandon_onward(Relay& relay, bool keep_keys);
    void void_at_peer(Hop const& hop, std::optional<UnitId> unit, bool keep_keys);
    void repeat_void(Hop const& hop);
    void on_restart();

    // Small change.
    NodeId peer(LinkId link) const;
    std::string_view name_of(NodeId node) const { return topology->nodes[node.index()]; }
    bool attached(LinkId link) const;
    bool uses_qkd(LinkId link) const { return topology->links[link.index()].qkd; }
    SecurityClass protection(LinkId link) const { return uses_qkd(link) ? SecurityClass::hybrid : SecurityClass::pqc; }
    void count(std::string_view what) { ports.telemetry.count(config.self, what); }
    std::uint64_t open_relay(Relay relay);
    void retire(std::uint64_t serial, KeyStatus status);
    void forget(std::uint64_t serial);

    struct PendingVoid {
        VoidMessage message;
        int attempts = 1;
    };
    struct StoredBlock {
        LinkId link;
        std::uint64_t block;
    };

    KmeConfig config;
    std::shared_ptr<Topology const> topology;
    KmePorts ports;
    HopCrypto crypto;
    std::map<LinkId, KeyPool> pools;
    Router router;
    DeliveredKeys delivered;
    std::function<void(AppId)> delivery_observer;

    std::map<std::uint64_t, Relay> relays;                             ///< by serial: in the order they began
    std::unordered_map<Hop, std::uint64_t, HopHash> inbound, outbound; ///< session to relay
    std::unordered_map<Hop, PendingVoid, HopHash> voids;
    std::uint64_t next_serial = 1;
    std::uint32_t open_relays = 0; ///< not done

    DeadlineLane<std::uint64_t> deadlines, retired;
    DeadlineLane<Hop> void_repeats;
    DeadlineLane<StoredBlock> own_expiry, peer_expiry;
    DeadlineLane<WaitingKey> delivery_expiry;
    ReadyKeys ready;
    FrontDoor door;
};

} // namespace qkdes
