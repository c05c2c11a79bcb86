// When an answer does not come: settle the own unit, tell the next node, and hold on to nothing.
#include "sim/base/contracts.hpp"
#include "sim/kme/node_impl.hpp"

#include <algorithm>

namespace qkdes {

using etsi020::AckStatus;
using etsi020::Problem;

namespace {
constexpr int kVoidAttempts = 3; ///< sent this often, one relay timeout apart; after that the peer's copy must expire
}

void KmeNode::Impl::on_deadline(std::uint64_t serial) {
    Relay& relay = relays.at(serial);
    if (relay.stage == Relay::Stage::awaiting_message) {
        count("relay.abandoned"); // the previous node never came back: nothing is known, nothing is at stake
        return forget(serial);
    }
    // Held up by a fault point, it goes nowhere.
    if (!relay.onward) return acknowledge(serial, relay.stored.none() ? KeyStatus::timeout : KeyStatus::ok);
    count("relay.timeout");
    abandon_onward(relay, config.release == Release::early);
    conclude(serial, KeyStatus::timeout);
}

/// Before the message is sealed nobody else knows of the unit: it returns to the pool. Until the next node says that it
/// has opened it, its copy may or may not have been used, and it never serves again.
void KmeNode::Impl::abandon_onward(Relay& relay, bool keep_keys, std::optional<LinkId> back) {
    QKDES_EXPECTS(relay.onward.has_value());
    Hop const hop = *relay.onward;
    auto const stage = relay.stage;
    bool const unseen = stage == Relay::Stage::awaiting_public_key;
    std::vector<UnitId> units;
    for (auto const& unit : relay.way->link_key)
        units.push_back(unit.id);
    relay.way->fetching = false;
    leave_onward(relay);
    discard(relay.way->own_link, relay.way->own_key);
    spend(hop.link, relay.way->link_key, unseen ? UnitFate::stored : UnitFate::voided);
    if (unseen) { // a pool has taken them back, a vendor has not
        if (!units.empty() && vendor(hop.link) != nullptr && config.emits_void) abandon_at_peer(hop, std::move(units));
        return;
    }
    if (!config.emits_void) return;
    if (stage == Relay::Stage::awaiting_response) abandon_at_peer(hop, std::move(units));
    if (!keep_keys) void_at_peer(hop.link, relay.ids, relay.key_from, relay.key_to, back);
}

/// From here on nothing that comes from there concerns this relay.
void KmeNode::Impl::leave_onward(Relay& relay) {
    relay.onward.reset(); // what indices say is asked of the relay
}

// A session and its unit.

void KmeNode::Impl::abandon_at_peer(Hop const& hop, std::vector<UnitId> units) {
    AbandonMessage const message{hop.session, std::move(units)};
    count("abandon.sent");
    if (abandons.size() < config.queue_limit) {
        abandons.insert_or_assign(hop, PendingAbandon{message});
        abandon_repeats.add(hop);
    }
    send(hop.link, message);
}

void KmeNode::Impl::repeat_abandon(Hop const& hop) {
    PendingAbandon& pending = abandons.at(hop);
    if (pending.attempts == kVoidAttempts) {
        count("abandon.given_up");
        abandons.erase(hop);
        return;
    }
    ++pending.attempts;
    abandon_repeats.add(hop);
    send(hop.link, pending.message);
}

void KmeNode::Impl::on(LinkId link, AbandonedMessage const& message) { abandons.erase({link, message.session}); }

void KmeNode::Impl::on(LinkId link, AbandonMessage const& message) {
    if (uses_qkd(link))
        for (UnitId const unit : message.units)
            pool(link).annul_for_peer(unit);
    if (auto const found = relay_from({link, message.session}))
        if (found->stage == Relay::Stage::awaiting_message) forget(found.serial);
    send(link, AbandonedMessage{message.session});
}

// Keys.

void KmeNode::Impl::void_at_peer(LinkId link, KeyIds ids, AppId from, AppId to, std::optional<LinkId> back) {
    if (!config.emits_void || ids.empty()) return;
    count("void.sent");
    KeyOnLink const key{link, ids.front(), to};
    VoidMessage const message{ids.front().bytes, std::move(ids), from, to};
    if (voids.size() < config.queue_limit) {
        voids.insert_or_assign(key, PendingVoid{message, back});
        void_repeats.add(key);
    }
    send(link, message);
}

void KmeNode::Impl::repeat_void(KeyOnLink const& key) {
    PendingVoid& pending = voids.at(key);
    if (pending.attempts == kVoidAttempts) {
        count("void.given_up");
        return voided(key, AckStatus::failed_to_void);
    }
    ++pending.attempts;
    void_repeats.add(key);
    send(key.link, pending.message);
}

/// The next node has said what became of the keys, or never will.
void KmeNode::Impl::voided(KeyOnLink const& key, AckStatus status) {
    auto const pending = voids.extract(key);
    if (status == AckStatus::failed_to_void) count("void.failed");
    auto const& [message, back, attempts] = pending.mapped();
    if (back) send(*back, AckMessage{message.session, {message.ids, message.from, message.to, status}});
}

void KmeNode::Impl::on(LinkId link, VoidMessage const& message) {
    count("void.received");
    if (message.ids.empty()) return void_all(link, message);
    respond(link, message.session, Endpoint::void_keys, etsi020::kAccepted);
    std::vector<std::uint64_t> passed_on;
    std::map<AckStatus, KeyIds> outcomes;
    for (KeyId const& id : message.ids)
        if (auto const status = void_here({link, id, message.to}, message.from, passed_on))
            outcomes[*status].push_back(id);
    for (auto& [status, ids] : outcomes)
        send(link, AckMessage{message.session, {std::move(ids), message.from, message.to, status}});
}

std::optional<AckStatus> KmeNode::Impl::void_here(KeyOnLink const& key, AppId from,
                                                  std::vector<std::uint64_t>& passed_on) {
    if (auto const found = opened_from(key)) {
        std::uint64_t const serial = found.serial;
        if (std::find(passed_on.begin(), passed_on.end(), serial) != passed_on.end()) return std::nullopt;
        Relay& relay = *found.relay;
        if (relay.stage != Relay::Stage::done) { // keys that travel together are voided together
            bool const sent = relay.onward && relay.stage != Relay::Stage::awaiting_public_key;
            bool const asked = sent && config.emits_void;
            if (relay.onward) abandon_onward(relay, false, key.link);
            for (std::size_t i = 0; i < relay.ids.size(); ++i)
                if (relay.stored.test(i)) delivered.remove({relay.ids[i], key.to});
            relay.stored.reset();
            retire(serial, KeyStatus::timeout);
            if (!asked) return AckStatus::voided;
            passed_on.push_back(serial);
            return std::nullopt;
        }
        if (relay.status != KeyStatus::ok) return AckStatus::voided;
        if (!relay.onward) return void_stored(relay, key.id);
        if (!config.emits_void) return AckStatus::failed_to_void;
        void_at_peer(relay.onward->link, {key.id}, from, key.to, key.link);
        return std::nullopt;
    }
    if (auto const found = sealed_to(key)) { // the next node could not make them known
        Relay& relay = *found.relay;
        if (relay.stage == Relay::Stage::done)
            return relay.status == KeyStatus::ok ? AckStatus::failed_to_void : AckStatus::voided;
        if (relay.stage == Relay::Stage::awaiting_response) opened(relay);
        leave_onward(relay);
        conclude(found.serial, KeyStatus::hop_failed);
        return AckStatus::voided;
    }
    // The store outlives sessions and restarts.
    bool const here = topology->applications[key.to.index()] == self && delivered.remove({key.id, key.to});
    return here ? AckStatus::voided : AckStatus::key_not_present;
}

/// Of a relay that ended here.
AckStatus KmeNode::Impl::void_stored(Relay& relay, KeyId const& id) {
    auto const at = static_cast<std::size_t>(std::find(relay.ids.begin(), relay.ids.end(), id) - relay.ids.begin());
    if (at == relay.ids.size() || !relay.stored.test(at)) return AckStatus::voided; // by an earlier request
    if (!delivered.remove({id, relay.key_to})) {
        count("void.too_late");
        return AckStatus::failed_to_void;
    }
    relay.stored.reset(at);
    return AckStatus::voided;
}

/// What was acknowledged as relayed, and nobody heard it.
void KmeNode::Impl::void_relayed(Relay& relay) {
    if (relay.status != KeyStatus::ok || !config.emits_void) return;
    relay.status = KeyStatus::timeout;
    for (std::size_t i = 0; i < relay.ids.size(); ++i)
        if (relay.stored.test(i) && !delivered.remove({relay.ids[i], relay.key_to})) count("void.too_late");
    relay.stored.reset();
    if (relay.onward) void_at_peer(relay.onward->link, relay.ids, relay.key_from, relay.key_to, std::nullopt);
}

/// Everything from one application to another that came over this link and is still here to be voided.
void KmeNode::Impl::void_all(LinkId link, VoidMessage const& message) {
    std::vector<std::uint64_t> under_way;
    relays.each([&](std::uint64_t serial, Relay const& relay) {
        bool const meant = relay.from && relay.from->link == link && !relay.ids.empty() &&
                           relay.key_from == message.from && relay.key_to == message.to;
        if (meant && relay.stage != Relay::Stage::done) under_way.push_back(serial);
    });
    std::vector<KeyId> ids = delivered.between(message.from, message.to);
    if (under_way.empty() && ids.empty())
        return refuse(link, message.session, Endpoint::void_keys, Problem::key_not_present);
    respond(link, message.session, Endpoint::void_keys, etsi020::kAccepted);
    for (auto const serial : under_way) {
        Relay& relay = relays.at(serial);
        ids.insert(ids.end(), relay.ids.begin(), relay.ids.end());
        if (relay.onward) abandon_onward(relay, false);
        retire(serial, KeyStatus::timeout);
    }
    for (KeyId const& id : ids)
        delivered.remove({id, message.to});
    for (std::size_t at = 0; at < ids.size(); at += etsi020::Limits::kKeys) {
        std::size_t const end = std::min(ids.size(), at + etsi020::Limits::kKeys);
        send(link, AckMessage{
                       message.session,
                       {{ids.begin() + static_cast<std::ptrdiff_t>(at), ids.begin() + static_cast<std::ptrdiff_t>(end)},
                        message.from,
                        message.to,
                        AckStatus::voided}});
    }
}

void KmeNode::Impl::drop_volatile() {
    relays.clear();
    inbound.clear();
    keys_in.clear();
    keys_out.clear();
    abandons.clear();
    voids.clear();
    hash_keys.clear();
    vendors.each([](LinkId, auto& box) { box->on_restart(); });
    connections.clear();
    held_back.clear();
    last_keys.clear();
    open_relays = done_relays = 0;
    watch.clear();
    repeats.clear();
    slow_stores.clear();
    abandon_repeats.clear();
    void_repeats.clear();
}

void KmeNode::Impl::on_restart() {
    drop_volatile();
    down = false;
    router.restart();
    own_expiry.rearm();
    peer_expiry.rearm();
    delivery_expiry.rearm();
    door.on_restart();
    // The store has noted which units were out; the sessions they served are forgotten, so each is given up under a
    // session of its own.
    pools.each([this](LinkId link, KeyPool& units) {
        for (UnitId const& unit : units.annul_open()) {
            if (!config.emits_void) continue;
            Hop hop{link, {}};
            ports.entropy.fill(hop.session);
            abandon_at_peer(hop, {unit});
        }
    });
    ready.on_restart(); // last: it asks for keys at once
}

} // namespace qkdes
