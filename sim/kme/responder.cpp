// The receiving end of a hop: a fresh key pair for each session, then take the named unit, open, store or pass on.
#include "sim/base/contracts.hpp"
#include "sim/kme/node_impl.hpp"

#include <algorithm>

namespace qkdes {

void KmeNode::Impl::on(LinkId link, KeyRequestMessage const& message) {
    Hop const session{link, message.session};
    if (auto const found = inbound.find(session); found != inbound.end()) {
        count("message.duplicate");
        Relay const& relay = relays.at(found->second);
        if (relay.stage == Relay::Stage::awaiting_message)
            send(link, PublicKeyMessage{message.session, relay.public_key});
        return;
    }
    if (open_relays >= config.queue_limit) {
        count("relay.refused.queue");
        return send(link, AcknowledgementMessage{message.session, KeyStatus::busy, false, SecurityClass::pqc});
    }
    Relay relay;
    relay.from = session;
    auto pair = ports.kem.generate(ports.entropy);
    relay.public_key = pair.public_key;
    relay.private_key = std::move(pair.private_key);
    inbound.emplace(session, open_relay(std::move(relay)));
    send(link, PublicKeyMessage{message.session, std::move(pair.public_key)});
}

void KmeNode::Impl::on(LinkId link, RelayMessage const& message) {
    auto const found = inbound.find({link, message.session});
    if (found == inbound.end()) {
        // Timed out, voided, or from before a restart. Its unit has been spent at the other end: it must not linger.
        count("relay.refused.session");
        if (message.unit && uses_qkd(link)) pool(link).annul_for_peer(*message.unit);
        return send(link, AcknowledgementMessage{message.session, KeyStatus::hop_failed, false, SecurityClass::pqc});
    }
    std::uint64_t const serial = found->second;
    Relay& relay = relays.at(serial);
    if (relay.stage != Relay::Stage::awaiting_message) {
        count("message.duplicate");
        if (relay.stage == Relay::Stage::done)
            send(link, AcknowledgementMessage{message.session, relay.status, relay.unit_used, relay.payload.security});
        return;
    }
    auto payload = open(link, relay, message);
    if (!payload) return conclude(serial, KeyStatus::hop_failed);
    relay.unit_used = message.unit.has_value();
    relay.payload = std::move(*payload);
    relay.private_key.reset();
    for (auto& key : relay.payload.keys) {
        key.security = relay.payload.security;
        ports.telemetry.key_in_clear(config.self, key.id);
    }
    if (topology->applications[relay.payload.to.index()] == config.self) {
        KeyStatus const status = store_delivery(relay.payload.from, relay.payload.to, relay.payload.keys);
        if (status == KeyStatus::ok)
            for (auto const& key : relay.payload.keys)
                relay.stored.push_back(key.id);
        else
            count("relay.refused.store");
        return conclude(serial, status);
    }
    KeyStatus const status = start_hop(serial, relay);
    if (status == KeyStatus::ok) return;
    count(status == KeyStatus::no_key ? "relay.refused.no_key" : "relay.refused.no_route");
    conclude(serial, status);
}

std::optional<Payload> KmeNode::Impl::open(LinkId link, Relay const& relay, RelayMessage const& message) {
    // A hop with QKD key never falls back to one without: that would be a way to weaken it from outside.
    SecretBytes qkd_key;
    bool drawn = false;
    if (uses_qkd(link) && message.unit) {
        auto bits = pool(link).draw(*message.unit);
        drawn = bits.has_value();
        if (drawn) qkd_key = std::move(*bits);
    }
    if (drawn != uses_qkd(link) || (message.unit && !uses_qkd(link))) {
        count("relay.refused.unit");
        return std::nullopt;
    }
    std::optional<Payload> payload;
    if (auto const secret = relay.private_key->decapsulate(message.kem_ciphertext)) {
        HopEnds const ends{message.session, name_of(peer(link)), config.name};
        auto const hop_key =
            crypto.hop_key(config.derivation, qkd_key, *secret, {relay.public_key, message.kem_ciphertext}, ends);
        if (auto const plaintext = crypto.open(hop_key, message.envelope, ends)) payload = decode_payload(*plaintext);
    }
    if (payload && !plausible(link, *payload)) payload.reset();
    if (!payload) count("relay.refused.envelope");
    if (drawn && payload) pool(link).use(*message.unit);
    if (drawn && !payload) pool(link).annul(*message.unit);
    return payload;
}

/// What an honest neighbour can have sent.
bool KmeNode::Impl::plausible(LinkId link, Payload const& payload) const {
    auto const& hosts = topology->applications;
    auto const& visited = payload.visited;
    return payload.from.index() < hosts.size() && payload.to.index() < hosts.size() &&
           visited.front() == hosts[payload.from.index()] && visited.back() == peer(link) &&
           std::find(visited.begin(), visited.end(), config.self) == visited.end() &&
           payload.security >= protection(link);
}

} // namespace qkdes
