#include "sim/world/share_delivery.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/shares/cross_mac.hpp"
#include "sim/world/southbound.hpp"

#include <algorithm>

namespace qkdes {

namespace {

/// Who breaks what exposes k shares has the key. Every path falls when all is broken, so a value always comes out.
Exposure exposure_of(std::vector<Exposure> const& paths, std::size_t k) {
    unsigned encoded = 0;
    for (unsigned broken = 0; broken < 8; ++broken) {
        auto const open = std::ranges::count_if(
            paths, [&](Exposure const& path) { return path.exposed_by(static_cast<BrokenSet>(broken)); });
        if (static_cast<std::size_t>(open) >= k) encoded |= 1u << broken;
    }
    return Exposure::decode(static_cast<std::uint8_t>(encoded)).value_or(kExposedByAnything);
}

} // namespace

/// A share of each key of a request, on its way or at the far end.
struct ShareDelivery::Path {
    std::vector<NodeId> relays;
    NodeId first; ///< after the asking node
    std::vector<KeyId> ids{};
    Exposure exposure{};
    bool arrived = false;
    std::vector<SecretBytes> picked_up{}; ///< by key; empty: not yet
};

struct ShareDelivery::Delivery {
    std::uint64_t serial = 0;
    KeyRequest request;
    SimTime began{};
    std::function<void(KeyReply)> reply; ///< empty once called
    std::vector<DeliveredKey> keys{};    ///< the asking end's
    std::vector<Path> paths{};
    std::size_t arrived = 0, ended = 0, missing = 0; ///< missing: there is no path for so many shares
    KeyStatus last_failure = KeyStatus::no_route;
    std::optional<SimDuration> enough{};
    std::vector<SecretBytes> recovered{}; ///< the far end's
    bool delivered = false, over = false, closed = false;
    std::uint32_t units = 0, hops = 0;
    TimerHandle end{};
};

ShareDelivery::ShareDelivery(WorldParts const& parts, DemandId self, DeliveryBooks& books)
    : parts_{parts}, self_{self}, spec_{parts.scenario.demands[self.index()]}, books_{books},
      entropy_{parts.seed, "demand/" + std::to_string(self.value) + "/shares"}, origin_{parts.engine.new_origin(
                                                                                    "shares of demand/" +
                                                                                    std::to_string(self.value))} {}

ShareDelivery::~ShareDelivery() = default;

KmeNode& ShareDelivery::node(AppId app) const {
    return parts_.hosts[parts_.scenario.applications[app.index()].node.index()]->node();
}

KeyId ShareDelivery::fresh_id() {
    KeyId id;
    entropy_.fill(id.bytes);
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x40); // a UUID of version 4,
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80); // RFC 9562 section 5.4
    return id;
}

std::vector<SecretBytes> ShareDelivery::split(SecretBytes const& key) {
    std::vector<SecretBytes> out;
    if (vouched()) {
        for (auto const& package : cross_mac_split(key, spec_.shares.k, spec_.shares.n, entropy_))
            out.push_back(encode_package(package));
    } else {
        for (auto& point : split_secret(key.view(), spec_.shares.k, spec_.shares.n, entropy_))
            out.push_back(std::move(point.y));
    }
    return out;
}

void ShareDelivery::request(KeyRequest const& request, std::function<void(KeyReply)> reply) {
    auto const& scenario = parts_.scenario;
    NodeId const from = scenario.applications[request.from.index()].node;
    auto const routes =
        node(request.from).disjoint_routes(scenario.applications[request.to.index()].node, spec_.shares.n);
    if (routes.size() < spec_.shares.k) {
        books_.delivery({parts_.engine.now(), self_, DeliveryOutcome::too_few, 0, 0, {}, {}, request.number, 0, 0});
        return reply({KeyStatus::no_route, {}});
    }
    auto const delivery = std::make_shared<Delivery>();
    delivery->serial = next_++;
    delivery->request = request;
    delivery->began = parts_.engine.now();
    delivery->reply = std::move(reply);
    delivery->missing = spec_.shares.n - routes.size();
    for (auto const& route : routes) {
        Path path;
        NodeId at = from;
        for (LinkId link : route) {
            LinkSpec const& crossed = scenario.links[link.index()];
            at = crossed.a == at ? crossed.b : crossed.a;
            path.relays.push_back(at);
            path.exposure |= Exposure{protection_of(crossed)};
        }
        path.first = path.relays.front();
        path.relays.pop_back(); // the far end
        delivery->paths.push_back(std::move(path));
    }
    std::vector<std::vector<DeliveredKey>> shares(routes.size());
    for (std::uint32_t i = 0; i < request.number; ++i) {
        DeliveredKey key{fresh_id(), SecretBytes{request.key_bits / 8}, SecurityClass::its, {}};
        entropy_.fill(key.key.mutable_view());
        parts_.telemetry.key_in_clear(from, key.id);
        by_key_.emplace(key.id, delivery);
        auto cut = split(key.key);
        for (std::size_t p = 0; p < routes.size(); ++p) {
            KeyId const id = fresh_id();
            delivery->paths[p].ids.push_back(id);
            shares_.emplace(id, delivery.get());
            shares[p].push_back({id, std::move(cut[p]), SecurityClass::its, {}});
        }
        delivery->keys.push_back(std::move(key));
    }
    open_.emplace(delivery->serial, delivery);
    // Whatever happens to the nodes, then nobody waits any more.
    delivery->end =
        parts_.engine.schedule(parts_.engine.now() + spec_.timeout + scenario.nodes[from.index()].kms.relay_timeout,
                               EventClass::timer, origin_, [this, delivery] { close(delivery); });
    for (std::size_t p = 0; p < routes.size(); ++p) {
        if (delivery->over) { // refused already: the others would cost key for nothing
            ++delivery->ended;
            continue;
        }
        node(request.from)
            .relay_keys_over(routes[p], request.from, request.to, std::move(shares[p]),
                             [this, delivery, p](KeyReply result) { relayed(delivery, p, std::move(result)); });
    }
    close_if_done(delivery);
}

void ShareDelivery::relayed(Open const& delivery, std::size_t p, KeyReply reply) {
    if (delivery->closed) return pick_up(*delivery, p); // nobody waits for it
    Path& path = delivery->paths[p];
    ++delivery->ended;
    if (reply.status == KeyStatus::ok) {
        path.arrived = true;
        path.exposure = reply.keys.front().exposure;
        if (++delivery->arrived == spec_.shares.k) delivery->enough = parts_.engine.now() - delivery->began;
    } else {
        delivery->last_failure = reply.status;
    }
    answer(delivery);
    close_if_done(delivery);
}

/// Once it is certain that k shares come, or that they do not.
void ShareDelivery::answer(Open const& delivery) {
    if (!delivery->reply) return;
    bool const good = delivery->arrived >= spec_.shares.k;
    std::size_t const lost = delivery->missing + delivery->ended - delivery->arrived;
    if (!good && lost + spec_.shares.k <= spec_.shares.n) return;
    auto const reply = std::exchange(delivery->reply, {});
    if (!good) {
        delivery->over = true;
        reply({delivery->last_failure, {}});
        return close_if_done(delivery);
    }
    std::vector<Exposure> paths; // shares that were not sent tell nothing
    for (auto const& path : delivery->paths)
        paths.push_back(path.exposure);
    for (auto& key : delivery->keys) {
        key.exposure = exposure_of(paths, spec_.shares.k);
        key.security = security_class(key.exposure);
    }
    reply({KeyStatus::ok, delivery->keys});
}

void ShareDelivery::pick_up(Delivery& delivery, std::size_t p) {
    Path& path = delivery.paths[p];
    if (!path.picked_up.empty()) return;
    auto got = node(delivery.request.to).fetch_keys(delivery.request.to, path.ids, delivery.request.from);
    if (got.status != KeyStatus::ok) return;
    bool const altered = std::ranges::any_of(path.relays, [&](NodeId relay) {
        return std::ranges::find(spec_.shares.altered_at, relay) != spec_.shares.altered_at.end();
    });
    for (auto& share : got.keys) {
        if (altered) share.key.data()[2] ^= 1; // of the share itself, behind x and n
        path.picked_up.push_back(std::move(share.key));
    }
}

/// What was picked up, as it fits its path; `misfits`: paths of the rest.
struct ShareDelivery::Packages {
    std::vector<CrossMacPackage> fit;
    std::vector<std::size_t> misfits;
};

ShareDelivery::Packages ShareDelivery::packages_of(Delivery const& delivery, std::size_t key) const {
    Packages out;
    for (std::size_t p = 0; p < delivery.paths.size(); ++p) {
        if (delivery.paths[p].picked_up.empty()) continue;
        auto package = decode_package(delivery.paths[p].picked_up[key].view());
        if (package && package->x == p + 1 && package->n == spec_.shares.n)
            out.fit.push_back(std::move(*package));
        else
            out.misfits.push_back(p);
    }
    return out;
}

std::optional<SecretBytes> ShareDelivery::combine(Delivery const& delivery, std::size_t key) const {
    if (vouched()) return cross_mac_combine(packages_of(delivery, key).fit, spec_.shares.k).secret;
    std::vector<SharePoint> points;
    for (std::size_t p = 0; p < delivery.paths.size(); ++p)
        if (!delivery.paths[p].picked_up.empty())
            points.push_back({static_cast<std::uint8_t>(p + 1), delivery.paths[p].picked_up[key]});
    if (points.size() < spec_.shares.k) return std::nullopt;
    return interpolate(std::span{points}.first(spec_.shares.k));
}

std::vector<NodeId> ShareDelivery::accused(Delivery const& delivery) const {
    std::vector<bool> wrong(delivery.paths.size(), false);
    for (std::size_t i = 0; i < delivery.keys.size() && vouched(); ++i) {
        auto const packages = packages_of(delivery, i);
        auto const result = cross_mac_combine(packages.fit, spec_.shares.k);
        if (!result.secret) return {}; // too few to tell who is wrong
        for (std::size_t p : packages.misfits)
            wrong[p] = true;
        for (std::uint8_t x : result.culprits)
            wrong[x - 1u] = true;
    }
    std::vector<NodeId> out;
    for (std::size_t p = 0; p < wrong.size(); ++p)
        if (wrong[p]) out.push_back(delivery.paths[p].first);
    return out;
}

bool ShareDelivery::recover(Delivery& delivery) {
    if (!delivery.recovered.empty()) return true;
    for (std::size_t p = 0; p < delivery.paths.size(); ++p)
        pick_up(delivery, p);
    std::vector<SecretBytes> out;
    for (std::size_t i = 0; i < delivery.keys.size(); ++i) {
        auto key = combine(delivery, i);
        if (!key) return false;
        out.push_back(std::move(*key));
    }
    delivery.recovered = std::move(out);
    return true;
}

KeyReply ShareDelivery::fetch(AppId caller, std::span<KeyId const> ids, AppId from) {
    KeyReply out;
    for (KeyId const& id : ids) {
        auto const found = by_key_.find(id);
        if (found == by_key_.end() || found->second->request.from != from) return {KeyStatus::not_found, {}};
        Delivery& delivery = *found->second;
        if (delivery.request.to != caller) return {KeyStatus::unauthorized, {}};
        if (!recover(delivery)) {
            bool const all =
                delivery.ended == delivery.paths.size() && std::ranges::none_of(delivery.paths, [](Path const& path) {
                    return path.arrived && path.picked_up.empty();
                });
            return {all ? KeyStatus::hop_failed : KeyStatus::not_found, {}};
        }
        auto const at = std::ranges::find(delivery.keys, id, &DeliveredKey::id) - delivery.keys.begin();
        auto const& own = delivery.keys[static_cast<std::size_t>(at)];
        out.keys.push_back({id, delivery.recovered[static_cast<std::size_t>(at)], own.security, own.exposure});
        parts_.telemetry.key_in_clear(parts_.scenario.applications[caller.index()].node, id);
    }
    for (KeyId const& id : ids)
        by_key_.at(id)->delivered = true;
    return out;
}

void ShareDelivery::over(KeyId key) {
    auto const found = by_key_.find(key);
    if (found == by_key_.end()) return;
    Open const delivery = found->second;
    delivery->over = true;
    close_if_done(delivery);
}

void ShareDelivery::hop(KeyId share, std::uint32_t units) {
    auto const found = shares_.find(share);
    if (found == shares_.end()) return;
    found->second->units += units;
    for (auto const& path : found->second->paths) // a message carries the shares of all keys
        found->second->hops += path.ids.front() == share;
}

std::optional<KeyInShares> ShareDelivery::make_up(KeyId key) const {
    auto const found = by_key_.find(key);
    if (found == by_key_.end()) return std::nullopt;
    Delivery const& delivery = *found->second;
    auto const at = std::ranges::find(delivery.keys, key, &DeliveredKey::id) - delivery.keys.begin();
    KeyInShares out{spec_.shares.k, spec_.shares.n, vouched(), {}};
    for (auto const& path : delivery.paths)
        out.shares.push_back(path.ids[static_cast<std::size_t>(at)]);
    return out;
}

SecretBytes const* ShareDelivery::key_at(Delivery const& delivery, std::size_t key, NodeId at) const {
    if (at == place(delivery.request.from)) return &delivery.keys[key].key;
    if (at == place(delivery.request.to) && !delivery.recovered.empty()) return &delivery.recovered[key];
    return nullptr;
}

void ShareDelivery::keys_in_memory(NodeId at, std::function<void(KeyId, SecretBytes const&)> const& visit) const {
    for (auto const& [serial, delivery] : open_)
        for (std::size_t i = 0; i < delivery->keys.size(); ++i)
            if (auto const* bits = key_at(*delivery, i, at)) visit(delivery->keys[i].id, *bits);
}

SecretBytes const* ShareDelivery::key_in_memory(NodeId at, KeyId key) const {
    auto const found = by_key_.find(key);
    if (found == by_key_.end()) return nullptr;
    Delivery const& delivery = *found->second;
    auto const i = std::ranges::find(delivery.keys, key, &DeliveredKey::id) - delivery.keys.begin();
    // While a request is being taken up, its keys are not all there.
    return static_cast<std::size_t>(i) < delivery.keys.size() ? key_at(delivery, static_cast<std::size_t>(i), at)
                                                              : nullptr;
}

void ShareDelivery::close_if_done(Open const& delivery) {
    if (delivery->over && delivery->ended == delivery->paths.size()) close(delivery);
}

/// Everybody has heard, or given up. What still lies at the far end is taken away, and looked at for false shares.
void ShareDelivery::close(Open const& delivery) {
    if (std::exchange(delivery->closed, true)) return;
    parts_.engine.cancel(delivery->end);
    for (std::size_t p = 0; p < delivery->paths.size(); ++p)
        pick_up(*delivery, p);
    DeliveryRow row;
    row.at = delivery->began;
    row.demand = self_;
    row.paths = static_cast<std::uint32_t>(delivery->paths.size());
    row.arrived = static_cast<std::uint32_t>(delivery->arrived);
    row.enough = delivery->enough;
    row.keys = delivery->request.number;
    row.units = delivery->units;
    row.hops = delivery->hops;
    row.accused = accused(*delivery);
    if (delivery->delivered)
        row.outcome = DeliveryOutcome::delivered;
    else if (delivery->arrived < spec_.shares.k)
        row.outcome = DeliveryOutcome::too_few;
    else
        row.outcome = recover(*delivery) ? DeliveryOutcome::unclaimed : DeliveryOutcome::spoilt;
    books_.delivery(row);
    std::vector<std::vector<NodeId>> relays;
    for (auto const& path : delivery->paths)
        relays.push_back(path.relays);
    if (delivery->missing == 0) books_.paths(self_, std::move(relays));
    for (auto const& key : delivery->keys)
        by_key_.erase(key.id);
    for (auto const& path : delivery->paths)
        for (KeyId const& id : path.ids)
            shares_.erase(id);
    open_.erase(delivery->serial);
}

void ShareDelivery::finish() {
    while (!open_.empty())
        close(Open{open_.begin()->second});
}

} // namespace qkdes
