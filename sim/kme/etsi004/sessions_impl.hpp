// The inside of Sessions, in three files: open.cpp (who connects to whom, and the QoS), chunks.cpp (GET_KEY, the
// source's relays and their pace), sessions.cpp (endings, and what arrives).
#pragma once
#include "sim/kme/etsi004/records.hpp"
#include "sim/kme/etsi004/sessions.hpp"

#include <set>

namespace qkdes::etsi004 {

/// A stream at one of its ends; both may be on this node.
struct End {
    KeyStreamId stream;
    AppId app;
    auto operator<=>(End const&) const = default;
};

struct Stream {
    bool source = false;
    AppId peer;
    QualityOfService qos;
    bool peer_connected = false, peer_closed = false;
    SimTime used_at{}; ///< the last GET_KEY

    struct Waiting {
        std::function<void(KeyChunk)> reply;
        ClockTimer timer = 0;
    };
    std::map<std::uint32_t, Waiting> waiting; ///< GET_KEYs, by index
    std::uint32_t next_index = 0;             ///< beyond every index that was asked for
    std::set<std::uint32_t> failed;           ///< asked for, not handed out: may be asked for again

    // At the source.
    struct Chunk {
        SecretBytes key;
        enum class Stage : std::uint8_t { idle, in_flight, ready } stage = Stage::idle;
    };
    std::map<std::uint32_t, Chunk> chunks; ///< made, not yet handed out
    std::int64_t allowance = 0;            ///< bits that Max_bps lets go now
    SimTime allowance_at{};
    bool resume_set = false; ///< a timer will go on when the pace allows it
};

/// A destination that came before the source's "open" did.
struct Visitor {
    End end;
    AppId source;
    QualityOfService wanted;
    std::function<void(OpenReply)> reply;
    ClockTimer timer = 0;
};

struct Sessions::Impl : std::enable_shared_from_this<Impl> {
    Impl(SessionsConfig config_, KmeNode& node_, std::shared_ptr<Topology const> topology_, Clock& clock_,
         Entropy& entropy_)
        : config{config_}, node{node_}, topology{std::move(topology_)}, clock{clock_}, entropy{entropy_} {}

    // open.cpp
    void open_source(AppId caller, AppId peer, QualityOfService const& qos, std::function<void(OpenReply)> reply);
    void open_destination(Visitor visitor);
    /// True when the source's "open" is here: the visitor is being connected, or has been refused.
    bool admit(Visitor& visitor);
    void connect(End const& end, AppId source, QualityOfService const& qos, std::function<void(OpenReply)> reply);
    QualityOfService nearest(QualityOfService const& wanted, NodeId far) const;
    bool reachable(AppId caller, AppId peer) const;

    // chunks.cpp
    void get_key(End const& end, std::optional<std::uint32_t> index, std::function<void(KeyChunk)> reply);
    void pump(End const& end); ///< the source relays what is asked for, and a little ahead
    void relay(End const& end, Stream& stream, std::uint32_t index);
    bool affordable(End const& end, Stream& stream);
    void serve(End const& end); ///< answers what can be answered
    void finish(End const& end, std::uint32_t index, Status status, SecretBytes key = {});

    // sessions.cpp
    Status close(End const& end);
    void drop(End const& end); ///< without a word to the peer
    void watch_ttl(End const& end);
    void on_delivery();
    void sweep();
    std::optional<QualityOfService> take_record(AppId owner, AppId from, KeyStreamId const& stream, Kind kind);
    void tell(AppId from, AppId to, KeyStreamId const& stream, Kind kind, QualityOfService const& qos,
              std::function<void(KeyStatus)> done);

    Stream* find(End const& end) {
        auto const found = streams.find(end);
        return found == streams.end() ? nullptr : &found->second;
    }
    /// For callbacks that may come when all this is gone.
    template <class F>
    auto guarded(F f) {
        return [weak = weak_from_this(), f = std::move(f)](auto&&... arguments) {
            if (auto const self = weak.lock()) f(*self, std::forward<decltype(arguments)>(arguments)...);
        };
    }

    SessionsConfig config;
    KmeNode& node;
    std::shared_ptr<Topology const> topology;
    Clock& clock;
    Entropy& entropy;
    std::map<End, Stream> streams;
    std::map<End, std::pair<AppId, QualityOfService>> offers; ///< "open" records that have been read; by destination
    std::map<End, Visitor> visitors;
    bool sweep_set = false;
};

} // namespace qkdes::etsi004
