#include "sim/world/adversary/middle.hpp"

#include <algorithm>

namespace qkdes {

Middle::Middle(Scenario const& scenario, AdversarySpec const& spec, AdversarySpec::Middle const& place,
               HopOpener const& opener, OracleKem& kem, Eavesdropper const& devices, Knowledge& knowledge,
               std::uint64_t seed, std::string const& name)
    : spec_{spec}, place_{place}, opener_{opener}, kem_{kem.plain()}, devices_{devices}, knowledge_{knowledge},
      bare_socket_{scenario.profile == Profile::kmstn_paper}, entropy_{seed, name} {}

bool Middle::stands(LinkId link, SimTime now) const {
    return link == place_.link && place_.from <= now && now < place_.until;
}

bool Middle::authenticated(bool kem_message, SimTime now) const {
    if (kem_message && bare_socket_) return false;
    return std::none_of(spec_.breaks.begin(), spec_.breaks.end(),
                        [&](auto const& each) { return each.primitive == Primitive::signatures && each.at <= now; });
}

std::optional<std::vector<std::uint8_t>> Middle::pass(NodeId from, NodeId to, Message const& message,
                                                      std::vector<std::uint8_t> bytes, SimTime now) {
    auto const* key = std::get_if<KemPublicKeyMessage>(&message);
    auto const* ciphertext = std::get_if<KemCiphertextMessage>(&message);
    auto const* keys = std::get_if<ExtKeysMessage>(&message);
    if (!key && !ciphertext && !keys) return bytes;
    if ((key || ciphertext) && authenticated(true, now)) {
        ++figures_.refused;
        return std::nullopt;
    }
    SessionId const session = key ? key->session : ciphertext ? ciphertext->session : keys->session;
    auto const found = exchanges_.find(session);
    if (found == exchanges_.end() && !key) return bytes; // it came too late for this one
    if (found == exchanges_.end()) {
        order_.push_back(session);
        if (order_.size() > kLimit) {
            exchanges_.erase(order_.front());
            order_.pop_front();
        }
        Exchange fresh;
        fresh.near = {place_.link, session, to, from, {}, {}, {}};
        fresh.far = fresh.near;
        exchanges_.emplace(session, std::move(fresh));
    }
    Exchange& exchange = exchanges_.at(session);
    std::optional<Message> other;
    if (key) other = replaced(exchange, *key);
    if (ciphertext) other = replaced(exchange, *ciphertext);
    if (keys) other = replaced(exchange, *keys, now);
    if (!other) return bytes;
    if (keys && authenticated(false, now)) {
        ++figures_.refused;
        return std::nullopt;
    }
    return opener_.encode(*other);
}

Message Middle::replaced(Exchange& exchange, KemPublicKeyMessage const& message) {
    if (!exchange.own) {
        auto pair = kem_.generate(entropy_);
        exchange.own = std::move(pair.private_key);
        exchange.near.public_key = std::move(pair.public_key);
        exchange.far.public_key = message.public_key;
    }
    return KemPublicKeyMessage{message.session, exchange.near.public_key};
}

std::optional<Message> Middle::replaced(Exchange& exchange, KemCiphertextMessage const& message) {
    if (exchange.near.ciphertext.empty()) {
        auto secret = exchange.own->decapsulate(message.ciphertext);
        auto onward = kem_.encapsulate(exchange.far.public_key, entropy_);
        if (!secret || !onward) return std::nullopt;
        exchange.near.ciphertext = message.ciphertext;
        exchange.far.ciphertext = std::move(onward->ciphertext);
        exchange.near_secret = std::move(*secret);
        exchange.far_secret = std::move(onward->secret);
        ++figures_.exchanges;
    }
    return KemCiphertextMessage{message.session, exchange.far.ciphertext};
}

/// Nothing when it goes on as it is.
std::optional<Message> Middle::replaced(Exchange& exchange, ExtKeysMessage const& message, SimTime now) {
    if (exchange.near.ciphertext.empty()) return std::nullopt;
    exchange.near.keys = message;
    std::optional<SecretBytes> device_key{SecretBytes{}};
    if (devices_.has_device_key(exchange.near)) device_key = opener_.qkd_key(exchange.near);
    if (!device_key) return std::nullopt;
    auto const payload = opener_.open(exchange.near, *device_key, exchange.near_secret);
    if (!payload) return std::nullopt;
    if (!exchange.read) {
        exchange.read = true;
        ++figures_.read;
        for (auto const& key : payload->keys)
            knowledge_.learn(key.id, key.key, now, Means::middle);
    }
    if (place_.on != MiddleOn::all) return std::nullopt;
    ++figures_.resealed;
    exchange.far.keys = message;
    return opener_.seal(exchange.far, *payload, *device_key, exchange.far_secret, entropy_);
}

} // namespace qkdes
