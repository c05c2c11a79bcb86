// Key streams for applications: OPEN_CONNECT, GET_KEY and CLOSE, on the same stores and relays as everything else.
//
//   ETSI GS QKD 004 V2.1.1 (2020-08), "Quantum Key Distribution (QKD); Application Interface", clauses 6 and 7.
//
// How: a stream has one source, which opens it without a Key_stream_ID, and one destination, which connects with the ID
// that it was told. Chunk i of stream s is an ordinary key with the id H(s, i), relayed to the destination when the
// source's GET_KEY, or the few chunks ahead of it, ask for it: both ends know every id without a word. The two ends
// tell each other "open" (with the QoS), "connected" and "closed" as keys of 512 bits under ids derived the same way,
// so that they travel sealed hop by hop and cost a QKD unit each.
//
// Holds:      index i is the same bytes at both ends and is handed out once at each; an answer comes exactly once,
// within
//             Timeout, unless the node restarts; a QoS is granted whole, or refused with the nearest one that would be.
//             Indices only grow: whoever skips one has given it up. One that failed may be asked for again.
// QoS:        Key_chunk_size 8 to 512 bytes; Max_bps paces chunks (a token bucket of one second); Min_bps is met on
//             admission only: the first hop's pool must hold that many seconds' worth as kReserveSeconds says; Timeout
//             bounds every wait; after TTL without GET_KEY the stream closes. TTL is no longer than the node keeps
//             keys.
// Leaves out: Jitter and Priority (kept and shown to the peer, nothing is reordered), several destinations, and any
//             encoding: clause 6 defines calls, not bytes. Metadata is empty, so that 8 (size too small) never occurs.
// Checked:    tests/sim/kme/etsi004_test.cpp.
#pragma once
#include "sim/base/secret.hpp"
#include "sim/kme/node.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace qkdes::etsi004 {

using KeyStreamId = KeyId; ///< a UUID

enum class Status : std::uint8_t { ///< clause 6.2's numbers
    successful = 0,
    peer_not_connected = 1, ///< OPEN_CONNECT: fine, the peer has yet to come
    insufficient_key = 2,   ///< GET_KEY
    get_key_without_peer = 3,
    no_qkd_connection = 4,
    stream_in_use = 5, ///< also: of another application
    timeout = 6,
    qos_not_met = 7, ///< the reply's QoS would be
    metadata_too_small = 8,
};

struct QualityOfService {
    std::uint32_t key_chunk_size = 32; ///< bytes
    std::uint32_t max_bps = 0;         ///< 0: no limit
    std::uint32_t min_bps = 0;
    std::uint32_t jitter = 0; ///< bit/s
    std::uint32_t priority = 0;
    std::uint32_t timeout = 5000; ///< ms
    std::uint32_t ttl = 3600;     ///< s
    bool operator==(QualityOfService const&) const = default;
};

struct OpenReply {
    Status status = Status::successful;
    KeyStreamId stream;
    QualityOfService qos{}; ///< granted, or the one that would be
};
struct KeyChunk {
    Status status = Status::successful;
    std::uint32_t index = 0;
    SecretBytes key; ///< empty unless successful
};

struct SessionsConfig {
    NodeId self;
    std::uint32_t stream_limit = 1000;                ///< open at this node; more get no_qkd_connection
    std::uint32_t chunks_ahead = 4;                   ///< relayed before they are asked for
    SimDuration longest_ttl = std::chrono::hours{24}; ///< the node's key lifetime
};

constexpr std::uint32_t kReserveSeconds = 1;

class Sessions {
  public:
    /// The node, the clock and the entropy outlive it. Becomes the node's on_delivery observer.
    Sessions(SessionsConfig config, KmeNode& node, std::shared_ptr<Topology const> topology, Clock& clock,
             Entropy& entropy);
    ~Sessions();
    Sessions(Sessions const&) = delete;
    Sessions& operator=(Sessions const&) = delete;

    /// Without a stream the caller is the source of a new one; with one, its destination. Replies may come at once.
    void open_connect(AppId caller, AppId peer, QualityOfService const& qos, std::optional<KeyStreamId> stream,
                      std::function<void(OpenReply)> reply);
    /// Without an index: the next one.
    void get_key(AppId caller, KeyStreamId stream, std::optional<std::uint32_t> index,
                 std::function<void(KeyChunk)> reply);
    Status close(AppId caller, KeyStreamId stream);
    /// After a crash of the host: every stream is gone, and what waited stays unanswered.
    void on_restart();
    std::size_t open_streams() const;

  private:
    struct Impl;
    std::shared_ptr<Impl> impl_; ///< what the node and the clock still hold of it is weak
};

} // namespace qkdes::etsi004
