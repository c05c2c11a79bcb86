// Both ends of digital key distribution: they compute the same key from samples of the same servers' pools, and send
// each other a seed, never the key.
//
// A draws a seed, seals it to B (ML-KEM, AES-256-GCM), signs the offer and asks every server for its samples; B does
// the same on the offer. Each xors what it extracts from every server. 128 extracted bits beyond the key confirm it: B
// sends them, and A releases only if they are its own. All servers are needed: with one down the session waits, up to
// `deadline`, or fails after `attempts` unanswered requests. Nobody ever goes on with fewer servers.
//
// An adversary has the key if it has the seed and all the servers' pools of that epoch (or all downloads), or one of
// the ends; `exposed` says so.
//
// Leaves out: forward secrecy of the seed: B's KEM key is as old as the node.
// Checked:    tests/sim/kme/digital_node_test.cpp.
#pragma once
#include "sim/kme/deadline_lane.hpp"
#include "sim/kme/digital/pool_server.hpp"
#include "sim/kme/shares/signature.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace qkdes {

struct DigitalServer {
    PoolServerId id = 0;
    CourierPath path;
    std::vector<std::uint8_t> public_key;
};
struct DigitalPeer {
    CourierPath path;
    std::vector<std::uint8_t> kem_key, signature_key;
};

struct DigitalConfig {
    NodeId self;
    std::vector<DigitalServer> servers; ///< the same at both ends, in any order
    std::map<NodeId, DigitalPeer> peers;
    std::shared_ptr<Signer const> signer;
    SimDuration epoch = std::chrono::hours{1};   ///< the servers'
    SimDuration retry = std::chrono::seconds{1}; ///< between repetitions
    unsigned attempts = 0;                       ///< unanswered requests to a server before giving up; 0: wait
    SimDuration deadline = std::chrono::minutes{1};
    SimDuration time_to_live = std::chrono::hours{1}; ///< of a key that waits for its application
    std::size_t most_sessions = 1'000, most_keys = 100'000;
};

enum class DigitalStatus : std::uint8_t {
    ok,
    server_down, ///< a server did not answer in time
    pool_gone,   ///< a server's pool of that epoch has been shredded
    peer_silent,
    mismatch, ///< the two ends computed different keys
    bad_request,
    busy,
    restarted, ///< the node was, while it waited
};
std::string_view to_string(DigitalStatus status);

struct DigitalReply {
    DigitalStatus status = DigitalStatus::bad_request;
    KeyId id;
    SecretBytes key; ///< empty unless ok
    SimDuration elapsed{};
};

struct DigitalPorts { ///< all outlive the node
    Clock& clock;
    Transport& transport;
    Entropy& entropy;
    Kem& kem;
    SignatureScheme const& signatures;
    Telemetry& telemetry;
};

class DigitalNode {
  public:
    using Done = std::function<void(DigitalReply)>;
    DigitalNode(DigitalConfig config, DigitalPorts ports);
    ~DigitalNode();
    DigitalNode(DigitalNode const&) = delete;
    DigitalNode& operator=(DigitalNode const&) = delete;

    DigitalConfig& config() { return config_; } ///< peers and servers may be added before the first session
    std::vector<std::uint8_t> const& kem_key() const { return identity_.public_key; }

    /// enc_keys: a key shared with `peer`. `done` comes exactly once, perhaps before this returns.
    void request_key(NodeId peer, std::uint32_t bits, Done done);
    /// dec_keys: hands out once and forgets. Nothing for a key that is not there, is another peer's, or is too old.
    std::optional<SecretBytes> fetch_key(NodeId peer, KeyId id);
    bool holds(NodeId peer, KeyId id) const;
    std::size_t waiting() const { return keys_.size(); }
    /// After a crash: sessions are over (those begun here: `restarted`), keys that wait for their application survive.
    void on_restart();

    void on_message(LinkId link, NodeId from, std::span<std::uint8_t const> bytes) {
        courier_.on_message(link, from, bytes);
    }

  private:
    struct Download {
        DigitalServer server;
        PoolSeeds seeds;
        PoolSession session{};
        std::vector<std::uint8_t> request; ///< encoded
        SecretBytes reply_key;
        std::optional<SecretBytes> extracted;
        unsigned asked = 0;
    };
    struct Session {
        KeyId id;
        NodeId peer;
        std::uint32_t bits = 0;
        bool initiator = false;
        std::vector<Download> downloads;
        std::vector<std::uint8_t> offer; ///< A: encoded
        SecretBytes confirm_key;
        std::optional<SecretBytes> key, confirmation; ///< own
        std::optional<SecretBytes> peer_confirmation; ///< A: what B sent
        CourierPath back;                             ///< B
        std::vector<std::uint8_t> answer;             ///< B: once concluded, for offers that come again
        SimTime began{}, end{};
        ClockTimer timer = 0;
        Done done;
    };
    struct WaitingKey {
        NodeId peer;
        SecretBytes key;
    };
    void receive(CourierPath const& back, std::span<std::uint8_t const> body);
    void on(DigitalOffer const& offer, CourierPath const& back);
    void on(DigitalConfirm const& confirm);
    void on(PoolReply const& reply);
    bool open_session(Session session, SecretBytes const& seed, std::uint64_t epoch);
    void repeat(KeyId id);
    void advance(KeyId id);
    void conclude(KeyId id, DigitalStatus status);
    void forget(KeyId id);
    void count(std::string_view what) { ports_.telemetry.count(config_.self, what); }

    DigitalConfig config_;
    DigitalPorts ports_;
    Kem::KeyPair identity_;
    Courier courier_;
    std::map<KeyId, Session> sessions_;
    std::map<PoolSession, KeyId> downloads_;
    std::map<KeyId, WaitingKey> keys_;
    DeadlineLane<KeyId> expiry_;
};

/// Whether an adversary that took over `compromised` of all `servers` while the pools lived knows keys of the epoch.
bool exposed(std::size_t servers, std::size_t compromised, bool seed_known);

} // namespace qkdes
