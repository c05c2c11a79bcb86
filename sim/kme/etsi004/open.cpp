// OPEN_CONNECT at both ends.
#include "sim/kme/etsi004/sessions_impl.hpp"
#include "sim/kme/key_pool.hpp"
#include "sim/kme/messages.hpp"

#include <algorithm>

namespace qkdes::etsi004 {

namespace {
Status open_status(KeyStatus status) {
    return status == KeyStatus::timeout ? Status::timeout : Status::no_qkd_connection;
}
} // namespace

bool Sessions::Impl::reachable(AppId caller, AppId peer) const {
    auto const& hosts = topology->applications;
    if (caller.index() >= hosts.size() || peer.index() >= hosts.size() || caller == peer) return false;
    if (hosts[caller.index()] != config.self) return false;
    return hosts[peer.index()] == config.self || !node.route(hosts[peer.index()]).empty();
}

/// What would be granted: the same where the wish can be met.
QualityOfService Sessions::Impl::nearest(QualityOfService const& wanted, NodeId far) const {
    QualityOfService out = wanted;
    out.key_chunk_size = std::clamp<std::uint32_t>(wanted.key_chunk_size, kMinKeyBits / 8, kMaxKeyBits / 8);
    out.timeout = std::max(wanted.timeout, 1u);
    auto const longest = std::chrono::duration_cast<std::chrono::seconds>(config.longest_ttl).count();
    out.ttl = static_cast<std::uint32_t>(std::clamp<std::int64_t>(wanted.ttl, 1, std::max<std::int64_t>(longest, 1)));
    if (out.max_bps != 0) out.min_bps = std::min(out.min_bps, out.max_bps);
    auto const links = node.route(far);
    if (!links.empty() && topology->links[links.front().index()].qkd) { // each chunk costs a unit
        std::uint64_t const chunks = node.pool(links.front()).available_bits / kUnitBits;
        std::uint64_t const bps = chunks * out.key_chunk_size * 8 / kReserveSeconds;
        out.min_bps = static_cast<std::uint32_t>(std::min<std::uint64_t>(out.min_bps, bps));
    }
    return out;
}

void Sessions::Impl::open_source(AppId caller, AppId peer, QualityOfService const& qos,
                                 std::function<void(OpenReply)> reply) {
    if (!reachable(caller, peer) || streams.size() >= config.stream_limit)
        return reply({Status::no_qkd_connection, {}, qos});
    if (auto const possible = nearest(qos, topology->applications[peer.index()]); !(possible == qos))
        return reply({Status::qos_not_met, {}, possible});
    End end{{}, caller};
    entropy.fill(end.stream.bytes);
    end.stream.bytes[6] = static_cast<std::uint8_t>((end.stream.bytes[6] & 0x0f) | 0x40);
    end.stream.bytes[8] = static_cast<std::uint8_t>((end.stream.bytes[8] & 0x3f) | 0x80);
    Stream& stream = streams[end];
    stream.source = true;
    stream.peer = peer;
    stream.qos = qos;
    stream.used_at = stream.allowance_at = clock.now();
    stream.allowance = std::max<std::int64_t>(qos.max_bps, 8 * qos.key_chunk_size);
    tell(caller, peer, end.stream, Kind::open, qos, guarded([end, qos, reply](Impl& self, KeyStatus status) {
             if (status != KeyStatus::ok) {
                 self.drop(end);
                 return reply({open_status(status), end.stream, qos});
             }
             self.watch_ttl(end);
             reply({Status::peer_not_connected, end.stream, qos});
         }));
}

void Sessions::Impl::open_destination(Visitor visitor) {
    auto const refuse = [&](Status status) { visitor.reply({status, visitor.end.stream, visitor.wanted}); };
    if (!reachable(visitor.end.app, visitor.source)) return refuse(Status::no_qkd_connection);
    if (streams.contains(visitor.end) || visitors.contains(visitor.end)) return refuse(Status::stream_in_use);
    if (streams.size() + visitors.size() >= config.stream_limit) return refuse(Status::no_qkd_connection);
    if (admit(visitor)) return;
    End const end = visitor.end;
    SimDuration const patience = std::chrono::milliseconds{std::max(visitor.wanted.timeout, 1u)};
    visitor.timer = clock.call_at(clock.now() + patience, guarded([end](Impl& self) {
                                      auto const late = self.visitors.extract(end);
                                      if (late.empty()) return;
                                      auto const& waited = late.mapped();
                                      waited.reply({Status::timeout, end.stream, waited.wanted});
                                  }));
    visitors.emplace(end, std::move(visitor));
}

bool Sessions::Impl::admit(Visitor& visitor) {
    End const end = visitor.end;
    if (!offers.contains(end)) {
        KeyId const id = derived_id(end.stream, Kind::open);
        KeyReply const record = node.fetch_keys(end.app, {&id, 1}, visitor.source);
        if (record.status == KeyStatus::unauthorized) { // it is for somebody else
            visitor.reply({Status::stream_in_use, end.stream, visitor.wanted});
            return true;
        }
        if (record.status != KeyStatus::ok) return false;
        auto const qos = read_record(Kind::open, record.keys.at(0).key);
        if (!qos) return false;
        if (offers.size() >= config.stream_limit) offers.erase(offers.begin());
        offers.emplace(end, std::pair{visitor.source, *qos});
    }
    auto const [source, qos] = offers.at(end);
    if (source != visitor.source) {
        visitor.reply({Status::stream_in_use, end.stream, visitor.wanted});
    } else if (qos.key_chunk_size != visitor.wanted.key_chunk_size) {
        visitor.reply({Status::qos_not_met, end.stream, qos});
    } else {
        connect(end, source, qos, std::move(visitor.reply));
    }
    return true;
}

void Sessions::Impl::connect(End const& end, AppId source, QualityOfService const& qos,
                             std::function<void(OpenReply)> reply) {
    Stream& stream = streams[end];
    stream.peer = source;
    stream.qos = qos;
    stream.peer_connected = true;
    stream.used_at = clock.now();
    tell(end.app, source, end.stream, Kind::connected, qos, guarded([end, qos, reply](Impl& self, KeyStatus status) {
             if (status != KeyStatus::ok) {
                 self.drop(end);
                 return reply({open_status(status), end.stream, qos});
             }
             self.offers.erase(end);
             self.watch_ttl(end);
             reply({Status::successful, end.stream, qos});
         }));
}

} // namespace qkdes::etsi004
