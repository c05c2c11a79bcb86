// The sending end of a hop: reserve a unit, ask for a public key, seal, send, settle on the acknowledgement.
#include "sim/base/contracts.hpp"
#include "sim/kme/modelled_seal.hpp"
#include "sim/kme/node_impl.hpp"

#include <algorithm>

namespace qkdes {

/// The path that the message carries, or what the policy says; a policy for whole paths decides at the source alone.
std::optional<LinkId> KmeNode::Impl::next_link(Payload& payload) {
    NodeId const to = topology->applications[payload.to.index()];
    Path path = std::move(payload.path);
    payload.path.clear();
    if (!path.empty()) {
        if (!attached(path.front())) return std::nullopt;
    } else if (router.whole_path()) {
        path = router.choose(to).value_or(Path{});
        if (path.empty() || path.size() > kHopLimit) return std::nullopt;
    } else {
        auto const next = router.next(to);
        return next && next->hops <= kHopLimit ? std::optional{next->link} : std::nullopt;
    }
    payload.path.assign(path.begin() + 1, path.end());
    return path.front();
}

KeyStatus KmeNode::Impl::start_hop(std::uint64_t serial, Relay& relay, std::uint32_t key_bits, std::uint32_t number) {
    auto& visited = relay.way->payload.visited;
    auto const next = visited.size() < kHopLimit ? next_link(relay.way->payload) : std::nullopt;
    if (!next) return KeyStatus::no_route;
    LinkId const link = *next;
    visited.push_back(self);
    if (std::find(visited.begin(), visited.end(), peer(link)) != visited.end()) {
        count("relay.refused.loop");
        relay.way->passes_back = relay.from && peer(relay.from->link) == peer(link);
        return KeyStatus::no_route;
    }
    Hop hop{link, {}};
    if (auto const from = device_link(link); relay.way->own_units != 0) {
        if (from)
            relay.way->own_link = *from;
        else
            relay.way->own_units = 0;
    }
    if (relay.way->own_units != 0)
        relay.way->payload.exposure |= Exposure{HopProtection::otp}; // whoever breaks QKD has it
    if (KeyStatus const status = take_units(serial, link, relay, key_bits, number); status != KeyStatus::ok)
        return status;
    ports.entropy.fill(hop.session);
    set_serial(hop.session, serial);
    relay.onward = hop;
    relay.stage = Relay::Stage::awaiting_public_key;
    if (config.retries > 0) repeats.add({serial, false});
    if (needs_kem(protection(link))) send(link, KemRequestMessage{hop.session}); // a vendor may take as long
    return KeyStatus::ok;
}

void KmeNode::Impl::on(LinkId link, KemPublicKeyMessage const& message) {
    auto const found = relay_onward({link, message.session});
    if (!found) return count("message.late");
    Relay& relay = *found.relay;
    if (relay.stage != Relay::Stage::awaiting_public_key || !relay.way->next_public_key.empty())
        return count("message.duplicate");
    relay.way->next_public_key = message.public_key;
    proceed(found.serial);
}

void KmeNode::Impl::proceed(std::uint64_t serial) {
    Relay& relay = relays.at(serial);
    if (relay.stage != Relay::Stage::awaiting_public_key || relay.way->fetching || relay.ids.empty()) return;
    Hop const hop = *relay.onward;
    HopProtection const protect = protection(hop.link);
    std::optional<Kem::Encapsulation> encapsulation;
    if (needs_kem(protect)) {
        if (relay.way->next_public_key.empty()) return;
        encapsulation = ports.kem.encapsulate(relay.way->next_public_key, ports.entropy);
        work(Work::kem);
        if (!encapsulation) {
            count("relay.refused.public_key");
            return refuse_hop(serial, KeyStatus::hop_failed);
        }
    }
    Payload& payload = relay.way->payload;
    payload.exposure |= Exposure{protect};
    auto units = static_cast<std::uint32_t>(relay.way->link_key.size());
    std::optional<ExtKeysMessage> request;
    if (protect == HopProtection::otp) {
        request = mask(hop, relay, units);
        if (!request) return refuse_hop(serial, KeyStatus::no_key);
    } else {
        request = seal(hop, relay, encapsulation ? &*encapsulation : nullptr);
    }
    for (KeyId const& id : relay.ids) {
        ports.telemetry.hop(self, hop.link, id, security_class(Exposure{protect}), units);
        units = 0;
    }
    for (KeyId const& id : relay.ids)
        keys_out.add_waiting(relays, HopHash{}(KeyOnLink{hop.link, id, payload.to}), serial);
    if (relay.from) payload.keys.clear();
    relay.stage = Relay::Stage::awaiting_response;
    if (encapsulation)
        relay.way->repeats.push_back(pack(KemCiphertextMessage{hop.session, std::move(encapsulation->ciphertext)}));
    relay.way->repeats.push_back(pack(std::move(*request)));
    for (auto const& packed : relay.way->repeats)
        post(hop.link, packed);
}

ExtKeysMessage KmeNode::Impl::seal(Hop const& hop, Relay& relay, Kem::Encapsulation const* encapsulation) {
    ExtKeysMessage out{hop.session, {}, {}};
    HopEnds const ends{hop.session, config.name, name_of(peer(hop.link))};
    std::span<std::uint8_t const> qkd_key;
    if (!relay.way->link_key.empty()) {
        out.units = {relay.way->link_key.front().id};
        qkd_key = relay.way->link_key.front().bits;
    }
    static SecretBytes const no_secret;
    SecretBytes const& secret = encapsulation != nullptr ? encapsulation->secret : no_secret;
    work(Work::seal);
    if (by_value) {
        Payload& payload = relay.way->payload; // of which a relay keeps nothing once it is sealed
        out.modelled =
            relay.from ? std::make_shared<Payload const>(std::move(payload)) : std::make_shared<Payload const>(payload);
        out.modelled_seal = modelled_seal(qkd_key, secret, ends);
        return out;
    }
    KemTranscript transcript;
    if (encapsulation != nullptr) transcript = {relay.way->next_public_key, encapsulation->ciphertext};
    auto const hop_key = crypto.hop_key(config.derivation, qkd_key, secret, transcript, ends);
    out.envelope = crypto.seal(hop_key, encode(relay.way->payload, format), ends, ports.entropy);
    return out;
}

/// No answer yet, or a failure that may pass: the same request again. The responder knows it by its session.
void KmeNode::Impl::on_retry(std::uint64_t serial) {
    Relay& relay = relays.at(serial);
    if (!relay.onward || relay.way->attempts >= config.retries) return;
    if (relay.way->fetching) return repeats.add({serial, false});
    ++relay.way->attempts;
    count("relay.retry");
    repeats.add({serial, false});
    LinkId const link = relay.onward->link;
    if (relay.stage == Relay::Stage::awaiting_public_key && needs_kem(protection(link)))
        return send(link, KemRequestMessage{relay.onward->session});
    for (auto const& packed : relay.way->repeats)
        post(link, packed);
}

void KmeNode::Impl::on(LinkId link, ResponseMessage const& message) {
    if (message.endpoint == Endpoint::ack) return on_acknowledged(link, message);
    if (message.endpoint != Endpoint::ext_keys) return; // what becomes of a void, its acknowledgement says
    auto const found = relay_onward({link, message.session});
    if (!found) return count("message.late");
    Relay& relay = *found.relay;
    if (relay.stage == Relay::Stage::done) return count("message.duplicate");
    if (message.code >= etsi020::kBadRequest) return refused(found.serial, message);
    if (relay.stage == Relay::Stage::awaiting_acknowledgement) return count("message.duplicate");
    if (relay.stage != Relay::Stage::awaiting_response || message.code != etsi020::kAccepted)
        return count("message.unexpected");
    opened(relay);
}

/// The next node has opened the envelope: the unit has served.
void KmeNode::Impl::opened(Relay& relay) {
    relay.stage = Relay::Stage::awaiting_acknowledgement;
    spend(relay.onward->link, relay.way->link_key, UnitFate::used);
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
        // To speak of routes it had to open the envelope. What else it lacks may be the hash key.
        spend(relay.onward->link, relay.way->link_key, routing ? UnitFate::used : UnitFate::voided);
        if (!routing && protection(relay.onward->link) == HopProtection::otp) hash_keys[relay.onward->link].drop_own();
        leave_onward(relay);
        return conclude(serial, status);
    }
    bool const lasting = problem == Problem::unsupported_mandatory_extension || problem == Problem::unknown_session;
    if (!lasting && (accepted || relay.way->attempts < config.retries)) return;
    abandon_onward(relay, config.release == Release::early);
    conclude(serial, status);
}

void KmeNode::Impl::conclude(std::uint64_t serial, KeyStatus status) {
    Relay& relay = relays.at(serial);
    if (relay.from) return acknowledge(serial, status);
    SecurityClass const reached = security_class(relay.way->payload.exposure);
    if (status == KeyStatus::ok &&
        reached > relay.way->worst) { // relays chose another way than was to be expected here
        count("relay.refused.class");
        void_at_peer(relay.onward->link, relay.ids, relay.key_from, relay.key_to, std::nullopt);
        leave_onward(relay);
        status = KeyStatus::no_route;
    }
    count(status == KeyStatus::ok ? "relay.completed" : "relay.failed");
    KeyReply reply{status, {}};
    if (status == KeyStatus::ok) {
        reply.keys = std::move(relay.way->payload.keys);
        for (auto& key : reply.keys)
            key.security = reached, key.exposure = relay.way->payload.exposure;
    }
    auto const tell = std::move(relay.way->reply);
    if (status == KeyStatus::ok)
        retire(serial, status); // for acknowledgements that come again
    else
        forget(serial);
    if (tell) tell(std::move(reply)); // last: the application may ask again from inside
}

} // namespace qkdes
