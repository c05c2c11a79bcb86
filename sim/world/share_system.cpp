#include "sim/world/share_system.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/shares/modelled_signature.hpp"
#include "sim/world/key_digest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace qkdes {

namespace {

AccessRule rule_of(SharePolicySpec const& policy) {
    return {policy.clearance, policy.attributes, policy.purposes, policy.from, policy.until, policy.max_releases};
}

/// Chance by link that it is open for a whole recovery, where the scenario leaves nothing else to chance: one period on
/// all links, whole periods up or down, every recovery within one of them, and no faults.
std::optional<std::vector<double>> link_chances(Scenario const& scenario, ShareSpec const& share,
                                                SharePaths const& paths) {
    std::vector<double> up(scenario.links.size(), 1.0);
    std::optional<SimDuration> period;
    for (auto const& path : paths.to)
        for (auto const& step : path) {
            ClassicalSpec const& channel = scenario.links[step.link.index()].classical;
            if (channel.loss > 0) return {};
            if (!channel.contact) continue;
            ContactSpec const& contact = *channel.contact;
            if (!contact.jamming.empty()) return {};
            if (contact.period == SimDuration{0}) {
                if (contact.profile == ContactProfile::denied) up[step.link.index()] = 0;
                continue;
            }
            if (contact.on != contact.period || period.value_or(contact.period) != contact.period) return {};
            period = contact.period;
            up[step.link.index()] = contact.availability;
        }
    if (!period || !scenario.faults.empty() || share.expires || !share.recover.every || !share.recover.at.empty())
        return {};
    if (*share.recover.every % *period != SimDuration{0} ||
        share.recover.first.time_since_epoch() % *period + share.recover.deadline > *period)
        return {};
    return up;
}

} // namespace

ShareSystem::Station::Station(WorldParts const& parts, NodeId node)
    : entropy{parts.seed, "node/" + parts.scenario.nodes[node.index()].id + "/shares"},
      transport{parts.hosts[node.index()]->transport(Program::shares)} {}

struct ShareSystem::Secret {
    ShareSpec const& spec;
    std::size_t index;
    KeyId id{};
    SecretBytes key{kSharedKeyBytes};
    SharePaths from_dealer, from_requester;
    std::optional<SignedManifest> manifest; ///< the dealer's newest
    std::size_t holding = 0;
    std::uint64_t next_recovery = 0;
    std::map<std::uint64_t, SimTime> open;                                 ///< recoveries under way
    std::map<std::uint32_t, std::map<std::uint8_t, SecretBytes>> stolen{}; ///< by epoch and x
    std::optional<KeyHierarchy> hierarchy{};
    std::map<std::string, std::uint64_t> data_keys{}; ///< digests, by name
    SimTime rotated = kSimStart;
    RetryPolicy retry(SimDuration deadline) const { return {spec.repeat_first, spec.repeat_longest, deadline}; }
};

ShareSystem::ShareSystem(WorldParts const& parts)
    : parts_{parts}, origin_{parts.engine.new_origin("shares")}, books_{parts.recorder, parts.scenario} {
    if (parts.scenario.kem == KemKind::modelled)
        signatures_ = std::make_unique<ModelledSignatures>();
    else
        signatures_ = std::make_unique<MlDsa65>();
    make_stations();
    for (std::size_t i = 0; i < parts.scenario.shares.size(); ++i) {
        ShareSpec const& spec = parts.scenario.shares[i];
        auto& secret = *secrets_.emplace_back(
            std::make_unique<Secret>(Secret{spec,
                                            i,
                                            {},
                                            SecretBytes{kSharedKeyBytes},
                                            share_paths(*parts.topology, spec.dealer, spec.custodians),
                                            share_paths(*parts.topology, spec.requester, spec.custodians),
                                            {},
                                            0,
                                            0,
                                            {}}));
        Entropy& entropy = stations_[spec.dealer.index()]->entropy;
        entropy.fill(secret.id.bytes);
        entropy.fill(secret.key.mutable_view());
        if (spec.hierarchy) {
            std::size_t versions = 100;
            if (spec.hierarchy->rotate_every)
                versions += static_cast<std::size_t>(parts.scenario.duration / *spec.hierarchy->rotate_every);
            secret.hierarchy.emplace(stations_[spec.requester.index()]->entropy,
                                     KeyHierarchy::Limits{1'000, versions, 1'000'000});
        }
    }
}

ShareSystem::~ShareSystem() = default;

void ShareSystem::make_stations() {
    std::map<NodeId, std::shared_ptr<Signer const>> signers;
    DealerKeys dealers;
    RequesterDirectory requesters;
    for (std::size_t n = 0; n < parts_.hosts.size(); ++n)
        stations_.push_back(std::make_unique<Station>(parts_, NodeId{n}));
    auto const signer_of = [&](NodeId node) {
        auto& signer = signers[node];
        if (!signer) signer = signatures_->generate(stations_[node.index()]->entropy);
        return signer;
    };
    std::set<NodeId> dealing;
    for (auto const& spec : parts_.scenario.shares) {
        if (dealing.insert(spec.dealer).second) dealers.push_back(signer_of(spec.dealer)->public_key());
        auto const& may = spec.credentials;
        requesters[spec.requester.value] =
            Requester{signer_of(spec.requester)->public_key(), may.clearance, may.attributes, may.revoked};
    }
    for (std::size_t n = 0; n < parts_.hosts.size(); ++n) {
        Station& station = *stations_[n];
        ShareAgentConfig config;
        config.self = NodeId{n};
        if (auto const found = signers.find(NodeId{n}); found != signers.end()) config.signer = found->second;
        config.requester = NodeId{n}.value;
        config.dealers = dealers;
        config.requesters = requesters;
        Host& host = *parts_.hosts[n];
        station.agent = std::make_unique<ShareAgent>(
            config, SharePorts{host, station.entropy, parts_.kem, *signatures_, parts_.telemetry}, station.transport);
        host.run(Program::shares,
                 {[agent = station.agent.get()](LinkId link, NodeId from, std::span<std::uint8_t const> bytes) {
                      agent->on_message(link, from, bytes);
                  },
                  [agent = station.agent.get()] { agent->on_restart(); }});
    }
}

void ShareSystem::once(SimTime at, std::function<void()> what) {
    parts_.engine.schedule(at, EventClass::timer, origin_, std::move(what));
}

void ShareSystem::repeat(SimTime at, SimDuration every, std::function<void()> what) {
    if (at >= kSimStart + parts_.scenario.duration) return;
    once(at, [this, at, every, what = std::move(what)] {
        what();
        repeat(at + every, every, what);
    });
}

void ShareSystem::start() {
    for (auto const& owned : secrets_) {
        Secret& secret = *owned;
        ShareSpec const& spec = secret.spec;
        once(spec.deal_at, [this, &secret] { deal(secret); });
        for (SimTime at : spec.recover.at)
            once(at, [this, &secret] { recover(secret); });
        if (spec.recover.every) repeat(spec.recover.first, *spec.recover.every, [this, &secret] { recover(secret); });
        if (spec.refresh)
            repeat(spec.deal_at + spec.refresh->every, spec.refresh->every, [this, &secret] { refresh(secret); });
        for (auto const& theft : spec.captured)
            once(theft.at, [this, &secret, node = theft.node] { capture(secret, node); });
    }
}

namespace {

std::vector<CustodianAddress> addresses(SharePaths const& paths, std::vector<NodeId> const& custodians,
                                        auto const& public_key) {
    std::vector<CustodianAddress> out;
    for (std::size_t i = 0; i < custodians.size(); ++i)
        out.push_back({paths.to[i], public_key(custodians[i])});
    return out;
}

} // namespace

void ShareSystem::deal(Secret& secret) {
    ShareSpec const& spec = secret.spec;
    auto const work = [this, &secret, &spec] {
        SimTime const now = parts_.engine.now();
        SharingParameters const sharing{secret.id, 1, spec.k, static_cast<std::uint8_t>(spec.custodians.size()),
                                        spec.expires ? now + *spec.expires : kSimNever};
        bool const begun =
            agent(spec.dealer)
                .dealer()
                .distribute(
                    sharing, secret.key, KeyCheck::published, rule_of(spec.policy),
                    addresses(secret.from_dealer, spec.custodians,
                              [this](NodeId node) { return agent(node).custodian().public_key(); }),
                    [this, &secret, now](DistributionReport report) { dealt(secret, false, now, report); },
                    secret.retry(spec.dealing_deadline));
        QKDES_ENSURES(begun);
    };
    if (!host(spec.dealer).serve(work)) // busy or down: a little later
        once(parts_.engine.now() + spec.repeat_longest, [this, &secret] { deal(secret); });
}

void ShareSystem::refresh(Secret& secret) {
    ShareSpec const& spec = secret.spec;
    if (!secret.manifest) return; // nothing to renew yet
    host(spec.dealer).serve([this, &secret, &spec] {
        SimTime const now = parts_.engine.now();
        agent(spec.dealer)
            .dealer()
            .refresh(
                *secret.manifest, spec.expires ? now + *spec.expires : kSimNever, spec.refresh->quorum,
                spec.refresh->first_phase,
                addresses(secret.from_dealer, spec.custodians,
                          [this](NodeId node) { return agent(node).custodian().public_key(); }),
                [this, &secret, now](DistributionReport report) { dealt(secret, true, now, report); },
                secret.retry(spec.dealing_deadline));
    });
}

void ShareSystem::dealt(Secret& secret, bool renewed, SimTime began, DistributionReport const& report) {
    books_.distribution(secret.index, renewed, began, report);
    if (!secret.manifest || report.manifest.manifest.epoch > secret.manifest->manifest.epoch) {
        secret.manifest = report.manifest;
        secret.holding = report.stored.size();
    }
}

void ShareSystem::recover(Secret& secret) {
    ShareSpec const& spec = secret.spec;
    std::uint64_t const number = secret.next_recovery++;
    SimTime const now = parts_.engine.now();
    secret.open.emplace(number, now);
    bool const accepted = host(spec.requester).serve([this, &secret, &spec, number] {
        std::map<std::uint8_t, CourierPath> custodians;
        for (std::size_t i = 0; i < spec.custodians.size(); ++i)
            custodians[static_cast<std::uint8_t>(i + 1)] = secret.from_requester.to[i];
        agent(spec.requester)
            .collector()
            .recover(
                secret.id, spec.credentials.purpose, custodians,
                spec.requester == spec.dealer ? secret.manifest : std::nullopt,
                [this, &secret, number](RecoveryReport report) { recovered(secret, number, std::move(report)); },
                secret.retry(spec.recover.deadline));
    });
    if (accepted) return;
    secret.open.erase(number);
    books_.recovery(secret.index, now, RecoveryOutcome::requester_down, {});
}

void ShareSystem::recovered(Secret& secret, std::uint64_t number, RecoveryReport report) {
    SimTime const began = secret.open.extract(number).mapped();
    if (report.key) {
        // The dealer's secret against what was put together: the auditor compares, as with keys of applications.
        parts_.auditor.delivered(secret.id, true, key_digest(secret.key));
        parts_.auditor.delivered(secret.id, false, key_digest(*report.key));
        parts_.auditor.closed(secret.id);
        if (secret.hierarchy) use(secret, *report.key);
    }
    static_assert(static_cast<int>(RecoveryStatus::inconsistent) == static_cast<int>(RecoveryOutcome::inconsistent));
    books_.recovery(secret.index, began, static_cast<RecoveryOutcome>(report.status), report);
}

void ShareSystem::use(Secret& secret, SecretBytes const& master) {
    KeyHierarchy& keys = *secret.hierarchy;
    ShareHierarchySpec const& spec = *secret.spec.hierarchy;
    QKDES_ENSURES(keys.unlock(master) == HierarchyStatus::ok);
    bool const fresh = secret.data_keys.empty();
    bool const due = !fresh && spec.rotate_every && parts_.engine.now() - secret.rotated >= *spec.rotate_every;
    if (fresh || due) secret.rotated = parts_.engine.now();
    std::size_t wrong = 0;
    for (std::uint32_t g = 0; g < spec.groups; ++g) {
        std::string const group = fmt::format("group-{}", g);
        if (fresh) QKDES_ENSURES(keys.create_group(group) == HierarchyStatus::ok);
        for (std::uint32_t d = 0; d < spec.data_keys; ++d) {
            std::string const name = fmt::format("data-{}", d);
            if (fresh) QKDES_ENSURES(keys.create_data_key(group, name) == HierarchyStatus::ok);
            auto const opened = keys.data_key(group, name);
            std::uint64_t const found = opened.key ? key_digest(*opened.key) : 0;
            auto const [known, first] = secret.data_keys.emplace(group + "/" + name, found);
            wrong += !opened.key || known->second != found;
        }
        if (!due) continue;
        auto const old = keys.newest_version(group);
        QKDES_ENSURES(keys.rotate_group(group, true) == HierarchyStatus::ok);
        QKDES_ENSURES(keys.destroy_version(group, old) == HierarchyStatus::ok);
    }
    keys.lock();
    books_.opened(secret.index, secret.data_keys.size(), wrong, due);
}

void ShareSystem::capture(Secret& secret, NodeId node) {
    std::size_t shares = 0;
    std::uint32_t newest = 0;
    for (auto const& record : agent(node).custodian().seized()) {
        if (record.sharing.key != secret.id) continue;
        ++shares;
        newest = std::max(newest, record.sharing.epoch);
        secret.stolen[record.sharing.epoch].insert_or_assign(record.x, record.y);
    }
    books_.capture(secret.index, parts_.engine.now(), node, shares, newest);
}

std::vector<SummarySection> ShareSystem::finish() {
    std::vector<ShareStanding> standings;
    std::uint64_t bytes = 0, messages = 0;
    for (auto const& station : stations_) {
        bytes += station->transport.bytes();
        messages += station->transport.messages();
    }
    for (auto const& owned : secrets_) {
        Secret& secret = *owned;
        for (auto const& [number, began] : secret.open)
            books_.recovery(secret.index, began, RecoveryOutcome::unfinished, {});
        ShareStanding standing;
        standing.from_dealer = secret.from_dealer;
        standing.from_requester = secret.from_requester;
        standing.epoch = secret.manifest ? secret.manifest->manifest.epoch : 0;
        standing.holding = secret.holding;
        for (auto const& [epoch, shares] : secret.stolen) {
            standing.stolen = std::max(standing.stolen, shares.size());
            if (shares.size() < secret.spec.k) continue;
            std::vector<SharePoint> points;
            for (auto const& [x, y] : shares)
                if (points.size() < secret.spec.k) points.push_back({x, y});
            standing.exposed |= interpolate(points) == secret.key;
        }
        auto const chances = link_chances(parts_.scenario, secret.spec, secret.from_requester);
        if (chances && books_.complete_from_the_start(secret.index))
            standing.closed_form = chance_of_k(secret.from_requester.to, *chances, secret.spec.k);
        standings.push_back(std::move(standing));
    }
    std::vector<SummarySection> sections;
    sections.push_back(books_.section(standings, bytes, messages));
    return sections;
}

} // namespace qkdes
