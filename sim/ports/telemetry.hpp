// What a node tells the world about itself: counters for operators, and what the auditor needs to hold it to account.
#pragma once
#include "sim/base/hash.hpp"
#include "sim/base/ids.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace qkdes {

/// UUID of a delivered key (ETSI GS QKD 014 key_ID), raw bytes.
struct KeyId {
    std::array<std::uint8_t, 16> bytes{};
    auto operator<=>(KeyId const&) const = default;
};

/// For tables that are looked up and never iterated.
struct KeyIdHash {
    std::size_t operator()(KeyId const& id) const {
        std::uint64_t halves[2];
        std::memcpy(halves, id.bytes.data(), sizeof halves);
        return mix64(mix64(halves[0]) ^ halves[1]);
    }
};

/// A 256-bit piece of QKD key in the pools of both ends of a link: which block, which piece of it.
struct UnitId {
    std::uint64_t block = 0;
    std::uint32_t index = 0;
    auto operator<=>(UnitId const&) const = default;
};

/// What can happen to a unit: given back to the store after all, or gone. Per pool: stored = held + used + expired +
/// voided.
enum class UnitFate : std::uint8_t { stored, used, expired, voided };

/// What would have to be broken for an eavesdropper on every channel to learn a key; best first.
enum class SecurityClass : std::uint8_t { its, hybrid, qkd_aes, pqc };

/// What a node does that takes a machine noticeable time; what each costs is for the host to say.
enum class Work : std::uint8_t {
    tls_handshake,   ///< a connection to a neighbour is set up, at each end
    tls_resumption,  ///< one that had gone idle is taken up again, at each end
    database_insert, ///< keys are stored for an application: once per message
    tpm,             ///< the stored keys are sealed: once per message
    kem,             ///< generation, encapsulation or decapsulation: each
    seal,            ///< an envelope is sealed or opened
    json,            ///< a request is written or read
};
constexpr std::size_t kWorkKinds = 7;

class Telemetry {
  public:
    virtual ~Telemetry() = default;
    /// A block of `units` units is in the pool that `node` shares over `link`.
    virtual void block_stored(NodeId node, LinkId link, std::uint64_t block, std::uint32_t units) = 0;
    /// One unit has left that pool for good; `digest` identifies the bits, so that reuse shows, and ends that differ.
    virtual void unit(NodeId node, LinkId link, UnitId unit, UnitFate fate, std::uint64_t digest) = 0;
    /// That is soon to be said of this unit: asks the processor for what that needs.
    virtual void foresee(LinkId, UnitId) const {}
    /// The node held this end-to-end key in clear (source, relay, destination).
    virtual void key_in_clear(NodeId node, KeyId key) = 0;
    /// A key left over a link inside a relayed message, protected by `protection`. `units` of QKD key went into the
    /// message: booked on its first key, 0 on the others that travel with it.
    virtual void hop(NodeId node, LinkId link, KeyId key, SecurityClass protection, std::uint32_t units) = 0;
    /// A named occurrence worth counting ("relay.timeout", "relay.refused.queue", ...); the name is a literal.
    virtual void count(NodeId node, std::string_view what) = 0;
    /// Work that the node has just done on behalf of what it is being called for.
    virtual void work(NodeId, Work) {}
};

} // namespace qkdes
