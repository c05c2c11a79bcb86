// Agents that keep two sites' secret stores in step with keys, watch a QKD link and fall back when it fails
// (HIP-0071), and a tunnel that uses the keys.
#pragma once
#include "sim/base/ids.hpp"
#include "sim/base/units.hpp"

#include <optional>

namespace qkdes {

/// The secret store of each of the two sites.
struct SecretStoreSpec {
    SimDuration latency{20'000'000};        ///< between agent or service and store, one way
    SimDuration jitter{0};                  ///< up to this more, each way, >= 0
    SimDuration tls_handshake{3'000'000};   ///< of the store's worker, per connection
    SimDuration database_insert{2'000'000}; ///< per key
    SimDuration tpm_call{0};                ///< per key, where keys are sealed to hardware
    double failure = 0;                     ///< a push is refused, [0, 1]
    SimDuration timeout = std::chrono::seconds{10};
    SimDuration retry = std::chrono::seconds{5};
};

struct RotationSpec {
    SimDuration every = std::chrono::hours{1};
    SimTime first = kSimStart;
    SimDuration lifetime = std::chrono::hours{24};
    SimDuration retry = std::chrono::seconds{30};
    SimDuration resync = std::chrono::seconds{60}; ///< of the services at both sites
};

/// A tunnel between the two sites that takes the current key as its pre-shared key, as WireGuard does.
struct TunnelSpec {
    SimDuration latency{20'000'000}; ///< of the network under it, one way
    double loss = 0;                 ///< of a handshake message, [0, 1)
    SimDuration rekey_after = std::chrono::seconds{120};
    SimDuration reject_after = std::chrono::seconds{180};
    SimDuration rekey_attempt = std::chrono::seconds{90};
    SimDuration rekey_timeout = std::chrono::seconds{5};
    bool post_quantum = false; ///< its handshake has a post-quantum part of its own
};

struct AgentSpec {
    LinkId link;    ///< a QKD link: what the agents watch, one pair of agents per link
    AppId from, to; ///< who share the keys; the agent of `from` leads
    double degraded = 0.03, warning = 0.05, critical = 0.08, compromised = 0.11; ///< where bands begin, ascending
    double hysteresis = 0;
    SimDuration window{0};
    double reduced_rate = 0.5;
    double threshold = 0.08;
    SimDuration hold = std::chrono::seconds{60};
    SimDuration recover{0};
    SimDuration poll = std::chrono::seconds{10};
    std::optional<SimDuration> scrape; ///< of the metrics; 720 times a run when not given
    RotationSpec rotation;
    SecretStoreSpec store;
    std::optional<TunnelSpec> tunnel;
};

} // namespace qkdes
