#include "sim/world/agent_system.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/agent/consumer.hpp"
#include "sim/kme/shares/courier.hpp"
#include "sim/kme/wire.hpp"
#include "sim/world/key_digest.hpp"
#include "sim/world/program.hpp"
#include "sim/world/simulated_device.hpp"
#include "sim/world/simulated_store.hpp"

#include <algorithm>

namespace qkdes {

namespace {

using agent::KeyRecord;

constexpr double kSpread = 0.1; ///< of services' times between readings

std::string name_of(WorldParts const& parts, AgentSpec const& spec, std::string_view what, AgentSide side) {
    return fmt::format("agent/{}/{}/{}", parts.scenario.links[spec.link.index()].id, what,
                       side == AgentSide::from ? "from" : "to");
}

agent::AgentConfig config_of(WorldParts const& parts, AgentSpec const& spec, AgentSide side) {
    LinkSpec const& link = parts.scenario.links[spec.link.index()];
    agent::AgentConfig config;
    config.link_id = link.id;
    config.leads = side == AgentSide::from;
    config.protocol = protocol_of(parts.scenario.devices[link.device.value()].physics);
    config.bands.limits = {spec.degraded, spec.warning, spec.critical, spec.compromised};
    config.bands.hysteresis = spec.hysteresis;
    config.bands.window = spec.window;
    config.bands.reduced_rate = spec.reduced_rate;
    config.fallback = {spec.threshold, spec.hold, spec.recover};
    config.rotation.every = spec.rotation.every;
    config.rotation.first = spec.rotation.first;
    config.rotation.lifetime = spec.rotation.lifetime;
    config.rotation.retry = spec.rotation.retry;
    config.rotation.push = {spec.store.timeout, spec.store.retry};
    config.poll = spec.poll;
    return config;
}

agent::WireGuardConfig config_of(TunnelSpec const& spec, AgentSide side) {
    return {spec.rekey_after, spec.reject_after, spec.rekey_attempt, spec.rekey_timeout, side == AgentSide::from};
}

} // namespace

/// What carries agents' messages over a host.
struct AgentSystem::Post {
    Post(WorldParts const& parts, NodeId node, std::function<void(std::span<std::uint8_t const>)> received)
        : courier{node, *parts.hosts[node.index()], parts.hosts[node.index()]->transport(Program::agent),
                  parts.telemetry,
                  [received = std::move(received)](CourierPath const&, std::span<std::uint8_t const> body) {
                      received(body);
                  }} {}
    Courier courier;
};

struct AgentSystem::Site final : agent::KeySupply {
    Site(AgentSystem& owner, Pair& of, AgentSide which, std::shared_ptr<IssuedBlocks> const& blocks);
    void fresh(std::uint32_t bits, std::function<void(std::optional<agent::SuppliedKey>)> answer) override;
    std::optional<agent::SuppliedKey> by_id(KeyId id) override;
    void begin();
    void restart();

    AgentSystem& system;
    Pair& pair;
    AgentSide side;
    AppId own, peer;
    Host& host;
    SimulatedDevice device;
    SimulatedStore store;
    agent::QkdAgent agent;
    RngStream phase;
    std::unique_ptr<agent::KeyConsumer> consumer;
    ProgramEntropy tunnel_entropy;
    RngStream tunnel_loss;
    std::unique_ptr<agent::WireGuardPeer> tunnel;
    SecurityClass security = SecurityClass::pqc; ///< of the key that was got last
    std::vector<NodeId> holders;                 ///< of that key
};

struct AgentSystem::Pair {
    Pair(AgentSystem& system, std::size_t number)
        : index{number}, spec{system.parts_.scenario.agents[number]}, issued{std::make_shared<IssuedBlocks>()},
          from{system, *this, AgentSide::from, issued}, to{system, *this, AgentSide::to, issued} {}
    Site& other(Site const& site) { return &site == &from ? to : from; }
    std::size_t index;
    AgentSpec const& spec;
    std::shared_ptr<IssuedBlocks> issued;
    Site from, to;
    SimDuration scrape_every{0};
};

AgentSystem::Site::Site(AgentSystem& owner, Pair& of, AgentSide which, std::shared_ptr<IssuedBlocks> const& blocks)
    : system{owner}, pair{of}, side{which}, own{which == AgentSide::from ? of.spec.from : of.spec.to},
      peer{which == AgentSide::from ? of.spec.to : of.spec.from},
      host{*owner.parts_.hosts[owner.parts_.topology->applications[own.index()].index()]},
      device{owner.parts_.scenario,
             of.spec.link,
             owner.parts_.timelines.links[of.spec.link.index()],
             nullptr,
             blocks,
             [&engine = owner.parts_.engine] { return engine.now(); }},
      store{of.spec.store,
            owner.parts_.scenario.links[of.spec.link.index()].id,
            owner.parts_.engine,
            owner.origin_,
            host,
            RngStream{owner.parts_.seed, name_of(owner.parts_, of.spec, "store", which)}},
      agent{config_of(owner.parts_, of.spec, which),
            {host, device, *this, store,
             [this](std::vector<std::uint8_t> message) { system.announce(*this, std::move(message)); },
             [this](agent::AgentEvent const& event) { system.books_.event(pair.index, side, event); },
             [this](KeyRecord const& record) {
                 if (side == AgentSide::from) system.books_.issued(pair.index, record, security, holders);
             },
             [this](KeyRecord const& record) { system.books_.stored(pair.index, side, record.sequence, host.now()); }}},
      phase{owner.parts_.seed, name_of(owner.parts_, of.spec, "phase", which)},
      tunnel_entropy{owner.parts_.seed, name_of(owner.parts_, of.spec, "tunnel", which)},
      tunnel_loss{owner.parts_.seed, name_of(owner.parts_, of.spec, "tunnel-loss", which)} {
    if (!of.spec.tunnel) return;
    tunnel = std::make_unique<agent::WireGuardPeer>(
        config_of(*of.spec.tunnel, which),
        agent::WireGuardPeer::Ports{
            host, tunnel_entropy,
            [this](std::vector<std::uint8_t> message) { system.over_the_tunnel(*this, std::move(message)); },
            [this] { system.tunnel_changed(pair); }});
}

void AgentSystem::Site::begin() {
    agent.start();
    double const every = seconds(pair.spec.rotation.resync);
    SimTime const first = kSimStart + from_seconds(phase.uniform() * every);
    auto const wait = [this, every] { return from_seconds(every * (1 - kSpread + 2 * kSpread * phase.uniform())); };
    consumer =
        std::make_unique<agent::KeyConsumer>(wait, first, host, store, [this](std::optional<KeyRecord> const& record) {
            system.books_.installed(pair.index, side, record ? record->sequence : 0, host.now());
            if (tunnel) tunnel->use_key(record ? std::optional{record->key} : std::nullopt);
        });
    if (tunnel) tunnel->start();
}

void AgentSystem::Site::restart() {
    agent.restart();
    consumer->restart();
    if (tunnel) tunnel->restart();
}

void AgentSystem::Site::fresh(std::uint32_t bits, std::function<void(std::optional<agent::SuppliedKey>)> answer) {
    auto ask = [this, bits, answer] {
        host.node().request_keys({own, peer, bits, 1}, [this, answer](KeyReply reply) {
            if (reply.status != KeyStatus::ok) return answer(std::nullopt);
            QKDES_ENSURES(reply.keys.size() == 1);
            DeliveredKey& key = reply.keys[0];
            system.parts_.auditor.delivered(key.id, true, key_digest(key.key));
            security = key.security;
            holders = system.parts_.take_holders(key.id);
            if (system.told_) system.told_({pair.index, key.id, key_digest(key.key), key.security});
            answer(agent::SuppliedKey{key.id, std::move(key.key)});
        });
    };
    if (!host.serve(std::move(ask))) answer(std::nullopt);
}

std::optional<agent::SuppliedKey> AgentSystem::Site::by_id(KeyId id) {
    KeyReply reply = host.node().fetch_keys(own, std::span{&id, 1}, peer);
    if (reply.status != KeyStatus::ok) return {};
    QKDES_ENSURES(reply.keys.size() == 1);
    system.parts_.auditor.delivered(id, false, key_digest(reply.keys[0].key));
    system.parts_.auditor.closed(id);
    return agent::SuppliedKey{id, std::move(reply.keys[0].key)};
}

AgentSystem::AgentSystem(WorldParts const& parts)
    : parts_{parts}, origin_{parts.engine.new_origin("agents")}, books_{parts.recorder, parts.scenario} {
    for (std::size_t a = 0; a < parts.scenario.agents.size(); ++a)
        pairs_.push_back(std::make_unique<Pair>(*this, a));
    for (std::size_t n = 0; n < parts.hosts.size(); ++n) {
        posts_.push_back(std::make_unique<Post>(
            parts, NodeId{n}, [this, n](std::span<std::uint8_t const> body) { received(NodeId{n}, body); }));
        parts.hosts[n]->run(Program::agent, {[post = posts_.back().get()](LinkId link, NodeId from,
                                                                          std::span<std::uint8_t const> bytes) {
                                                 post->courier.on_message(link, from, bytes);
                                             },
                                             [this, host = parts.hosts[n].get()] {
                                                 for (auto const& pair : pairs_)
                                                     for (Site* site : {&pair->from, &pair->to})
                                                         if (&site->host == host) site->restart();
                                             }});
    }
}

AgentSystem::~AgentSystem() = default;

void AgentSystem::once(SimTime at, EventClass kind, std::function<void()> what) {
    if (at <= kSimStart + parts_.scenario.duration) parts_.engine.schedule(at, kind, origin_, std::move(what));
}

void AgentSystem::start() {
    for (auto const& owned : pairs_) {
        Pair& pair = *owned;
        pair.from.begin();
        pair.to.begin();
        auto const whole = std::chrono::duration_cast<std::chrono::seconds>(parts_.scenario.duration / 720);
        pair.scrape_every = pair.spec.scrape.value_or(std::max<SimDuration>(std::chrono::seconds{1}, whole));
        scrape(pair);
        if (!pair.spec.tunnel) continue;
        for (auto const& fault : parts_.scenario.faults) // a host that fails does not say so
            if (fault.kind == FaultKind::down)
                once(fault.begin, EventClass::timer, [this, &pair] { tunnel_changed(pair); });
    }
}

void AgentSystem::scrape(Pair& pair) {
    SimTime const now = parts_.engine.now();
    for (Site* site : {&pair.from, &pair.to})
        if (site->host.up()) books_.metrics(pair.index, site->side, now, site->agent);
    once(now + pair.scrape_every, EventClass::sample, [this, &pair] { scrape(pair); });
}

void AgentSystem::block(BlockRecord const& record) {
    for (auto const& pair : pairs_) {
        pair->from.device.on_block(record);
        pair->to.device.on_block(record);
    }
}

/// The way of keys now; without one the message is lost, and sent again later.
void AgentSystem::announce(Site& from, std::vector<std::uint8_t> message) {
    Site const& to = from.pair.other(from);
    CourierPath path;
    NodeId at = from.host.self();
    for (LinkId const link : from.host.node().route(to.host.self())) {
        auto const& ends = parts_.topology->links[link.index()];
        at = ends.a == at ? ends.b : ends.a;
        path.push_back({link, at});
    }
    if (path.empty()) return;
    std::vector<std::uint8_t> body(4 + 1 + message.size());
    WireWriter out{body};
    out.integer(static_cast<std::uint32_t>(from.pair.index));
    out.integer(static_cast<std::uint8_t>(to.side));
    out.bytes(message);
    posts_[from.host.self().index()]->courier.send(path, body);
}

void AgentSystem::received(NodeId at, std::span<std::uint8_t const> body) {
    WireReader in{body};
    auto const index = in.integer<std::uint32_t>();
    auto const side = in.integer<std::uint8_t>();
    if (!in.ok() || index >= pairs_.size() || side > 1) return;
    Site& site = side == side_index(AgentSide::from) ? pairs_[index]->from : pairs_[index]->to;
    if (site.host.self() == at) site.agent.on_message(in.bytes(in.left()));
}

void AgentSystem::over_the_tunnel(Site& from, std::vector<std::uint8_t> message) {
    TunnelSpec const& spec = *from.pair.spec.tunnel;
    if (spec.loss > 0 && from.tunnel_loss.bernoulli(spec.loss)) return;
    Site& to = from.pair.other(from);
    once(parts_.engine.now() + spec.latency, EventClass::arrival, [&to, message = std::move(message)] {
        if (to.host.up()) to.tunnel->on_message(message);
    });
}

void AgentSystem::tunnel_changed(Pair& pair) {
    auto const state = [&] {
        auto const near = pair.from.host.up() ? pair.from.tunnel->session() : std::nullopt;
        auto const far = pair.to.host.up() ? pair.to.tunnel->session() : std::nullopt;
        if (!near || !far) return TunnelState::down;
        return near->keyed && far->keyed ? TunnelState::keyed : TunnelState::unkeyed;
    }();
    books_.tunnel(pair.index, state, parts_.engine.now());
}

std::vector<SummarySection> AgentSystem::finish() {
    std::vector<AgentStanding> standings;
    for (auto const& pair : pairs_) {
        AgentStanding standing;
        standing.counts = pair->from.agent.counts();
        standing.halts = pair->from.agent.fallback().halts();
        standing.pushes = {pair->from.agent.pushes(), pair->to.agent.pushes()};
        if (pair->spec.tunnel) standing.tunnel = {pair->from.tunnel->counts(), pair->to.tunnel->counts()};
        standings.push_back(std::move(standing));
    }
    return books_.finish(standings, parts_.engine.now());
}

} // namespace qkdes
