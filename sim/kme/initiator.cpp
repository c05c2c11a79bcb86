// The sending end of a hop: reserve a unit, ask for a public key, seal, send, settle on the acknowledgement.
#include "sim/base/contracts.hpp"
#include "sim/kme/modelled_seal.hpp"
#include "sim/kme/node_impl.hpp"

#include <algorithm>

namespace qkdes {

/// The path that the message carries, or what the policy says; a policy for whole paths decides at the source alone.
std::optional<LinkId> KmeNode::Impl::next_link(Payload& payload) {
    std::optional<Path> path;
    bool const given = !payload.path.empty();
    if (!given) {
        path = router.choose(topology->applications[payload.to.index()]);
        if (!path || path->empty() || path->size() > kHopLimit) return std::nullopt;
    } else {
        path = std::move(payload.path);
        payload.path.clear();
        if (!attached(path->front())) return std::nullopt;
    }
    if (given || router.whole_path()) payload.path.assign(path->begin() + 1, path->end());
    return path->front();
}

KeyStatus KmeNode::Impl::start_hop(std::uint64_t serial, Relay& relay) {
    auto& visited = relay.payload.visited;
    auto const next = visited.size() < kHopLimit ? next_link(relay.payload) : std::nullopt;
    if (!next) return KeyStatus::no_route;
    LinkId const link = *next;
    visited.push_back(config.self);
    if (std::find(visited.begin(), visited.end(), peer(link)) != visited.end()) {
        count("relay.refused.loop");
        relay.passes_back = relay.from && peer(relay.from->link) == peer(link);
        return KeyStatus::no_route;
    }
    if (uses_qkd(link)) {
        relay.unit = pool(link).reserve();
        if (!relay.unit) return KeyStatus::no_key;
    }
    relay.onward = Hop{link, {}};
    ports.entropy.fill(relay.onward->session);
    outbound.insert_or_assign(*relay.onward, serial);
    relay.stage = Relay::Stage::awaiting_public_key;
    if (config.retries > 0) retries.add(serial);
    send(link, KemRequestMessage{relay.onward->session});
    return KeyStatus::ok;
}

void KmeNode::Impl::on(LinkId link, KemPublicKeyMessage const& message) {
    auto const found = outbound.find({link, message.session});
    if (found == outbound.end()) return count("message.late");
    std::uint64_t const serial = found->second;
    Relay& relay = relays.at(serial);
    if (relay.stage != Relay::Stage::awaiting_public_key) return count("message.duplicate");

    auto encapsulation = ports.kem.encapsulate(message.public_key, ports.entropy);
    work(Work::kem);
    if (!encapsulation) {
        count("relay.refused.public_key");
        abandon_onward(relay, false);
        return conclude(serial, KeyStatus::hop_failed);
    }
    SecretBytes qkd_key;
    if (relay.unit) {
        auto drawn = pool(link).draw(*relay.unit);
        QKDES_ENSURES(drawn.has_value()); // it was reserved for this relay alone
        qkd_key = std::move(*drawn);
    }
    Payload& payload = relay.payload;
    payload.security = std::max(payload.security, protection(link));
    std::uint32_t units = relay.unit ? 1 : 0;
    for (auto const& key : payload.keys) {
        ports.telemetry.hop(config.self, link, key.id, protection(link), units);
        units = 0;
    }
    for (KeyId const& id : relay.ids)
        keys_out.insert_or_assign(KeyOnLink{link, id, payload.to}, serial);

    ExtKeysMessage request = seal(link, relay, message, *encapsulation, qkd_key);
    if (relay.from) payload.keys.clear();
    relay.stage = Relay::Stage::awaiting_response;
    auto ciphertext = pack(KemCiphertextMessage{message.session, std::move(encapsulation->ciphertext)});
    auto keys = pack(std::move(request));
    post(link, ciphertext);
    post(link, keys);
    if (config.retries == 0) return;
    relay.repeats.reserve(2);
    relay.repeats.push_back(std::move(ciphertext));
    relay.repeats.push_back(std::move(keys));
}

ExtKeysMessage KmeNode::Impl::seal(LinkId link, Relay const& relay, KemPublicKeyMessage const& message,
                                   Kem::Encapsulation const& encapsulation, SecretBytes const& qkd_key) {
    ExtKeysMessage out{message.session, relay.unit, {}};
    HopEnds const ends{message.session, config.name, name_of(peer(link))};
    work(Work::seal);
    if (by_value) {
        out.modelled = std::make_shared<Payload const>(relay.payload);
        out.modelled_seal = modelled_seal(qkd_key, encapsulation.secret, ends);
        return out;
    }
    auto const hop_key = crypto.hop_key(config.derivation, qkd_key, encapsulation.secret,
                                        {message.public_key, encapsulation.ciphertext}, ends);
    out.envelope = crypto.seal(hop_key, encode(relay.payload, format), ends, ports.entropy);
    return out;
}

/// No answer yet, or a failure that may pass: the same request again. The responder knows it by its session.
void KmeNode::Impl::on_retry(std::uint64_t serial) {
    Relay& relay = relays.at(serial);
    if (!relay.onward || relay.attempts >= config.retries) return;
    ++relay.attempts;
    count("relay.retry");
    retries.add(serial);
    LinkId const link = relay.onward->link;
    if (relay.stage == Relay::Stage::awaiting_public_key) return send(link, KemRequestMessage{relay.onward->session});
    for (auto const& packed : relay.repeats)
        post(link, packed);
}

void KmeNode::Impl::on(LinkId link, ResponseMessage const& message) {
    if (message.endpoint == Endpoint::ack) return on_acknowledged(link, message);
    if (message.endpoint != Endpoint::ext_keys) return; // what becomes of a void, its acknowledgement says
    auto const found = outbound.find({link, message.session});
    if (found == outbound.end()) return count("message.late");
    Relay& relay = relays.at(found->second);
    if (relay.stage == Relay::Stage::done) return count("message.duplicate");
    if (message.code >= etsi020::kBadRequest) return refused(found->second, message);
    if (relay.stage == Relay::Stage::awaiting_acknowledgement) return count("message.duplicate");
    if (relay.stage != Relay::Stage::awaiting_response || message.code != etsi020::kAccepted)
        return count("message.unexpected");
    opened(relay);
}

/// The next node has opened the envelope: the unit has served.
void KmeNode::Impl::opened(Relay& relay) {
    relay.stage = Relay::Stage::awaiting_acknowledgement;
    if (relay.unit) pool(relay.onward->link).use(*relay.unit);
    relay.unit.reset();
}

void KmeNode::Impl::refused(std::uint64_t serial, ResponseMessage const& message) {
    using etsi020::Problem;
    Relay& relay = relays.at(serial);
    auto const problem = message.problem ? recognise(*message.problem) : std::nullopt;
    bool const routing = problem == Problem::target_not_recognized || problem == Problem::invalid_routing ||
                         problem == Problem::no_known_route || problem == Problem::no_route_multiple_targets;
    KeyStatus const status = routing                                         ? KeyStatus::no_route
                             : problem == Problem::insufficient_key_material ? KeyStatus::no_key
                             : problem == Problem::busy                      ? KeyStatus::busy
                             : message.code == etsi020::kTimeout             ? KeyStatus::timeout
                                                                             : KeyStatus::hop_failed;
    if (relay.stage == Relay::Stage::awaiting_public_key) { // of a message that was never sent
        abandon_onward(relay, true);
        return conclude(serial, status);
    }
    bool const kept_nothing = message.code == etsi020::kBadRequest || message.code == etsi020::kUnauthorized;
    bool const accepted = relay.stage == Relay::Stage::awaiting_acknowledgement;
    if (kept_nothing && accepted) return count("message.unexpected");
    if (kept_nothing) {
        if (relay.unit && routing)
            pool(relay.onward->link).use(*relay.unit); // to say so it had to open the envelope
        else if (relay.unit)
            pool(relay.onward->link).annul(*relay.unit);
        relay.unit.reset();
        leave_onward(relay);
        return conclude(serial, status);
    }
    bool const lasting = problem == Problem::unsupported_mandatory_extension || problem == Problem::unknown_session;
    if (!lasting && (accepted || relay.attempts < config.retries)) return;
    abandon_onward(relay, config.release == Release::early);
    conclude(serial, status);
}

void KmeNode::Impl::conclude(std::uint64_t serial, KeyStatus status) {
    Relay& relay = relays.at(serial);
    if (relay.from) return acknowledge(serial, status);
    count(status == KeyStatus::ok ? "relay.completed" : "relay.failed");
    KeyReply reply{status, {}};
    if (status == KeyStatus::ok) {
        reply.keys = std::move(relay.payload.keys);
        for (auto& key : reply.keys)
            key.security = relay.payload.security;
    }
    auto const tell = std::move(relay.reply);
    if (status == KeyStatus::ok)
        retire(serial, status); // for acknowledgements that come again
    else
        forget(serial);
    if (tell) tell(std::move(reply)); // last: the application may ask again from inside
}

} // namespace qkdes
