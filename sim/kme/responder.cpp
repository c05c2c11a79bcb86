// The receiving end of a hop: a fresh key pair for each session, then take the named unit, open, store or pass on.
#include "sim/base/contracts.hpp"
#include "sim/kme/modelled_seal.hpp"
#include "sim/kme/node_impl.hpp"

#include <algorithm>

namespace qkdes {

using etsi020::Problem;

void KmeNode::Impl::on(LinkId link, KemRequestMessage const& message) {
    relays.prefetch_oldest(); // which make room for this one
    Hop const session{link, message.session};
    if (auto const found = relay_from(session)) {
        count("message.duplicate");
        if (found->stage == Relay::Stage::awaiting_message) post(link, offer(*found.relay));
        return;
    }
    if (open_relays >= config.queue_limit) {
        count("relay.refused.queue");
        return refuse(link, message.session, Endpoint::ext_keys, Problem::busy);
    }
    Relay relay;
    relay.from = session;
    auto pair = ports.kem.generate(ports.entropy);
    work(Work::kem);
    relay.way->private_key = std::move(pair.private_key);
    if (by_value)
        relay.way->offered = pack(KemPublicKeyMessage{message.session, std::move(pair.public_key)});
    else
        relay.way->public_key = std::move(pair.public_key);
    std::uint64_t const serial = open_relay(std::move(relay));
    inbound.add(relays, HopHash{}(session), serial);
    post(link, offer(relays.at(serial)));
}

/// The public key that was given out, as a message. A value is kept as it is: large blocks of memory are what a
/// modelled hop costs.
Packed KmeNode::Impl::offer(Relay const& relay) const {
    return by_value ? relay.way->offered : pack(KemPublicKeyMessage{relay.from->session, relay.way->public_key});
}

void KmeNode::Impl::on(LinkId link, KemCiphertextMessage const& message) {
    auto const found = relay_from({link, message.session});
    if (!found) return count("message.late");
    Relay& relay = *found.relay;
    if (relay.stage != Relay::Stage::awaiting_message || !relay.way->private_key) return count("message.duplicate");
    relay.way->kem_secret = relay.way->private_key->decapsulate(message.ciphertext);
    work(Work::kem);
    relay.way->private_key.reset();
    if (!by_value) relay.way->kem_ciphertext = message.ciphertext;
    if (!relay.way->parked) return;
    auto const parked = std::move(relay.way->parked);
    on(link, *parked);
}

/// The session that the message belongs to. Hops without a KEM begin with it; nothing when it was answered.
std::optional<std::uint64_t> KmeNode::Impl::session_of(LinkId link, ExtKeysMessage const& message) {
    Hop const session{link, message.session};
    if (auto const found = relay_from(session)) return found.serial;
    if (needs_kem(protection(link))) {
        // Timed out, voided, or from before a restart. Its unit has been spent at the other end: it must not linger.
        count("relay.refused.session");
        if (uses_qkd(link))
            for (UnitId const unit : message.units)
                pool(link).annul_for_peer(unit);
        refuse(link, message.session, Endpoint::ext_keys, Problem::unknown_session);
        return std::nullopt;
    }
    if (open_relays >= config.queue_limit) {
        count("relay.refused.queue");
        refuse(link, message.session, Endpoint::ext_keys, Problem::busy);
        return std::nullopt;
    }
    Relay relay;
    relay.from = session;
    std::uint64_t const serial = open_relay(std::move(relay));
    inbound.add(relays, HopHash{}(session), serial);
    return serial;
}

void KmeNode::Impl::on(LinkId link, ExtKeysMessage const& message) {
    if (message.modelled) foresee_onward(*message.modelled);
    auto const session = session_of(link, message);
    if (!session) return;
    Relay& relay = relays.at(*session);
    if (relay.stage != Relay::Stage::awaiting_message) {
        count("message.duplicate");
        return answer_again(relay);
    }
    if (relay.way->opening) return count("message.duplicate");
    if (needs_kem(protection(link)) && relay.way->private_key) { // overtook it on the way
        if (!relay.way->parked) relay.way->parked = std::make_unique<ExtKeysMessage const>(message);
        return;
    }
    fetch_units(*session, link, message);
}

void KmeNode::Impl::open(std::uint64_t serial, LinkId link, ExtKeysMessage const& message, std::vector<KeyUnit> units) {
    Relay& relay = relays.at(serial);
    auto payload = message.otp ? unmask(link, relay, message, units) : unseal(link, relay, message, units);
    spend(link, units, payload ? UnitFate::used : UnitFate::voided);
    if (!payload) {
        count("relay.refused.envelope");
        return reject(serial, payload.problem, std::move(payload.explanation));
    }
    if (auto const problem = implausible(link, *payload.value)) {
        count("relay.refused.payload");
        return reject(serial, *problem);
    }
    relay.way->payload = std::move(*payload.value);
    relay.key_from = relay.way->payload.from;
    relay.key_to = relay.way->payload.to;
    relay.way->kem_secret.reset();
    KeyOnLink const first{link, relay.way->payload.keys.front().id, relay.key_to};
    if (auto const twin = opened_from(first)) { // a retry under another session
        count("message.duplicate");
        accept(relay);
        retire(serial, KeyStatus::ok);
        if (twin->acknowledges) send_acknowledgement(*twin.relay);
        return;
    }
    for (auto& key : relay.way->payload.keys) {
        key.exposure = relay.way->payload.exposure;
        key.security = security_class(key.exposure);
        ports.telemetry.key_in_clear(self, key.id);
        relay.ids.push_back(key.id);
        keys_in.add(relays, HopHash{}(KeyOnLink{link, key.id, relay.key_to}), serial);
    }
    if (topology->applications[relay.key_to.index()] == self) return store(serial, relay);
    if (strikes(FaultPoint::drop_relay)) {
        relay.way->payload.keys.clear();
        relay.stage = Relay::Stage::awaiting_acknowledgement; // and there it stays until it has timed out
        return accept(relay);
    }
    if (strikes(FaultPoint::alter))
        for (auto& key : relay.way->payload.keys)
            key.key.data()[0] ^= 1;
    auto const key_bits = static_cast<std::uint32_t>(8 * relay.way->payload.keys.front().key.size());
    KeyStatus const status =
        start_hop(serial, relay, key_bits, static_cast<std::uint32_t>(relay.way->payload.keys.size()));
    if (status != KeyStatus::ok && relay.way->passes_back) {
        count("relay.refused.no_route");
        return reject(serial, Problem::invalid_routing);
    }
    accept(relay);
    if (status == KeyStatus::ok) return proceed(serial);
    count(status == KeyStatus::no_key ? "relay.refused.no_key" : "relay.refused.no_route");
    conclude(serial, status);
}

void KmeNode::Impl::on(LinkId link, VersionsMessage const& message) {
    respond(link, message.session, Endpoint::versions, etsi020::kOk);
}

/// To a request that came twice.
void KmeNode::Impl::answer_again(Relay& relay) {
    if (relay.response != 0) respond(relay);
    if (relay.stage == Relay::Stage::done && relay.acknowledges) send_acknowledgement(relay);
}

void KmeNode::Impl::accept(Relay& relay) {
    relay.response = etsi020::kAccepted;
    respond(relay);
}

void KmeNode::Impl::respond(Relay const& relay) {
    ResponseMessage message{relay.from->session, Endpoint::ext_keys, relay.response};
    if (relay.seldom && relay.seldom->problem)
        message.problem = std::make_shared<etsi020::ProblemDetails const>(*relay.seldom->problem);
    send(relay.from->link, std::move(message));
}

/// Nothing of it is kept but the answer.
void KmeNode::Impl::reject(std::uint64_t serial, Problem problem, std::string explanation) {
    Relay& relay = relays.at(serial);
    relay.response = static_cast<std::uint16_t>(etsi020::code_of(problem));
    relay.keep_seldom().problem = etsi020::describe(problem, std::move(explanation));
    respond(relay);
    relay.ids.clear(); // and is found under them no longer
    retire(serial, KeyStatus::hop_failed);
}

void KmeNode::Impl::store(std::uint64_t serial, Relay& relay) {
    KeyStatus const status = store_delivery(relay.key_from, relay.key_to, relay.way->payload.keys);
    if (status == KeyStatus::ok) {
        QKDES_EXPECTS(relay.ids.size() <= relay.stored.size());
        for (std::size_t i = 0; i < relay.ids.size(); ++i)
            relay.stored.set(i);
        work(Work::database_insert);
        work(Work::tpm);
        if (strikes(FaultPoint::crash_before_ack)) {
            drop_volatile();
            down = true;
            return ports.faults->crashed(self);
        }
    } else {
        count("relay.refused.store");
    }
    accept(relay);
    if (status != KeyStatus::ok || !strikes(FaultPoint::slow_disk)) return conclude(serial, status);
    relay.stage = Relay::Stage::awaiting_acknowledgement;
    slow_stores.add(serial);
}

OpenedPayload KmeNode::Impl::unseal(LinkId link, Relay const& relay, ExtKeysMessage const& message,
                                    std::span<KeyUnit const> units) {
    OpenedPayload const refusal{std::nullopt, Problem::unauthorized};
    if (needs_kem(protection(link)) && !relay.way->kem_secret) return refusal;
    SecretBytes const none;
    SecretBytes const& secret = relay.way->kem_secret ? *relay.way->kem_secret : none;
    std::span<std::uint8_t const> qkd_key;
    if (!units.empty()) qkd_key = units.front().bits;
    HopEnds const ends{message.session, name_of(peer(link)), config.name};
    work(Work::seal);
    if (by_value) {
        bool const genuine = message.modelled && message.modelled_seal == modelled_seal(qkd_key, secret, ends);
        if (!genuine) return refusal;
        return {*message.modelled};
    }
    auto const hop_key =
        crypto.hop_key(config.derivation, qkd_key, secret, {relay.way->public_key, relay.way->kem_ciphertext}, ends);
    auto const plaintext = crypto.open(hop_key, message.envelope, ends);
    if (!plaintext) return refusal;
    return decode_payload(*plaintext, format);
}

/// What is wrong with keys that came from a neighbour. One that does not know our extensions may have passed them on
/// unchanged: what it did not say is completed from what is known of the channel.
std::optional<Problem> KmeNode::Impl::implausible(LinkId link, Payload& payload) const {
    auto const& hosts = topology->applications;
    if (payload.from.index() >= hosts.size() || payload.to.index() >= hosts.size())
        return Problem::target_not_recognized;
    auto& visited = payload.visited;
    if (!visited.empty() && visited.front() != hosts[payload.from.index()]) return Problem::invalid_parameter;
    if (visited.empty() || visited.back() != peer(link)) visited.push_back(peer(link));
    if (std::find(visited.begin(), visited.end(), self) != visited.end()) return Problem::invalid_routing;
    if (visited.size() > kHopLimit) return Problem::no_known_route;
    payload.exposure |= Exposure{protection(link)};
    return std::nullopt;
}

} // namespace qkdes
