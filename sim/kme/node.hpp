// A trusted node: key store, routing, hop-by-hop relay, delivery to applications. Real code: it sees ports only and
// runs the same on the simulated and on any other host. Single-threaded: the host calls it, one call at a time.
#pragma once
#include "sim/base/key_string.hpp"
#include "sim/base/secret.hpp"
#include "sim/kme/congestion/config.hpp"
#include "sim/kme/fault_points.hpp"
#include "sim/kme/protection/exposure.hpp"
#include "sim/kme/routing/config.hpp"
#include "sim/kme/southbound/vendor_config.hpp"
#include "sim/kme/topology.hpp"
#include "sim/ports/clock.hpp"
#include "sim/ports/entropy.hpp"
#include "sim/ports/kem.hpp"
#include "sim/ports/key_source.hpp"
#include "sim/ports/service_model.hpp"
#include "sim/ports/telemetry.hpp"
#include "sim/ports/transport.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace qkdes {

enum class HopDerivation : std::uint8_t {
    hkdf, ///< HKDF-SHA-256 over QKD key and KEM secret, bound to the session, the hop's ends and the KEM transcript
    exclusive_or, ///< QKD key xor KEM secret: arXiv:2604.20376
};
enum class Release : std::uint8_t {
    on_acknowledgement, ///< the application gets its key when the far node has stored it
    early,              ///< at once; a failed relay shows only at the far end (arXiv:2604.20376)
};

/// How nodes speak to each other, as a bundle of the switches below.
enum class NodeProfile : std::uint8_t {
    etsi_020,    ///< ETSI GS QKD 020 V1.1.1, as the switches' defaults say
    kmstn_paper, ///< arXiv:2604.20376: XOR, early release, no retry, no void emitted, draft acknowledgements
};

struct KmeConfig {
    NodeId self;
    std::string name; ///< as its certificate would say; bound into every hop key
    HopDerivation derivation = HopDerivation::hkdf;
    Release release = Release::on_acknowledgement;
    /// A request between nodes (ext_keys, ack) that is not answered is sent again this often, `retry_after` apart, as
    /// long as the relay lives; then it is voided. Below 65,536.
    std::uint32_t retries = 2;
    SimDuration retry_after{1'000'000'000};
    bool emits_void = true;  ///< keys and units that came to nothing are voided at the neighbour
    bool draft_acks = false; ///< acknowledgements in the form of the draft; both are understood
    /// Applications get the QKD key of a link of this node itself, not fresh random keys (arXiv:2604.20376, step 2): of
    /// the first hop's link, or of the first that has key. The link's other end holds it too. Without such a link:
    /// fresh.
    bool keys_from_device = false;
    SimDuration connection_idle = std::chrono::seconds{60}; ///< a TLS connection unused for longer has to be resumed
    std::uint64_t store_capacity = 10'000'000;              ///< bits per peer's pool
    std::map<LinkId, std::uint64_t> kept;                   ///< bits of a link's pool that are never handed out
    SimDuration key_lifetime = std::chrono::hours{24};
    SimDuration relay_timeout{5'000'000'000}; ///< from accepting a relay to its acknowledgement
    std::uint32_t queue_limit = 10'000;       ///< relays in progress; more are refused
    std::uint64_t delivery_limit = 1'000'000; ///< keys waiting for their application; more are refused
    RoutingConfig routing;
    /// The vendor's key server on each QKD link, in place of own pools; store_capacity is then that of its buffer.
    std::optional<VendorKmsConfig> vendor;
    CongestionConfig congestion;
};
/// Sets what the profile is about and leaves the rest.
void set_profile(KmeConfig& config, NodeProfile profile);

struct KmePorts { ///< all outlive the node
    Clock& clock;
    Transport& transport;
    Entropy& entropy;
    Kem& kem;
    Telemetry& telemetry;
    FaultInjector* faults = nullptr; ///< none: nothing strikes
    /// How long the vendor's worker on a link takes; without it no time at all. Asked once for each link.
    std::function<std::unique_ptr<ServiceModel>(LinkId)> vendor_service{};
};

struct KeyRequest {
    AppId from, to;
    std::uint32_t key_bits = 256;             ///< multiple of 8, 64 to 4096
    std::uint32_t number = 1;                 ///< 1 to 128
    SecurityClass worst = SecurityClass::pqc; ///< a path that protects less is no route
};

enum class KeyStatus : std::uint8_t {
    ok,
    no_key,       ///< a pool on the path is empty
    no_route,     ///< the graph has no path
    busy,         ///< a queue on the path is full
    timeout,      ///< no acknowledgement in time
    bad_request,  ///< sizes out of range, unknown application
    not_found,    ///< dec_keys: no such key here (not yet, no more, or never)
    unauthorized, ///< dec_keys: the caller was not named in the request
    hop_failed,   ///< a hop refused: authentication failed, or the peer lacks the key unit
    not_admitted, ///< the application takes key faster than it may: sim/kme/congestion/front_door.hpp
};
std::string_view to_string(KeyStatus status);

struct DeliveredKey {
    KeyId id;
    SecretBytes key;
    SecurityClass security = SecurityClass::pqc;
    Exposure exposure = kExposedByAnything; ///< what would expose it; its class follows from that
};
struct KeyReply {
    KeyStatus status = KeyStatus::ok;
    std::vector<DeliveredKey> keys; ///< empty unless ok
};

/// What a pool holds right now, for time series and the auditor.
struct PoolLevel {
    std::uint64_t available_bits = 0; ///< this end may still hand out
    std::uint64_t held_bits = 0;      ///< in the store, including the peer's half and what is reserved
    std::uint64_t capacity_bits = 0;
};

/// What a pool can still take, in 256-bit units.
struct PoolRoom {
    std::uint64_t own = 0;  ///< of units that this end will hand out
    std::uint64_t peer = 0; ///< of units that the neighbour will hand out
};

class KmeNode {
  public:
    /// The topology is the routing graph; shared and unchanging.
    KmeNode(KmeConfig config, std::shared_ptr<Topology const> topology, KmePorts ports);
    ~KmeNode();
    KmeNode(KmeNode const&) = delete;
    KmeNode& operator=(KmeNode const&) = delete;

    /// enc_keys: keys shared with `request.to`; the reply may come before this returns, and comes exactly once.
    void request_keys(KeyRequest const& request, std::function<void(KeyReply)> reply);
    /// The same keys for a further recipient, or keys whose ids the caller chose: `keys` of one size, an id new to
    /// `to`. Costs what request_keys costs. Keys that an earlier recipient has are not taken back when this one fails.
    void relay_keys(AppId from, AppId to, std::vector<DeliveredKey> keys, std::function<void(KeyReply)> reply);
    /// The same over links that the caller names, from here to the node of `to` without passing a node twice. A path
    /// that breaks off on the way is refused there (no_route); from the end of one too short the policy goes on.
    void relay_keys_over(std::vector<LinkId> path, AppId from, AppId to, std::vector<DeliveredKey> keys,
                         std::function<void(KeyReply)> reply);
    /// Called whenever keys have been stored here for an application; one observer, or none.
    void on_delivery(std::function<void(AppId)> observer);
    /// dec_keys: hands out and forgets. All or none. Keys that another than `from` asked for, when it is given, are not
    /// found.
    KeyReply fetch_keys(AppId caller, std::span<KeyId const> ids, AppId from = {});

    /// Key from the QKD device on `link`: the same bits arrive at the peer under the same block number, which grows
    /// from block to block. Whole 256-bit units; the caller has asked room() at both ends and brings no more than fits.
    /// The first `units_of_a` units belong to end a of the link, the others to b, and the owner alone may hand a unit
    /// out (sim/kme/key_pool.hpp): give more to the end with more room. After key_lifetime a unit expires, at the peer
    /// one relay_timeout later, so that what was handed out in time is still honoured.
    void on_key_block(LinkId link, std::uint64_t block, Bits const& key, std::uint64_t units_of_a);
    /// The same for the first `units` units of key that is drawn when it is used (sim/base/key_string.hpp).
    void on_key_block(LinkId link, std::uint64_t block, std::shared_ptr<KeyUnits const> key, std::uint64_t units,
                      std::uint64_t units_of_a);
    PoolRoom room(LinkId link) const;
    PoolLevel pool(LinkId link) const;
    /// Links that a key for an application at `to` would cross now; empty when there is no route, or no need of one.
    std::vector<LinkId> route(NodeId to) const;
    /// Up to `at_most` paths to a node that have no relay in common, shortest in sum; whatever the routing policy.
    std::vector<std::vector<LinkId>> disjoint_routes(NodeId to, std::size_t at_most) const;

    /// Where the key of an attached QKD link comes from, for others beside the relay that need it too.
    KeySource& key_source(LinkId link);
    /// What hops over the links of a path together would expose, as configured.
    Exposure exposure(std::span<LinkId const> path) const;

    /// A message from a neighbour. Malformed input is counted and dropped, never an exception.
    void on_message(LinkId link, NodeId from, std::span<std::uint8_t const> message);
    /// The same where the transport hands messages over as values.
    void on_value(LinkId link, NodeId from, MessageValue const& message);

    /// A message is on its way here: asks the processor for the memory that every message needs. In a network of a
    /// thousand nodes none of it is in the cache when a message comes. Changes nothing.
    void foresee() const;
    /// It has come, and is served soon: the same for what this message needs. True when it pays to call foresee_more()
    /// shortly before its turn, for what can only be asked for when that is there.
    bool foresee(LinkId link, MessageValue const& message) const;
    void foresee_more(LinkId link, MessageValue const& message) const;

    /// What whoever has captured the node reads in its memory now (sim/kme/captured_memory.cpp). The node goes on as if
    /// nothing had happened.
    using SeeKey = std::function<void(KeyId, SecretBytes const&)>;
    void keys_in_memory(SeeKey const& see) const; ///< end-to-end keys in clear; one may come twice
    std::optional<SecretBytes> key_in_memory(KeyId key) const;
    /// A unit of the key shared over an attached link, handed out or not, until its bits are wiped.
    std::optional<SecretBytes> unit_in_memory(LinkId link, UnitId unit) const;

    /// After a crash: everything in progress is gone (its key units are voided), stores survive.
    void on_restart();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace qkdes
