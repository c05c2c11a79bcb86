// Towards applications: enc_keys and dec_keys of ETSI GS QKD 014.
#include "sim/base/contracts.hpp"
#include "sim/kme/node_impl.hpp"

#include <algorithm>

namespace qkdes {

namespace {

std::string_view refusal(KeyStatus status) {
    switch (status) {
    case KeyStatus::no_key:
        return "request.refused.no_key";
    case KeyStatus::no_route:
        return "request.refused.no_route";
    case KeyStatus::busy:
        return "request.refused.queue";
    default:
        return "request.refused.bad";
    }
}

} // namespace

KeyStatus KmeNode::Impl::check(KeyRequest const& request) const {
    auto const& hosts = topology->applications;
    bool const known =
        request.from.index() < hosts.size() && request.to.index() < hosts.size() && hosts[request.from.index()] == self;
    bool const sized = request.key_bits % 8 == 0 && request.key_bits >= kMinKeyBits &&
                       request.key_bits <= kMaxKeyBits && request.number >= 1 && request.number <= kMaxKeysPerRequest;
    if (!known || !sized) return KeyStatus::bad_request;
    return down || open_relays >= config.queue_limit ? KeyStatus::busy : KeyStatus::ok;
}

std::vector<DeliveredKey> KmeNode::Impl::make_keys(KeyRequest const& request) {
    std::vector<DeliveredKey> keys(request.number);
    for (auto& key : keys) {
        ports.entropy.fill(key.id.bytes);
        key.id.bytes[6] = static_cast<std::uint8_t>((key.id.bytes[6] & 0x0f) | 0x40); // a UUID of version 4,
        key.id.bytes[8] = static_cast<std::uint8_t>((key.id.bytes[8] & 0x3f) | 0x80); // RFC 9562 section 5.4
        key.key = SecretBytes{request.key_bits / 8};
        ports.entropy.fill(key.key.mutable_view());
        key.security = SecurityClass::its;
        key.exposure = Exposure{};
        ports.telemetry.key_in_clear(self, key.id);
    }
    return keys;
}

KeyStatus KmeNode::Impl::store_delivery(AppId from, AppId owner, std::span<DeliveredKey const> keys) {
    if (!delivered.insert(from, owner, keys)) return KeyStatus::busy;
    for (auto const& key : keys)
        delivery_expiry.add({key.id, owner});
    if (delivery_observer) delivery_observer(owner);
    return KeyStatus::ok;
}

void KmeNode::Impl::request_keys(KeyRequest const& request, std::function<void(KeyReply)> reply) {
    if (KeyStatus const status = check(request); status != KeyStatus::ok) {
        count(refusal(status));
        return reply({status, {}});
    }
    door.request(request, std::move(reply));
}

std::optional<std::uint64_t> KmeNode::Impl::available(KeyRequest const& request) {
    NodeId const far = topology->applications[request.to.index()];
    auto const path = router.route(far);
    if (far == self || !path || path->empty() || !uses_qkd(path->front())) return std::nullopt;
    return pool(path->front()).free_own_units() * kUnitBits;
}

namespace {

/// Whole units for each key.
std::uint32_t device_units(KeyRequest const& request) {
    return request.number * static_cast<std::uint32_t>((request.key_bits + kUnitBits - 1) / kUnitBits);
}

} // namespace

/// What the request takes from the pool that available() is about.
std::uint64_t KmeNode::Impl::cost(KeyRequest const& request) {
    auto const path = router.route(topology->applications[request.to.index()]);
    if (!path || path->empty()) return kUnitBits;
    std::uint64_t const own = config.keys_from_device ? device_units(request) : 0;
    return (own + hop_units(protection(path->front()), request.key_bits, request.number)) * kUnitBits;
}

void KmeNode::Impl::relay_keys(std::vector<LinkId> path, AppId from, AppId to, std::vector<DeliveredKey> keys,
                               std::function<void(KeyReply)> reply) {
    KeyRequest request{from, to, 0, static_cast<std::uint32_t>(keys.size())};
    if (!keys.empty()) request.key_bits = static_cast<std::uint32_t>(8 * keys.front().key.size());
    for (auto const& key : keys)
        if (8 * key.key.size() != request.key_bits) request.key_bits = 0; // no legal size: refused
    deliver(request, std::move(keys), std::move(path), std::move(reply));
}

void KmeNode::Impl::deliver(KeyRequest const& request, std::vector<DeliveredKey> given, std::vector<LinkId> path,
                            std::function<void(KeyReply)> reply) {
    auto const keys_to_send = [&] {
        if (given.empty()) return make_keys(request);
        for (auto& key : given) {
            key.security = SecurityClass::its;
            key.exposure = Exposure{};
            ports.telemetry.key_in_clear(self, key.id);
        }
        return std::move(given);
    };
    auto const refuse = [&](KeyStatus status) {
        count(refusal(status));
        reply({status, {}});
    };
    if (KeyStatus const status = check(request); status != KeyStatus::ok) return refuse(status);

    NodeId const far = topology->applications[request.to.index()];
    if (far == self) { // the key never leaves the node: nothing to break
        auto keys = keys_to_send();
        if (KeyStatus const status = store_delivery(request.from, request.to, keys); status != KeyStatus::ok)
            return refuse(status);
        return reply({KeyStatus::ok, std::move(keys)});
    }

    Relay relay;
    relay.key_from = request.from;
    relay.key_to = request.to;
    relay.way->payload = {request.from, request.to, Exposure{}, {}, {}, std::move(path)};
    relay.way->worst = request.worst;
    if (config.keys_from_device && given.empty()) relay.way->own_units = device_units(request);
    std::uint64_t const serial = open_relay(std::move(relay));
    Relay& opened = relays.at(serial);
    if (KeyStatus const status = start_hop(serial, opened, request.key_bits, request.number); status != KeyStatus::ok) {
        forget(serial);
        return refuse(status);
    }
    bool const any_will_do = request.worst == SecurityClass::pqc && !router.dynamic();
    if (!any_will_do && security_class(expected_exposure(opened)) > request.worst) {
        count("relay.refused.class");
        abandon_onward(opened, true);
        forget(serial);
        return refuse(KeyStatus::no_route);
    }
    opened.way->payload.keys = keys_to_send();
    for (auto const& key : opened.way->payload.keys)
        opened.ids.push_back(key.id);
    use_device_keys(opened);
    count("relay.started");
    opened.way->early = config.release == Release::early;
    if (!opened.way->early || opened.way->fetching) {
        opened.way->reply = std::move(reply);
        return proceed(serial);
    }
    opened.way->early = false;
    KeyReply early = early_reply(opened);
    proceed(serial);
    reply(std::move(early));
}

/// By the hop that has begun and those that are to be expected after it.
Exposure KmeNode::Impl::expected_exposure(Relay const& relay) {
    bool const whole = !relay.way->payload.path.empty();
    NodeId const far = topology->applications[relay.key_to.index()];
    return relay.way->payload.exposure | Exposure{protection(relay.onward->link)} |
           exposure(whole ? relay.way->payload.path : router.route(far).value_or(Path{}));
}

/// Before anybody has stored them.
KeyReply KmeNode::Impl::early_reply(Relay const& relay) {
    KeyReply early{KeyStatus::ok, relay.way->payload.keys};
    for (auto& key : early.keys) {
        key.exposure = expected_exposure(relay);
        key.security = security_class(key.exposure);
    }
    return early;
}

Exposure KmeNode::Impl::exposure(std::span<LinkId const> path) const {
    Exposure sum;
    for (LinkId const link : path)
        sum |= Exposure{protection(link)};
    return sum;
}

KeyReply KmeNode::Impl::fetch_keys(AppId caller, std::span<KeyId const> ids, AppId from) {
    if (caller.index() >= topology->applications.size()) return {KeyStatus::bad_request, {}};
    KeyReply reply = delivered.fetch(caller, ids, from);
    if (reply.status == KeyStatus::unauthorized) count("delivery.refused.unauthorized");
    if (reply.status == KeyStatus::not_found) count("delivery.refused.not_found");
    return reply;
}

} // namespace qkdes
