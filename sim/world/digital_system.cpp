#include "sim/world/digital_system.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/shares/modelled_signature.hpp"
#include "sim/world/share_paths.hpp"

#include <algorithm>

namespace qkdes {

namespace {

/// On the channels: the seed and the samples go under ML-KEM and AES.
constexpr Exposure kExposure{HopProtection::pqc};

KeyStatus status_of(DigitalStatus status) {
    switch (status) {
    case DigitalStatus::ok:
        return KeyStatus::ok;
    case DigitalStatus::pool_gone:
        return KeyStatus::no_key;
    case DigitalStatus::server_down:
    case DigitalStatus::peer_silent:
    case DigitalStatus::restarted:
        return KeyStatus::timeout;
    case DigitalStatus::mismatch:
        return KeyStatus::hop_failed;
    case DigitalStatus::busy:
        return KeyStatus::busy;
    case DigitalStatus::bad_request:
        break;
    }
    return KeyStatus::bad_request;
}

} // namespace

/// What runs on one host: a server, a node that asks servers, or just the courier of a node on the way.
struct DigitalSystem::Station {
    Station(WorldParts const& parts, NodeId at)
        : entropy{parts.seed, "node/" + parts.scenario.nodes[at.index()].id + "/digital"},
          transport{parts.hosts[at.index()]->transport(Program::digital)} {}
    ProgramEntropy entropy;
    MeteredTransport transport;
    std::shared_ptr<Signer const> signer;
    std::unique_ptr<PoolServer> server;
    std::unique_ptr<DigitalNode> node;
    std::unique_ptr<Courier> courier;
};

/// The keys of one request, computed side by side.
struct DigitalSystem::Batch {
    KeyRequest request;
    std::function<void(KeyReply)> reply;
    std::uint32_t missing = 0;
    KeyReply result;
};

DigitalSystem::DigitalSystem(WorldParts const& parts)
    : parts_{parts}, spec_{*parts.scenario.digital}, books_{parts.recorder, parts.scenario} {
    if (parts.scenario.kem == KemKind::modelled)
        signatures_ = std::make_unique<ModelledSignatures>();
    else
        signatures_ = std::make_unique<MlDsa65>();
    make_stations();
}

DigitalSystem::~DigitalSystem() = default;

void DigitalSystem::make_stations() {
    for (std::size_t n = 0; n < parts_.hosts.size(); ++n)
        stations_.push_back(std::make_unique<Station>(parts_, NodeId{n}));
    for (std::size_t i = 0; i < spec_.servers.size(); ++i) {
        NodeId const at = spec_.servers[i].node;
        Station& station = *stations_[at.index()];
        PoolServerConfig const config{at, static_cast<PoolServerId>(i), spec_.pool_bits / 8, spec_.epoch, spec_.grace};
        station.server = std::make_unique<PoolServer>(config, *parts_.hosts[at.index()], station.entropy, parts_.kem,
                                                      station.transport, parts_.telemetry);
    }
    for (auto const& demand : parts_.scenario.demands)
        if (demand.via == DemandVia::digital) introduce(node_of(demand.from), node_of(demand.to));
    for (std::size_t n = 0; n < parts_.hosts.size(); ++n)
        listen(NodeId{n});
}

/// Each learns the other's keys, as a certificate would tell them, and the way there.
void DigitalSystem::introduce(NodeId a, NodeId b) {
    for (NodeId const at : {a, b}) {
        Station& station = *stations_[at.index()];
        if (station.node) continue;
        std::vector<NodeId> places;
        for (auto const& server : spec_.servers)
            places.push_back(server.node);
        auto const paths = share_paths(*parts_.topology, at, places);
        DigitalConfig config;
        config.self = at;
        for (std::size_t i = 0; i < places.size(); ++i)
            config.servers.push_back(
                {static_cast<PoolServerId>(i), paths.to[i], stations_[places[i].index()]->server->public_key()});
        station.signer = signatures_->generate(station.entropy);
        config.signer = station.signer;
        config.epoch = spec_.epoch;
        config.retry = spec_.repeat;
        config.attempts = spec_.attempts;
        config.deadline = spec_.deadline;
        config.time_to_live = spec_.time_to_live;
        station.node = std::make_unique<DigitalNode>(config, DigitalPorts{*parts_.hosts[at.index()], station.transport,
                                                                          station.entropy, parts_.kem, *signatures_,
                                                                          parts_.telemetry});
    }
    for (auto const& [at, peer] : {std::pair{a, b}, std::pair{b, a}}) {
        Station const& other = *stations_[peer.index()];
        stations_[at.index()]->node->config().peers[peer] = {
            share_paths(*parts_.topology, at, std::span{&peer, 1}).to.front(), other.node->kem_key(),
            other.signer->public_key()};
    }
}

void DigitalSystem::listen(NodeId at) {
    Station& station = *stations_[at.index()];
    QKDES_EXPECTS(!station.server || !station.node); // the scenario is checked for it
    Host& host = *parts_.hosts[at.index()];
    auto const run = [&](auto* program, std::function<void()> restart) {
        host.run(Program::digital, {[program](LinkId link, NodeId from, std::span<std::uint8_t const> bytes) {
                                        program->on_message(link, from, bytes);
                                    },
                                    std::move(restart)});
    };
    if (station.server) return run(station.server.get(), [server = station.server.get()] { server->on_restart(); });
    if (station.node) return run(station.node.get(), [node = station.node.get()] { node->on_restart(); });
    station.courier = std::make_unique<Courier>(at, host, station.transport, parts_.telemetry,
                                                [](CourierPath const&, std::span<std::uint8_t const>) {});
    run(station.courier.get(), {});
}

std::size_t DigitalSystem::compromised(std::uint64_t epoch) const {
    SimTime const shredded = kSimStart + static_cast<SimDuration::rep>(epoch + 1) * spec_.epoch + spec_.grace;
    return static_cast<std::size_t>(std::ranges::count_if(spec_.servers, [&](auto const& server) {
        return server.compromised_from && *server.compromised_from < shredded;
    }));
}

void DigitalSystem::request(KeyRequest const& request, std::function<void(KeyReply)> reply) {
    auto const batch = std::make_shared<Batch>(Batch{request, std::move(reply), request.number, {}});
    SimTime const now = parts_.engine.now();
    for (std::uint32_t i = 0; i < request.number; ++i) {
        std::uint64_t const number = next_++;
        open_.emplace(number, Open{now, request.from, request.to});
        stations_[node_of(request.from).index()]->node->request_key(node_of(request.to), request.key_bits,
                                                                    [this, batch, now, number](DigitalReply result) {
                                                                        open_.erase(number);
                                                                        made(batch, now, std::move(result));
                                                                    });
    }
}

void DigitalSystem::made(std::shared_ptr<Batch> const& batch, SimTime began, DigitalReply reply) {
    KeyRequest const& request = batch->request;
    auto const epoch = static_cast<std::uint64_t>(began.time_since_epoch() / spec_.epoch);
    std::size_t const lost = compromised(epoch);
    bool const ok = reply.status == DigitalStatus::ok;
    static_assert(static_cast<int>(DigitalStatus::restarted) == static_cast<int>(DigitalOutcome::restarted));
    books_.key({began, request.from, request.to, static_cast<DigitalOutcome>(reply.status), epoch, reply.elapsed, lost,
                ok && exposed(spec_.servers.size(), lost, spec_.seed == SeedSecrecy::known)});
    if (ok) {
        for (NodeId const end : {node_of(request.from), node_of(request.to)})
            parts_.telemetry.key_in_clear(end, reply.id);
        batch->result.keys.push_back({reply.id, std::move(reply.key), SecurityClass::pqc, kExposure});
    } else {
        batch->result.status = status_of(reply.status);
    }
    if (--batch->missing > 0) return;
    if (batch->result.status != KeyStatus::ok) batch->result.keys.clear();
    for (auto const& key : batch->result.keys)
        owners_[key.id] = {request.from, request.to};
    batch->reply(std::move(batch->result));
}

KeyReply DigitalSystem::fetch(AppId caller, std::span<KeyId const> ids, AppId from) {
    NodeId const peer = node_of(from);
    DigitalNode& node = *stations_[node_of(caller).index()]->node;
    for (KeyId const& id : ids) {
        auto const owners = owners_.find(id);
        if (owners == owners_.end() || owners->second.from != from || !node.holds(peer, id))
            return {KeyStatus::not_found, {}};
        if (owners->second.to != caller) return {KeyStatus::unauthorized, {}};
    }
    KeyReply out;
    for (KeyId const& id : ids)
        out.keys.push_back({id, *node.fetch_key(peer, id), SecurityClass::pqc, kExposure});
    return out;
}

void DigitalSystem::request(RequestRecord const& record, std::vector<NodeId> const&) {
    for (KeyId const& id : record.ids)
        owners_.erase(id);
}

std::vector<SummarySection> DigitalSystem::finish() {
    for (auto const& [number, open] : open_)
        books_.key({open.began, open.from, open.to, DigitalOutcome::unfinished,
                    static_cast<std::uint64_t>(open.began.time_since_epoch() / spec_.epoch),
                    parts_.engine.now() - open.began, 0, false});
    std::uint64_t bytes = 0, messages = 0;
    for (auto const& station : stations_) {
        bytes += station->transport.bytes();
        messages += station->transport.messages();
    }
    return books_.sections(parts_.timelines, parts_.engine.now(), bytes, messages);
}

} // namespace qkdes
