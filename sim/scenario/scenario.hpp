// A checked scenario: plain data, every reference resolved to an index, every number in range. load_scenario makes it
// from JSON, or says everything that is wrong with the file; nothing else constructs one outside of tests.
#pragma once
#include "models/link/channel/drift.hpp"
#include "models/link/channel/satellite_pass.hpp"
#include "models/link/decoy/decoy_bb84_parameters.hpp"
#include "models/link/link_model.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/units.hpp"
#include "sim/scenario/adversary.hpp"
#include "sim/scenario/agent_spec.hpp"
#include "sim/scenario/contact_spec.hpp"
#include "sim/scenario/digital_spec.hpp"
#include "sim/scenario/published_spec.hpp"
#include "sim/scenario/service_spec.hpp"
#include "sim/scenario/shares_spec.hpp"
#include "sim/scenario/vendor_spec.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qkdes {

/// How the node code derives hop keys and releases keys.
enum class Profile : std::uint8_t { ///< sim/kme/node.hpp, NodeProfile
    etsi_020,    ///< hop key = HKDF(QKD key, KEM secret, context); a key is released when the far node has stored it
    kmstn_paper, ///< arXiv:2604.20376: hop key = QKD key xor KEM secret; a key is released at once
};
enum class KemKind : std::uint8_t { real, modelled };
enum class KemStrength : std::uint8_t { ml_kem_512, ml_kem_768, ml_kem_1024 }; ///< FIPS 203

/// A QKD device pair, as named in `devices`.
struct DeviceSpec {
    std::string id;
    LinkParameters physics;                     ///< the family and all its numbers; the fibre is the link's
    SimDuration restart{30'000'000'000};        ///< from light back on the fibre to the first pulse that counts
    SimDuration longest_pause{600'000'000'000}; ///< between blocks, once several in a row gave no key
    std::uint64_t initial_secret = 65536;       ///< bits of pre-shared secret for the first authentication tags
};

/// Key management at a node.
struct KmsSpec {
    std::uint64_t store_capacity = 10'000'000;         ///< bits per peer's pool; what does not fit is lost and booked
    SimDuration key_lifetime = std::chrono::hours{24}; ///< QKD key in a pool and delivered keys not yet fetched
    SimDuration processing{1'000'000};                 ///< service time of one message at a node
    SimDuration relay_timeout{5'000'000'000};          ///< a relayed key not acknowledged by then is voided
    std::uint32_t queue_limit = 10'000;                ///< requests and relays in progress at a node; more are refused
    SimDuration wait_for_key{0};                       ///< a request waits so long for key on its first hop
    std::uint32_t waiting_limit = 1000;                ///< requests that wait for it
    std::uint64_t reserve = 0;                         ///< bits of each pool for applications of priority above 0
    std::optional<ServiceSpec> service;                ///< what works take; none: nothing
    std::optional<VendorSpec> vendor;                  ///< between the node and its devices; none: the node's own pools
};

struct NodeSpec {
    std::string id;
    std::optional<std::array<double, 2>> at; ///< latitude, longitude in degrees
    KmsSpec kms;
};

/// The classical channel of a link, the same both ways.
struct ClassicalSpec {
    SimDuration latency{0}; ///< one way; from the fibre's length when not given
    BitsPerSecond rate{1e9};
    double loss = 0.0;                  ///< probability that a message is lost, [0, 1)
    std::optional<ContactSpec> contact; ///< none: always in contact
};

enum class Protection : std::uint8_t {
    hybrid, ///< AES-256-GCM under QKD key and ML-KEM secret
    otp,    ///< QKD key as one-time pad, Wegman-Carter tags
    qkd,    ///< AES-256-GCM under QKD key
    pqc,    ///< AES-256-GCM under an ML-KEM secret (the only choice without a device)
};

/// A planned time of quantum exchange, and the conditions in it, relative to its begin. A block is closed at its end.
struct LinkWindow {
    SimTime begin, end; ///< begin < end
    std::vector<ConditionStep> conditions;
};

/// What the store of a link's key holds from the start, and never hands out.
struct StoreSpec {
    std::uint64_t initial = 0; ///< bits, shared before the run
    double first_share = 0.5;  ///< of them that `a` hands out
    std::uint64_t keep = 0;    ///< bits
};

struct LinkSpec {
    std::string id;
    NodeId a, b;                       ///< `a` is Alice (the source), `b` Bob
    std::optional<std::size_t> device; ///< index into Scenario::devices; none: no QKD on this link
    FibreParameters fibre;
    ClassicalSpec classical;
    Protection protection = Protection::hybrid;
    std::optional<DriftParameters> drift;
    /// When the devices see each other: a satellite's passes, a switch's turns; sorted, disjoint. Empty: always.
    std::vector<LinkWindow> windows;
    StoreSpec store;
    Fidelity fidelity = Fidelity::block; ///< the scenario's, unless the link says otherwise
    bool makes_key() const { return device.has_value() && protection != Protection::pqc; }
};

struct AppSpec {
    std::string id;
    NodeId node;
    std::uint32_t priority = 0;  ///< higher goes first where key is short
    BitsPerSecond rate{0};       ///< of key that it may ask for; 0: no limit
    std::uint64_t burst = 65536; ///< bits of key that it may ask for at once, under `rate`
};

struct PoissonArrivals {
    double per_second = 1.0;
};
struct ClosedLoopArrivals { ///< `clients` each wait for their key, think, and ask again
    /// What a client waits for before it thinks.
    enum class Until : std::uint8_t {
        complete, ///< both applications hold the key
        answered, ///< its own node has answered; the far application fetches in its own time
    };
    std::uint32_t clients = 1;
    SimDuration think{0};
    std::uint64_t requests = 0; ///< of each client, which then stops; 0: no limit
    Until until = Until::complete;
};
struct BurstArrivals { ///< `requests` at the same instant, at the demand's start and `every` so long after
    std::uint32_t requests = 1;
    SimDuration every{1'000'000'000};
};

/// Who gives a demand its keys.
enum class DemandVia : std::uint8_t {
    relay,   ///< the nodes, hop by hop
    shares,  ///< the nodes, k of n shares over paths without a common relay
    digital, ///< computed at both ends from the pools of servers
};

/// How a demand's applications speak to their nodes.
enum class DemandApi : std::uint8_t {
    direct,   ///< a call: no JSON, and no texts of refusals
    etsi_014, ///< ETSI GS QKD 014, JSON both ways: sim/world/etsi014_api.hpp
};

/// Keys kept ready before they are asked for: below `low` new ones are made, up to `high`.
struct ReadySpec {
    std::uint32_t low = 4, high = 16;
};

/// The least that its keys must be: sim/kme/protection/exposure.hpp. Best first.
enum class RequiredClass : std::uint8_t { its, hybrid, qkd_aes, pqc };

struct DemandSpec {
    AppId from, to;
    std::uint32_t key_bits = 256;
    std::uint32_t number = 1;               ///< keys per request
    std::optional<PoissonArrivals> poisson; ///< exactly one of the three
    std::optional<ClosedLoopArrivals> closed_loop;
    std::optional<BurstArrivals> bursts;
    SimTime start = kSimStart;
    SimTime stop = kSimNever;            ///< the run's end when not given
    SimDuration timeout{10'000'000'000}; ///< the application gives up
    SimDuration notify{0};               ///< time for the key id to reach the other application
    DemandVia via = DemandVia::relay;
    ShareDeliverySpec shares; ///< via shares
    DemandApi api = DemandApi::direct;
    RequiredClass require = RequiredClass::pqc; ///< a path that protects less is no route
    std::optional<ReadySpec> ready;
};

enum class RoutingPolicy : std::uint8_t {
    static_dijkstra,
    a_star,
    key_aware,
    widest,
    widest_shortest,
    k_shortest,
    disjoint
};
enum class RoutingWeight : std::uint8_t { hops, latency, length };
struct RoutingSpec {
    RoutingPolicy policy = RoutingPolicy::static_dijkstra;
    RoutingWeight weight = RoutingWeight::hops;
    // What follows is for policies that listen to advertisements: sim/kme/routing/config.hpp.
    SimDuration advertise_every{10'000'000'000};
    std::optional<SimDuration> stale_after; ///< 3.5 times `advertise_every` when not given
    SimDuration hold_down{10'000'000'000};
    std::uint32_t flood_hops = 64;
    std::uint32_t paths = 3;                                    ///< k_shortest, disjoint
    double level_cost = 4.0, wait_cost = 1.0, stale_cost = 2.0; ///< key_aware
    std::uint64_t level_scale = 8192;                           ///< bits; key_aware
    bool signs = false;                                         ///< advertisements, with ML-DSA-65
    SimDuration news_lasts() const { return stale_after.value_or(advertise_every * 7 / 2); }
};

enum class FaultKind : std::uint8_t {
    cut,
    down,
    slow,
    lossy,
    // What changes the quantum channel alone:
    eavesdrop,
    attenuate,
    disturb,
    illuminate,
    impair,
    // What a node does wrong:
    misbehave,
    // What applications do:
    surge,
};
/// Fault points inside the node code (sim/kme/fault_points.hpp).
enum class Misbehaviour : std::uint8_t { drop_ack, crash_before_ack, duplicate, reorder, slow_disk };
enum class CutPlane : std::uint8_t { both, quantum, classical };
struct FaultSpec {
    FaultKind kind = FaultKind::cut;
    SimTime begin, end;                        ///< begin < end; both inside the run (end may be the run's end)
    LinkId link;                               ///< for all but `down`, `misbehave` and `surge`
    NodeId node;                               ///< for `down` and `misbehave`
    CutPlane plane = CutPlane::both;           ///< for `cut`
    SimDuration latency{0};                    ///< for `slow`: added one way
    double loss = 0;                           ///< for `lossy`: probability, replaces the link's
    ConditionStep effect;                      ///< for what changes the quantum channel
    Misbehaviour how = Misbehaviour::drop_ack; ///< for `misbehave`
    double probability = 1;                    ///< for `misbehave`: each time the point is passed
    AppId application;                         ///< for `surge`: the one that asks
    double factor = 1;                         ///< for `surge`: of its requests' rate
    bool drawn = false;                        ///< a failure at random, of this seed only
    bool on_node() const { return kind == FaultKind::down || kind == FaultKind::misbehave; }
};

/// What one event takes away.
struct GroupSpec {
    std::string id;
    std::vector<LinkId> links; ///< sorted
    std::vector<NodeId> nodes; ///< sorted
};

/// Failures of each target by itself: up for an exponential time of mean `up`, then down until repaired.
struct FailureSpec {
    enum class Repair : std::uint8_t { exponential, log_normal };
    FaultKind kind = FaultKind::cut; ///< `cut` or `down`; of groups: unused
    CutPlane plane = CutPlane::both; ///< for `cut`
    std::vector<LinkId> links;       ///< one of the three is not empty
    std::vector<NodeId> nodes;
    std::vector<std::size_t> groups;  ///< of Scenario::groups
    SimDuration up{0}, repair{0};     ///< means, above 0
    Repair law = Repair::exponential; ///< of the times to repair
    double spread = 1;                ///< log_normal: standard deviation of the logarithm
    double availability() const { return seconds(up) / (seconds(up) + seconds(repair)); }
};

struct Scenario {
    std::string name;
    std::string text; ///< the source with overrides applied, canonical JSON, for the manifest
    std::uint64_t seed = 1;
    SimDuration duration{0};
    Fidelity fidelity = Fidelity::block;
    Profile profile = Profile::etsi_020;
    KemKind kem = KemKind::real;
    KemStrength kem_strength = KemStrength::ml_kem_768;
    std::vector<DeviceSpec> devices;
    std::vector<NodeSpec> nodes;
    std::vector<LinkSpec> links;
    std::vector<AppSpec> applications;
    std::vector<DemandSpec> demands;
    RoutingSpec routing;
    std::vector<GroupSpec> groups;
    std::vector<FaultSpec> faults;     ///< sorted by begin, then position in the file
    std::vector<FailureSpec> failures; ///< drawn before the run: sim/world/random_failures.hpp
    std::vector<ShareSpec> shares;
    std::optional<DigitalSpec> digital;
    std::vector<std::string> share_attributes, share_purposes; ///< names of bits, at most 32 of each
    std::vector<AgentSpec> agents;
    std::vector<AdversarySpec> adversaries;
    std::vector<PublishedSpec> published; ///< in the order of the file
};

} // namespace qkdes
