#include "sim/kme/node.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/node_impl.hpp"

#include <algorithm>

namespace qkdes {

std::string_view to_string(KeyStatus status) {
    switch (status) {
    case KeyStatus::ok:
        return "ok";
    case KeyStatus::no_key:
        return "no key";
    case KeyStatus::no_route:
        return "no route";
    case KeyStatus::busy:
        return "busy";
    case KeyStatus::timeout:
        return "timeout";
    case KeyStatus::bad_request:
        return "bad request";
    case KeyStatus::not_found:
        return "not found";
    case KeyStatus::not_admitted:
        return "not admitted";
    case KeyStatus::unauthorized:
        return "unauthorized";
    case KeyStatus::hop_failed:
        return "hop failed";
    }
    return "unknown";
}

namespace {

SimDuration saturating_sum(SimDuration a, SimDuration b) {
    return a > SimDuration::max() - b ? SimDuration::max() : a + b;
}

std::vector<ReadyKeysSpec> own_ready_keys(KmeConfig const& config, Topology const& topology) {
    std::vector<ReadyKeysSpec> own;
    for (auto const& spec : config.congestion.ready)
        if (topology.applications[spec.from.index()] == config.self) own.push_back(spec);
    return own;
}

/// A key that is handed out here must still be at the far node when its application comes.
SimDuration ready_lifetime(KmeConfig const& config) {
    return std::max(config.key_lifetime - config.relay_timeout, SimDuration{1});
}

} // namespace

void set_profile(KmeConfig& config, NodeProfile profile) {
    bool const paper = profile == NodeProfile::kmstn_paper;
    KmeConfig const standard;
    config.derivation = paper ? HopDerivation::exclusive_or : standard.derivation;
    config.release = paper ? Release::early : standard.release;
    config.retries = paper ? 0 : standard.retries;
    config.emits_void = !paper;
    config.draft_acks = paper;
}

KmeNode::Impl::Impl(KmeConfig config_, std::shared_ptr<Topology const> topology_, KmePorts ports_)
    : self{config_.self}, by_value{ports_.transport.by_value()}, by_vendor{config_.vendor.has_value()},
      connection_idle{config_.connection_idle}, topology{std::move(topology_)}, ports{ports_},
      watch{ports.clock,
            relays,
            config_.relay_timeout,
            {[this](auto serial) { return live(serial); }, [this](auto serial) { on_deadline(serial); },
             [this](auto serial) { forget(serial); }}},
      repeats{ports.clock, config_.retry_after,
              [this](Repeat const& repeat) {
                  repeat.of_acknowledgement ? repeat_acknowledgement(repeat.serial) : on_retry(repeat.serial);
              },
              [this](Repeat const& repeat) {
                  return (relays.mark(repeat.serial) & (repeat.of_acknowledgement ? kUnanswered : kUnderWay)) != 0;
              }},
      router{config_.routing,
             self,
             topology,
             {ports.clock, ports.telemetry,
              [this](LinkId link) {
                  return static_cast<std::uint32_t>(std::min<std::uint64_t>(pool(link).free_own_units(), 0xffffffffu));
              },
              [this](std::span<LinkId const> links, LinkStateMessage message) {
                  Packed const packed = pack(std::move(message));
                  for (LinkId const link : links)
                      post(link, packed);
              },
              ports.entropy}},
      config{std::move(config_)}, format{SaeDirectory{topology}, config.name,
                                         config.draft_acks ? etsi020::AckStyle::draft : etsi020::AckStyle::v1_1_1},
      delivered{config.delivery_limit}, slow_stores{ports.clock, config.relay_timeout / 2,
                                                    [this](auto serial) { acknowledge(serial, KeyStatus::ok); },
                                                    [this](auto serial) { return live(serial); }},
      abandon_repeats{ports.clock, config.relay_timeout, [this](Hop const& hop) { repeat_abandon(hop); },
                      [this](Hop const& hop) { return abandons.contains(hop); }},
      void_repeats{ports.clock, config.relay_timeout, [this](KeyOnLink const& key) { repeat_void(key); },
                   [this](KeyOnLink const& key) { return voids.contains(key); }},
      own_expiry{ports.clock, config.key_lifetime,
                 [this](StoredBlock const& stored) { pool(stored.link).expire(stored.block, KeyPool::Half::own); },
                 [](auto const&) { return true; }},
      peer_expiry{ports.clock, saturating_sum(config.key_lifetime, config.relay_timeout),
                  [this](StoredBlock const& stored) { pool(stored.link).expire(stored.block, KeyPool::Half::peer); },
                  [](auto const&) { return true; }},
      delivery_expiry{ports.clock, config.key_lifetime,
                      [this](WaitingKey const& waiting) {
                          if (delivered.remove(waiting)) count("delivery.expired");
                      },
                      [this](WaitingKey const& waiting) { return delivered.contains(waiting); }},
      ready{own_ready_keys(config, *topology), ready_lifetime(config), ports.clock,
            [this](KeyRequest const& request, std::function<void(KeyReply)> reply) {
                deliver(request, {}, {}, std::move(reply));
            },
            [this](std::string_view what) { count(what); }},
      door{config.congestion,
           ports.clock,
           {[this](KeyRequest const& request, FrontDoor::Reply& reply) {
                auto keys = ready.take(request);
                if (keys) reply({KeyStatus::ok, std::move(*keys)});
                return keys.has_value();
            },
            [this](KeyRequest const& request) { return available(request); },
            [this](KeyRequest const& request) { return cost(request); },
            [this](KeyRequest const& request, FrontDoor::Reply reply) { deliver(request, {}, {}, std::move(reply)); },
            [this](std::string_view what) { count(what); }}} {
    QKDES_EXPECTS(self.index() < topology->nodes.size());
    QKDES_EXPECTS(config.relay_timeout > SimDuration::zero() && config.key_lifetime > SimDuration::zero());
    QKDES_EXPECTS(config.retry_after > SimDuration::zero() && config.retries < 1u << 16);
    hears_news = router.dynamic();
    std::vector<LinkId> own;
    for (std::size_t i = 0; i < topology->links.size(); ++i)
        if (LinkId const link{i}; attached(link) && uses_qkd(link)) own.push_back(link);
    pools.reserve(own.size()); // sources and vendors keep pointing at them
    for (LinkId const link : own) {
        auto const end = topology->links[link.index()].a == self ? KeyPool::End::a : KeyPool::End::b;
        auto const kept = config.kept.find(link);
        auto& units = pools.emplace(link, self, link, end, config.store_capacity, ports.telemetry,
                                    kept == config.kept.end() ? 0 : kept->second);
        sources.emplace(link, units);
        if (!config.vendor) continue;
        auto service = ports.vendor_service ? ports.vendor_service(link) : nullptr;
        if (!service) service = std::make_unique<FixedService>(SimDuration{0});
        vendors[link] =
            std::make_unique<VendorKms>(*config.vendor, units, ports.clock, *service, self, ports.telemetry);
        vendor_services[link] = std::move(service);
    }
}

bool KmeNode::Impl::attached(LinkId link) const {
    if (link.index() >= topology->links.size()) return false;
    auto const& ends = topology->links[link.index()];
    return ends.a == self || ends.b == self;
}

NodeId KmeNode::Impl::peer(LinkId link) const {
    auto const& ends = topology->links[link.index()];
    return ends.a == self ? ends.b : ends.a;
}

KeyPool& KmeNode::Impl::pool(LinkId link) { return pools.at(link); }
KeyPool const& KmeNode::Impl::pool(LinkId link) const { return const_cast<Impl*>(this)->pool(link); }

void KmeNode::Impl::on_key_block(LinkId link, std::uint64_t block, Bits const& key, std::uint64_t units_of_a) {
    if (key.empty()) return;
    pool(link).store(block, key, units_of_a);
    key_arrived(link, block, key.size() / kUnitBits, units_of_a);
}

void KmeNode::Impl::on_key_block(LinkId link, std::uint64_t block, std::shared_ptr<KeyUnits const> key,
                                 std::uint64_t units, std::uint64_t units_of_a) {
    if (units == 0) return;
    pool(link).store(block, std::move(key), units, units_of_a);
    key_arrived(link, block, units, units_of_a);
}

void KmeNode::Impl::key_arrived(LinkId link, std::uint64_t block, std::uint64_t units, std::uint64_t units_of_a) {
    bool const a = topology->links[link.index()].a == self;
    std::uint64_t const own = a ? units_of_a : units - units_of_a;
    router.key_arrived(link, own);
    // Of a full store most blocks have a few units for one half alone.
    if (own > 0) own_expiry.add({link, block});
    if (own < units) peer_expiry.add({link, block});
    if (auto* box = vendor(link)) box->on_key();
    door.on_key();
}

bool KmeNode::Impl::from_neighbour(LinkId link, NodeId from) {
    if (down) return false;
    if (attached(link) && peer(link) == from) return true;
    count("message.stranger");
    return false;
}

void KmeNode::Impl::on_message(LinkId link, NodeId from, std::span<std::uint8_t const> bytes) {
    if (!from_neighbour(link, from)) return;
    auto const decoded = decode(bytes, format);
    if (decoded) return take(link, *decoded.message);
    count("message.malformed");
    if (decoded.refusal) send(link, *decoded.refusal);
}

std::uint64_t KmeNode::Impl::open_relay(Relay relay) {
    std::uint64_t const serial = next_serial++;
    relays.add(serial, std::move(relay));
    relays.set_mark(serial, kUnderWay);
    relays.set_time(serial, ports.clock.now());
    ++open_relays;
    watch.began();
    return serial;
}

KmeNode::Impl::FoundRelay KmeNode::Impl::relay_from(Hop const& session) {
    auto const [serial, relay] =
        inbound.find(relays, HopHash{}(session), [&](Relay const& r) { return r.from == session; });
    return {serial, relay};
}

KmeNode::Impl::FoundRelay KmeNode::Impl::relay_onward(Hop const& session) const {
    std::uint64_t const serial = relays.whole(serial_in(session.session));
    Relay* const relay = relays.find(serial);
    if (relay == nullptr || relay->onward != session) return {0, nullptr};
    return {serial, relay};
}

namespace {
bool has(Relay const& relay, MaybeHop const& hop, KeyOnLink const& key) {
    return hop && hop->link == key.link && relay.key_to == key.to &&
           std::ranges::any_of(relay.ids, [&](KeyId const& id) { return same(id.bytes, key.id.bytes); });
}
} // namespace

KmeNode::Impl::FoundRelay KmeNode::Impl::opened_from(KeyOnLink const& key) {
    auto const [serial, relay] =
        keys_in.find(relays, HopHash{}(key), [&](Relay const& r) { return has(r, r.from, key); });
    return {serial, relay};
}

KmeNode::Impl::FoundRelay KmeNode::Impl::sealed_to(KeyOnLink const& key) {
    auto const [serial, relay] =
        keys_out.find(relays, HopHash{}(key), [&](Relay const& r) { return has(r, r.onward, key); });
    return {serial, relay};
}

/// Most often it is the session's own relay. But that may be done, and another be under way with the same key.
KmeNode::Impl::FoundRelay KmeNode::Impl::sealed_to(KeyOnLink const& key, SessionId const& session) {
    auto const own = relay_onward({key.link, session});
    bool const sealed =
        own && (own->stage == Relay::Stage::awaiting_response || own->stage == Relay::Stage::awaiting_acknowledgement);
    return sealed && has(*own.relay, own->onward, key) ? own : sealed_to(key);
}

bool KmeNode::Impl::live(std::uint64_t serial) const { return (relays.mark(serial) & kUnderWay) != 0; }

void KmeNode::Impl::retire(std::uint64_t serial, KeyStatus status) {
    Relay& relay = relays.at(serial);
    QKDES_EXPECTS(relay.stage != Relay::Stage::done);
    --open_relays;
    relay.stage = Relay::Stage::done;
    relays.set_mark(serial, relay.acknowledges && !relay.acknowledged ? kUnanswered : 0);
    relay.status = status;
    relay.way.reset(); // a duplicate or a void asks for none of it
    relays.set_time(serial, ports.clock.now());
    // A flood of finished sessions is not worth remembering: a duplicate then finds no session, which is safe.
    if (++done_relays <= config.queue_limit) return;
    incomplete_until = ports.clock.now() + std::min(saturating_sum(config.relay_timeout, config.relay_timeout),
                                                    kSimNever - ports.clock.now());
    forget(serial);
}

void KmeNode::Impl::forget(std::uint64_t serial) {
    --(live(serial) ? open_relays : done_relays);
    relays.erase(serial);
}

KmeNode::KmeNode(KmeConfig config, std::shared_ptr<Topology const> topology, KmePorts ports)
    : impl_{std::make_unique<Impl>(std::move(config), std::move(topology), ports)} {}
KmeNode::~KmeNode() = default;

void KmeNode::request_keys(KeyRequest const& request, std::function<void(KeyReply)> reply) {
    impl_->request_keys(request, std::move(reply));
}
void KmeNode::relay_keys(AppId from, AppId to, std::vector<DeliveredKey> keys, std::function<void(KeyReply)> reply) {
    impl_->relay_keys({}, from, to, std::move(keys), std::move(reply));
}
void KmeNode::relay_keys_over(std::vector<LinkId> path, AppId from, AppId to, std::vector<DeliveredKey> keys,
                              std::function<void(KeyReply)> reply) {
    impl_->relay_keys(std::move(path), from, to, std::move(keys), std::move(reply));
}
void KmeNode::on_delivery(std::function<void(AppId)> observer) { impl_->delivery_observer = std::move(observer); }
KeyReply KmeNode::fetch_keys(AppId caller, std::span<KeyId const> ids, AppId from) {
    return impl_->fetch_keys(caller, ids, from);
}
void KmeNode::on_key_block(LinkId link, std::uint64_t block, Bits const& key, std::uint64_t units_of_a) {
    impl_->on_key_block(link, block, key, units_of_a);
}
void KmeNode::on_key_block(LinkId link, std::uint64_t block, std::shared_ptr<KeyUnits const> key, std::uint64_t units,
                           std::uint64_t units_of_a) {
    impl_->on_key_block(link, block, std::move(key), units, units_of_a);
}
PoolRoom KmeNode::room(LinkId link) const {
    KeyPool const& pool = impl_->pool(link);
    return {pool.room_units(KeyPool::Half::own), pool.room_units(KeyPool::Half::peer)};
}
PoolLevel KmeNode::pool(LinkId link) const {
    KeyPool const& pool = impl_->pool(link);
    return {pool.free_own_units() * kUnitBits, pool.account().held() * kUnitBits, pool.capacity_units() * kUnitBits};
}
std::vector<LinkId> KmeNode::route(NodeId to) const { return impl_->router.route(to).value_or(std::vector<LinkId>{}); }
std::vector<std::vector<LinkId>> KmeNode::disjoint_routes(NodeId to, std::size_t at_most) const {
    return impl_->router.disjoint(to, at_most);
}
KeySource& KmeNode::key_source(LinkId link) {
    if (auto* box = impl_->vendor(link)) return *box;
    return impl_->sources.at(link);
}
Exposure KmeNode::exposure(std::span<LinkId const> path) const { return impl_->exposure(path); }
void KmeNode::on_message(LinkId link, NodeId from, std::span<std::uint8_t const> message) {
    impl_->on_message(link, from, message);
}
void KmeNode::on_value(LinkId link, NodeId from, MessageValue const& message) { impl_->on_value(link, from, message); }
void KmeNode::on_restart() { impl_->on_restart(); }

} // namespace qkdes
