#include "sim/world/world.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/routing/news_keys.hpp"
#include "sim/kme/shares/modelled_signature.hpp"
#include "sim/world/agent_system.hpp"
#include "sim/world/answer_times.hpp"
#include "sim/world/architectures.hpp"
#include "sim/world/contact_outages.hpp"
#include "sim/world/digital_system.hpp"
#include "sim/world/etsi014_api.hpp"
#include "sim/world/flow_bound.hpp"
#include "sim/world/hop_books.hpp"
#include "sim/world/node_config.hpp"
#include "sim/world/program.hpp"
#include "sim/world/random_failures.hpp"
#include "sim/world/relay_service.hpp"
#include "sim/world/service_figures.hpp"
#include "sim/world/share_delivery.hpp"
#include "sim/world/share_system.hpp"
#include "sim/world/southbound.hpp"

#include <algorithm>

namespace qkdes {

namespace {

std::vector<LinkEnds> ends_of(Scenario const& scenario) {
    std::vector<LinkEnds> ends;
    for (auto const& link : scenario.links)
        ends.push_back({link.a, link.b});
    return ends;
}

/// About 720 samples of every store in a run, at whole seconds, never more than one a second.
SimDuration sampling_interval(SimDuration duration) {
    return std::max<SimDuration>(
        std::chrono::seconds{1},
        std::chrono::seconds{std::chrono::duration_cast<std::chrono::seconds>(duration).count() / 720});
}

} // namespace

World::World(Scenario const& given, std::uint64_t seed, Recorder& recorder, unsigned jobs, BlockLibrary* library)
    : seed_{seed}, with_failures_{with_failures(given, seed)}, scenario_{*with_failures_},
      timelines_{with_contacts(build_timelines(scenario_), scenario_, seed)}, workers_{jobs},
      auditor_{ends_of(scenario_)}, tables_{recorder, scenario_}, etsi015_{recorder}, summary_{scenario_},
      service_{scenario_}, paths_{scenario_}, stores_{scenario_}, di_watch_{scenario_}, di_sections_{scenario_},
      topology_{std::make_shared<Topology>(topology_of(scenario_))}, kem_{kem_of_nodes(scenario_)},
      system_kem_{kem_of(scenario_.kem, KemParameters::ml_kem_768)},
      faults_in_code_{scenario_, engine_, seed,
                      [this](NodeId node) { hosts_[node.index()]->crash(ScriptedFaults::kRestart); }},
      faults_{engine_.new_origin("faults")}, sample_every_{sampling_interval(scenario_.duration)} {
    if (!scenario_.adversaries.empty()) {
        auto oracle = std::make_unique<OracleKem>(std::move(kem_));
        oracle_ = oracle.get();
        kem_ = std::move(oracle);
    }
    make_nodes(seed);
    make_links(seed, library);
    make_systems({scenario_, seed, engine_, recorder, auditor_, static_cast<Telemetry&>(*this), *system_kem_, topology_,
                  timelines_, hosts_, [this](KeyId key) { return take_holders({key}); }});
    make_demands(seed);
    samples_ = engine_.new_origin("samples");
    schedule_faults();
    engine_.schedule(kSimStart, EventClass::sample, samples_, [this] { sample(); });
}

World::~World() = default;

void World::make_nodes(std::uint64_t seed) {
    bool const paper = scenario_.profile == Profile::kmstn_paper;
    RoutingConfig routing = routing_of(scenario_.routing, *topology_);
    if (scenario_.routing.signs && routing.policy != Routing::static_dijkstra) {
        if (scenario_.kem == KemKind::modelled)
            signatures_ = std::make_unique<ModelledSignatures>();
        else
            signatures_ = std::make_unique<MlDsa65>();
        std::unique_ptr<ProgramEntropy> entropy;
        routing.keys = make_news_keyring(*signatures_, scenario_.nodes.size(), [&](NodeId n) -> Entropy& {
            entropy = std::make_unique<ProgramEntropy>(seed, "node/" + scenario_.nodes[n.index()].id + "/signing");
            return *entropy;
        });
    }
    for (std::size_t n = 0; n < scenario_.nodes.size(); ++n) {
        NodeSpec const& spec = scenario_.nodes[n];
        hosts_.push_back(std::make_unique<Host>(engine_, static_cast<Network&>(*this), scenario_, NodeId{n},
                                                timelines_.nodes[n], seed));
        KmeConfig config;
        config.self = NodeId{n};
        config.name = spec.id;
        set_profile(config, paper ? NodeProfile::kmstn_paper : NodeProfile::etsi_020);
        set_source(config, spec.kms);
        config.keys_from_device = paper && spec.kms.vendor.has_value();
        config.key_lifetime = spec.kms.key_lifetime;
        for (std::size_t l = 0; l < scenario_.links.size(); ++l)
            if (scenario_.links[l].store.keep > 0) config.kept[LinkId{l}] = scenario_.links[l].store.keep;
        config.relay_timeout = spec.kms.relay_timeout;
        config.queue_limit = spec.kms.queue_limit;
        config.routing = routing;
        config.congestion = congestion_of(scenario_, spec.kms);
        Host& host = *hosts_.back();
        FaultInjector* const faults = faults_in_code_.spares(NodeId{n}) ? nullptr : &faults_in_code_;
        KmePorts ports{host, host, host, *kem_, static_cast<Telemetry&>(*this), faults};
        ports.vendor_service = vendor_services(scenario_, NodeId{n}, seed);
        nodes_.push_back(std::make_unique<KmeNode>(config, topology_, std::move(ports)));
        host.run(nodes_.back().get());
    }
}

void World::make_links(std::uint64_t seed, BlockLibrary* library) {
    for (std::size_t l = 0; l < scenario_.links.size(); ++l) {
        LinkSpec const& spec = scenario_.links[l];
        channels_.push_back(std::make_unique<ClassicalChannel>(spec.classical, timelines_.links[l],
                                                               RngStream{seed, "link/" + spec.id + "/loss"}));
        if (!topology_->links[l].qkd) continue;
        QuantumLink::Surroundings around{engine_,
                                         workers_,
                                         auditor_,
                                         *channels_[l],
                                         timelines_.links[l],
                                         *hosts_[spec.a.index()],
                                         *hosts_[spec.b.index()],
                                         kSimStart + scenario_.duration,
                                         library != nullptr ? library->seed() : seed,
                                         [this](BlockRecord const& record) {
                                             tables_.block(record);
                                             if (auto const report = di_watch_.block(record)) {
                                                 tables_.di_operations(*report);
                                                 summary_.di(*report);
                                                 di_sections_.report(*report);
                                             }
                                             summary_.block(record);
                                             for (System* const system : hooks_)
                                                 system->block(record);
                                         },
                                         library};
        quantum_.push_back(std::make_unique<QuantumLink>(scenario_, LinkId{l}, std::move(around)));
        quantum_ids_.push_back(LinkId{l});
        quantum_.back()->start();
    }
}

/// A section of the scenario: one system here, and its service when demands can ask it.
void World::make_systems(WorldParts const& parts) {
    relay_service_ = std::make_unique<RelayService>(hosts_, *topology_);
    services_[DemandVia::relay] = relay_service_.get();
    if (!scenario_.shares.empty()) systems_.push_back(std::make_unique<ShareSystem>(parts));
    auto const speaks_014 = [](DemandSpec const& demand) { return demand.api == DemandApi::etsi_014; };
    if (std::any_of(scenario_.demands.begin(), scenario_.demands.end(), speaks_014)) {
        auto api = std::make_unique<Etsi014Api>(parts);
        etsi014_ = api.get();
        systems_.push_back(std::move(api));
    }
    AgentSystem* agents = nullptr;
    if (!scenario_.agents.empty()) {
        auto made = std::make_unique<AgentSystem>(parts);
        agents = made.get();
        systems_.push_back(std::move(made));
    }
    if (oracle_ != nullptr) {
        auto adversaries = std::make_unique<AdversarySystem>(parts, *oracle_);
        adversaries_ = adversaries.get();
        systems_.push_back(std::move(adversaries));
        if (agents != nullptr)
            agents->tell_of_keys([this](AgentSystem::Handed const& key) { adversaries_->agent_key(key); });
        if (std::ranges::any_of(scenario_.adversaries, [](auto const& each) {
                return std::ranges::any_of(each.dishonest,
                                           [](auto const& relay) { return relay.does == Dishonesty::alter; });
            }))
            auditor_.expect_altered_keys();
    }
    if (AnswerTimes::wanted(scenario_)) systems_.push_back(std::make_unique<AnswerTimes>(scenario_));
    if (HopBooks::wanted(scenario_)) systems_.push_back(std::make_unique<HopBooks>(scenario_));
    if (scenario_.digital) {
        auto digital = std::make_unique<DigitalSystem>(parts);
        services_[DemandVia::digital] = digital.get();
        systems_.push_back(std::move(digital));
    }
    auto const as_shares = [](DemandSpec const& demand) { return demand.via == DemandVia::shares; };
    if (std::any_of(scenario_.demands.begin(), scenario_.demands.end(), as_shares)) {
        auto shares = std::make_unique<ShareDeliveries>(parts);
        share_deliveries_ = shares.get();
        if (adversaries_ != nullptr) adversaries_->judge_shares_of(*share_deliveries_);
        systems_.push_back(std::move(shares));
    }
    if (Architectures::wanted(scenario_)) // last: it asks the others
        systems_.push_back(std::make_unique<Architectures>(parts, share_deliveries_));
    for (auto const& system : systems_)
        hooks_.push_back(system.get());
    for (System* const system : hooks_)
        system->start();
}

void World::make_demands(std::uint64_t seed) {
    for (std::size_t d = 0; d < scenario_.demands.size(); ++d) {
        DemandSpec const& spec = scenario_.demands[d];
        KeyService& service = spec.api == DemandApi::etsi_014 ? *etsi014_
                              : spec.via == DemandVia::shares ? share_deliveries_->service(DemandId{d})
                                                              : *services_.at(spec.via);
        Demand::Surroundings around{engine_,
                                    auditor_,
                                    *hosts_[scenario_.applications[spec.from.index()].node.index()],
                                    *hosts_[scenario_.applications[spec.to.index()].node.index()],
                                    service,
                                    timelines_.surges[spec.from.index()],
                                    seed,
                                    requests_,
                                    [this](RequestRecord& record) { request_over(record); }};
        demands_.push_back(std::make_unique<Demand>(scenario_, DemandId{d}, std::move(around)));
        demands_.back()->start();
    }
}

void World::schedule_faults() {
    for (auto const& fault : scenario_.faults) {
        if (fault.kind != FaultKind::down) continue; // what happens to links is read off their timelines
        Host* host = hosts_[fault.node.index()].get();
        engine_.schedule(fault.begin, EventClass::fault, faults_, [this, host] {
            host->on_failure();
            for (auto const& demand : demands_)
                demand->node_failed(*host);
        });
        engine_.schedule(fault.end, EventClass::fault, faults_, [host] {
            if (host->up()) host->on_recovery(); // another fault may still hold it down
        });
    }
}

void World::run_until(SimTime end) { engine_.run_until(std::min(end, kSimStart + scenario_.duration)); }

void World::send(Program program, LinkId link, NodeId from, NodeId to, std::vector<std::uint8_t> message) {
    LinkSpec const& spec = scenario_.links[link.index()];
    QKDES_EXPECTS((spec.a == from && spec.b == to) || (spec.b == from && spec.a == to));
    if (adversaries_ != nullptr && program == Program::kme) {
        auto passed = adversaries_->on_the_way(link, from, to, std::move(message));
        if (!passed) return;
        message = std::move(*passed);
    }
    auto const at = channels_[link.index()]->arrival(engine_.now(), spec.a == from ? 0 : 1, message.size());
    if (!at) return;
    Host* host = hosts_[to.index()].get();
    auto arrive = [host, link, from, program, message = std::move(message)]() mutable {
        host->deliver(program, link, from, std::move(message));
    };
    static_assert(sizeof arrive <= 48);
    engine_.schedule(*at, EventClass::arrival, host->origin(), std::move(arrive));
}

void World::send_value(LinkId link, NodeId from, NodeId to, std::shared_ptr<MessageValue const> value,
                       std::size_t bytes) {
    TopologyLink const& ends = topology_->links[link.index()]; // nodes ask for it too: it is near
    QKDES_EXPECTS((ends.a == from && ends.b == to) || (ends.b == from && ends.a == to));
    auto const at = channels_[link.index()]->arrival(engine_.now(), ends.a == from ? 0 : 1, bytes);
    if (!at) return;
    Host* host = hosts_[to.index()].get();
    auto arrive = [host, value = std::move(value), link, from]() mutable { // the engine asks for the first two
        host->deliver_value(link, from, std::move(value));
    };
    static_assert(sizeof arrive <= 48);
    cache_hint(reinterpret_cast<std::byte const*>(host) + 64); // its second line
    nodes_[to.index()]->foresee();
    auditor_.foresee(link);
    engine_.schedule(*at, EventClass::arrival, host->origin(), std::move(arrive));
}

void World::unit(NodeId node, LinkId link, UnitId unit, UnitFate fate, std::uint64_t digest) {
    auditor_.unit(node, link, unit, fate, digest);
}

void World::block_stored(NodeId node, LinkId link, std::uint64_t block, std::uint32_t units) {
    auditor_.block_stored(node, link, block, units);
    for (System* const system : hooks_)
        system->block_stored(link, block);
}

void World::key_in_clear(NodeId node, KeyId key) {
    auto& holding = holders_[key];
    holding.since = engine_.now();
    if (std::find(holding.nodes.begin(), holding.nodes.end(), node) == holding.nodes.end())
        holding.nodes.push_back(node);
    for (System* const system : hooks_)
        system->key_in_clear(node, key);
}

void World::hop(NodeId node, LinkId link, KeyId key, SecurityClass protection, std::uint32_t units) {
    tables_.hop(engine_.now(), node, link, protection, units);
    for (System* const system : hooks_)
        system->hop(node, link, key, protection, units);
}

void World::count(NodeId node, std::string_view what) {
    for (System* const system : hooks_)
        system->count(node, what);
    counts_.add(what);
}

void World::sample() {
    SimTime const now = engine_.now();
    for (LinkId link : quantum_ids_) {
        for (NodeId node : {scenario_.links[link.index()].a, scenario_.links[link.index()].b}) {
            PoolLevel const level = nodes_[node.index()]->pool(link);
            tables_.store(now, node, link, level);
            stores_.sample(now, link, node == scenario_.links[link.index()].b, level);
        }
    }
    // Keys of requests that failed are never asked about again; an hour is beyond every application's patience, but
    // keys kept ready may lie for their lifetime.
    SimDuration horizon = std::chrono::hours{1};
    for (auto const& demand : scenario_.demands)
        if (demand.ready)
            horizon = std::max(horizon,
                               scenario_.nodes[topology_->applications[demand.from.index()].index()].kms.key_lifetime);
    std::erase_if(holders_, [&](auto const& entry) { return now - entry.second.since > horizon; });
    if (now + sample_every_ <= kSimStart + scenario_.duration) {
        engine_.schedule(now + sample_every_, EventClass::sample, samples_, [this] { sample(); });
    }
}

std::vector<NodeId> World::take_holders(std::vector<KeyId> const& keys) {
    std::vector<NodeId> all;
    for (KeyId const& id : keys) {
        auto const found = holders_.find(id);
        if (found == holders_.end()) continue;
        all.insert(all.end(), found->second.nodes.begin(), found->second.nodes.end());
        holders_.erase(found);
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
}

void World::request_over(RequestRecord& record) {
    std::vector<NodeId> const all = take_holders(record.ids);
    tables_.request(record, all);
    for (System* const system : hooks_)
        system->request(record, all);
    summary_.request(record);
    service_.request(record, all);
    paths_.request(record, all);
}

std::vector<double> World::expected_consumption() const {
    std::vector<double> bits(scenario_.links.size());
    for (auto const& demand : scenario_.demands) {
        if (!demand.poisson || demand.via != DemandVia::relay) continue;
        NodeId const from = topology_->applications[demand.from.index()],
                     to = topology_->applications[demand.to.index()];
        for (LinkId const crossed : nodes_[from.index()]->route(to))
            bits[crossed.index()] += demand.poisson->per_second *
                                     static_cast<double>(request_cost_bits(demand, scenario_.links[crossed.index()]));
    }
    return bits;
}

/// A relayed request takes at least what the cheapest relayed demand does on each QKD link; links without have no
/// limit. Other demands are left out.
void World::add_flow_bound(RunSummary& summary) const {
    std::vector<FlowLink> links;
    for (std::size_t l = 0; l < scenario_.links.size(); ++l) {
        auto const& ends = topology_->links[l];
        std::uint64_t least = kUnlimited;
        for (auto const& demand : scenario_.demands)
            if (demand.via == DemandVia::relay)
                least = std::min(least, std::max(Auditor::kUnitBits, request_cost_bits(demand, scenario_.links[l])));
        std::uint64_t const requests = auditor_.ledger(LinkId{l}).pool[0].stored / least;
        links.push_back({ends.a.index(), ends.b.index(), ends.qkd ? requests : kUnlimited});
    }
    std::vector<FlowDemand> demands;
    std::vector<std::size_t> which;
    for (std::size_t d = 0; d < summary.demands.size(); ++d) {
        auto const& demand = summary.demands[d];
        DemandSpec const& spec = scenario_.demands[demand.demand.index()];
        if (spec.via != DemandVia::relay) continue;
        which.push_back(d);
        demands.push_back({topology_->applications[spec.from.index()].index(),
                           topology_->applications[spec.to.index()].index(), demand.requests});
    }
    FlowBound const bound = flow_bound(scenario_.nodes.size(), links, demands);
    for (std::size_t i = 0; i < which.size(); ++i)
        summary.demands[which[i]].possible = bound.alone[i];
    summary.possible = bound.together;
    summary.possible_reached = bound.reached;
}

RunSummary World::finish() {
    for (auto const& demand : demands_)
        demand->close();
    for (LinkId link : quantum_ids_) {
        LinkSpec const& spec = scenario_.links[link.index()];
        for (NodeId node : {spec.a, spec.b})
            auditor_.check_pool(link, node, nodes_[node.index()]->pool(link).held_bits);
    }
    auditor_.check_links();

    RunSummary summary = summary_.finish(engine_.now() - kSimStart);
    summary.service = service_.finish(engine_.now());
    for (std::size_t l = 0; l < scenario_.links.size(); ++l)
        summary.service.stores.push_back(stores_.report(LinkId{l}));
    paths_.finish(summary.demands);
    auto const consumption = expected_consumption();
    for (std::size_t i = 0; i < quantum_ids_.size(); ++i) {
        LinkId const link = quantum_ids_[i];
        LinkSummary& entry = summary.links[i];
        QKDES_ENSURES(entry.link == link);
        entry.ledger = auditor_.ledger(link);
        entry.downtime = timelines_.links[link.index()].unplanned.within(kSimStart, engine_.now());
        entry.stopped = quantum_[i]->stopped();
        entry.expected_consumption = consumption[link.index()];
        tables_.audit(link, entry.ledger);
    }
    etsi015_.write(scenario_, summary);
    add_flow_bound(summary);
    for (auto& section : di_sections_.finish(engine_.now()))
        summary.sections.push_back(std::move(section));
    for (System* const system : hooks_)
        for (auto& section : system->finish())
            summary.sections.push_back(std::move(section));
    if (auto section = failures_section(scenario_, seed_, engine_.now()))
        summary.sections.push_back(std::move(*section));
    if (auto section = service_section(scenario_, hosts_, engine_.now() - kSimStart))
        summary.sections.push_back(std::move(*section));
    for (auto const& message : auditor_.messages())
        tables_.violation(message);
    for (auto const& channel : channels_) {
        summary.messages += channel->messages();
        summary.messages_lost += channel->lost();
    }
    summary.events = engine_.events();
    summary.trace_hash = engine_.trace_hash();
    summary.keys_compared = auditor_.keys_compared();
    summary.violations = auditor_.violations();
    summary.violation_messages = auditor_.messages();
    summary.occurrences.assign(counts_.counts().begin(), counts_.counts().end());
    return summary;
}

} // namespace qkdes
