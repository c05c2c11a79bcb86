// The sending end of a hop: reserve a unit, ask for a public key, seal, send, settle on the acknowledgement.
#include "sim/base/contracts.hpp"
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
        return KeyStatus::no_route;
    }
    if (uses_qkd(link)) {
        relay.unit = pool(link).reserve();
        if (!relay.unit) return KeyStatus::no_key;
    }
    relay.onward = Hop{link, {}};
    ports.entropy.fill(relay.onward->session);
    outbound.emplace(*relay.onward, serial);
    relay.stage = Relay::Stage::awaiting_public_key;
    send(link, KeyRequestMessage{relay.onward->session});
    return KeyStatus::ok;
}

void KmeNode::Impl::on(LinkId link, PublicKeyMessage const& message) {
    auto const found = outbound.find({link, message.session});
    if (found == outbound.end()) return count("message.late");
    Relay& relay = relays.at(found->second);
    if (relay.stage != Relay::Stage::awaiting_public_key) return count("message.duplicate");

    auto const encapsulation = ports.kem.encapsulate(message.public_key, ports.entropy);
    if (!encapsulation) {
        count("relay.refused.public_key");
        abandon_onward(relay, false);
        return conclude(found->second, KeyStatus::hop_failed);
    }
    SecretBytes qkd_key;
    if (relay.unit) {
        auto drawn = pool(link).draw(*relay.unit);
        QKDES_ENSURES(drawn.has_value()); // it was reserved for this relay alone
        qkd_key = std::move(*drawn);
    }
    HopEnds const ends{message.session, config.name, name_of(peer(link))};
    auto const hop_key = crypto.hop_key(config.derivation, qkd_key, encapsulation->secret,
                                        {message.public_key, encapsulation->ciphertext}, ends);
    Payload& payload = relay.payload;
    payload.security = std::max(payload.security, protection(link));
    std::uint32_t units = relay.unit ? 1 : 0;
    for (auto const& key : payload.keys) {
        ports.telemetry.hop(config.self, link, key.id, protection(link), units);
        units = 0;
    }
    relay.stage = Relay::Stage::awaiting_acknowledgement;
    send(link, RelayMessage{message.session, relay.unit, encapsulation->ciphertext,
                            crypto.seal(hop_key, encode(payload), ends, ports.entropy)});
    if (relay.from) payload.keys.clear();
}

void KmeNode::Impl::on(LinkId link, AcknowledgementMessage const& message) {
    auto const found = outbound.find({link, message.session});
    if (found == outbound.end()) return count("message.late");
    std::uint64_t const serial = found->second;
    Relay& relay = relays.at(serial);
    bool const sealed = relay.stage == Relay::Stage::awaiting_acknowledgement;
    bool const stored = message.status == KeyStatus::ok;
    if (relay.stage == Relay::Stage::done) return count("message.duplicate");
    if (stored && !sealed) return count("message.unexpected"); // of something never sent

    if (relay.unit) {
        KeyPool& units = pool(link);
        if (!sealed)
            units.release(*relay.unit); // nothing was ever protected by it
        else if (stored || message.unit_used)
            units.use(*relay.unit);
        else
            units.annul(*relay.unit);
        relay.unit.reset();
    }
    relay.payload.security = std::max(relay.payload.security, message.security);
    conclude(serial, message.status);
}

void KmeNode::Impl::conclude(std::uint64_t serial, KeyStatus status) {
    Relay& relay = relays.at(serial);
    if (relay.from) {
        send(relay.from->link,
             AcknowledgementMessage{relay.from->session, status, relay.unit_used, relay.payload.security});
        return retire(serial, status);
    }
    count(status == KeyStatus::ok ? "relay.completed" : "relay.failed");
    KeyReply reply{status, {}};
    if (status == KeyStatus::ok) {
        reply.keys = std::move(relay.payload.keys);
        for (auto& key : reply.keys)
            key.security = relay.payload.security;
    }
    auto const tell = std::move(relay.reply);
    forget(serial);
    if (tell) tell(std::move(reply)); // last: the application may ask again from inside
}

} // namespace qkdes
