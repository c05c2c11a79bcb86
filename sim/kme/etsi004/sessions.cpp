#include "sim/kme/etsi004/sessions.hpp"

#include "sim/kme/etsi004/sessions_impl.hpp"

namespace qkdes::etsi004 {

std::optional<QualityOfService> Sessions::Impl::take_record(AppId owner, AppId from, KeyStreamId const& stream,
                                                            Kind kind) {
    KeyId const id = derived_id(stream, kind);
    KeyReply const record = node.fetch_keys(owner, {&id, 1}, from);
    if (record.status != KeyStatus::ok) return std::nullopt;
    return read_record(kind, record.keys.at(0).key);
}

void Sessions::Impl::tell(AppId from, AppId to, KeyStreamId const& stream, Kind kind, QualityOfService const& qos,
                          std::function<void(KeyStatus)> done) {
    std::vector<DeliveredKey> keys{{derived_id(stream, kind), write_record(kind, qos), SecurityClass::its}};
    node.relay_keys(from, to, std::move(keys), [done = std::move(done)](KeyReply const& reply) { done(reply.status); });
}

/// The node is in the middle of something: look a moment later.
void Sessions::Impl::on_delivery() {
    if (sweep_set) return;
    sweep_set = true;
    clock.call_at(clock.now(), guarded([](Impl& self) {
                      self.sweep_set = false;
                      self.sweep();
                      std::vector<End> ends;
                      for (auto const& [end, stream] : self.streams)
                          if (!stream.waiting.empty()) ends.push_back(end);
                      for (End const& end : ends)
                          self.serve(end);
                  }));
}

/// Reads what the peers have said.
void Sessions::Impl::sweep() {
    for (auto& [end, stream] : streams) {
        if (stream.source && !stream.peer_connected)
            stream.peer_connected = take_record(end.app, stream.peer, end.stream, Kind::connected).has_value();
        auto const kind = stream.source ? Kind::closed_by_destination : Kind::closed_by_source;
        if (!stream.peer_closed) stream.peer_closed = take_record(end.app, stream.peer, end.stream, kind).has_value();
    }
    std::vector<End> waiting;
    for (auto const& [end, visitor] : visitors)
        waiting.push_back(end);
    for (End const& end : waiting) {
        auto held = visitors.extract(end);
        if (held.empty()) continue;
        ClockTimer const timer = held.mapped().timer;
        if (admit(held.mapped()))
            clock.cancel(timer);
        else
            visitors.insert(std::move(held));
    }
}

void Sessions::Impl::drop(End const& end) {
    auto gone = streams.extract(end);
    if (gone.empty()) return;
    for (auto& [index, waiting] : gone.mapped().waiting) {
        clock.cancel(waiting.timer);
        waiting.reply({Status::insufficient_key, index, {}});
    }
}

Status Sessions::Impl::close(End const& end) {
    Stream const* const stream = find(end);
    if (stream == nullptr) return Status::no_qkd_connection;
    auto const kind = stream->source ? Kind::closed_by_source : Kind::closed_by_destination;
    if (!stream->peer_closed) tell(end.app, stream->peer, end.stream, kind, stream->qos, [](KeyStatus) {});
    drop(end);
    return Status::successful;
}

void Sessions::Impl::watch_ttl(End const& end) {
    Stream const* const stream = find(end);
    if (stream == nullptr) return;
    SimTime const until = stream->used_at + std::chrono::seconds{stream->qos.ttl};
    if (until <= clock.now()) {
        close(end);
        return;
    }
    clock.call_at(until, guarded([end](Impl& self) { self.watch_ttl(end); }));
}

Sessions::Sessions(SessionsConfig config, KmeNode& node, std::shared_ptr<Topology const> topology, Clock& clock,
                   Entropy& entropy)
    : impl_{std::make_shared<Impl>(config, node, std::move(topology), clock, entropy)} {
    node.on_delivery(impl_->guarded([](Impl& self, AppId) { self.on_delivery(); }));
}

Sessions::~Sessions() { impl_->node.on_delivery({}); }

void Sessions::open_connect(AppId caller, AppId peer, QualityOfService const& qos, std::optional<KeyStreamId> stream,
                            std::function<void(OpenReply)> reply) {
    if (stream) return impl_->open_destination({{*stream, caller}, peer, qos, std::move(reply), 0});
    impl_->open_source(caller, peer, qos, std::move(reply));
}

void Sessions::get_key(AppId caller, KeyStreamId stream, std::optional<std::uint32_t> index,
                       std::function<void(KeyChunk)> reply) {
    impl_->get_key({stream, caller}, index, std::move(reply));
}

Status Sessions::close(AppId caller, KeyStreamId stream) { return impl_->close({stream, caller}); }
std::size_t Sessions::open_streams() const { return impl_->streams.size(); }

void Sessions::on_restart() {
    impl_->streams.clear();
    impl_->visitors.clear();
    impl_->offers.clear();
    impl_->sweep_set = false;
}

} // namespace qkdes::etsi004
