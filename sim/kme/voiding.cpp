// When an answer does not come: settle the own unit, tell the next node, and hold on to nothing.
#include "sim/base/contracts.hpp"
#include "sim/kme/node_impl.hpp"

namespace qkdes {

namespace {
constexpr int kVoidAttempts = 3; ///< sent this often, one relay timeout apart; after that the peer's copy must expire
}

void KmeNode::Impl::on_deadline(std::uint64_t serial) {
    Relay& relay = relays.at(serial);
    if (relay.stage == Relay::Stage::awaiting_message) {
        count("relay.abandoned"); // the previous node never came back: nothing is known, nothing is at stake
        return forget(serial);
    }
    count("relay.timeout");
    abandon_onward(relay, config.release == Release::early);
    conclude(serial, KeyStatus::timeout);
}

/// Before the message is sealed nobody else knows of the unit: it returns to the pool. Afterwards its copy may or may
/// not have been used, and it never serves again.
void KmeNode::Impl::abandon_onward(Relay& relay, bool keep_keys) {
    QKDES_EXPECTS(relay.onward.has_value());
    LinkId const link = relay.onward->link;
    if (relay.stage == Relay::Stage::awaiting_public_key) {
        if (relay.unit) pool(link).release(*relay.unit);
    } else {
        if (relay.unit) pool(link).annul(*relay.unit);
        void_at_peer(*relay.onward, relay.unit, keep_keys);
    }
    relay.unit.reset();
    outbound.erase(*relay.onward);
    relay.onward.reset();
}

void KmeNode::Impl::void_at_peer(Hop const& hop, std::optional<UnitId> unit, bool keep_keys) {
    VoidMessage const message{hop.session, unit, keep_keys};
    count("void.sent");
    if (voids.size() < config.queue_limit) {
        voids.insert_or_assign(hop, PendingVoid{message});
        void_repeats.add(hop);
    }
    send(hop.link, message);
}

void KmeNode::Impl::repeat_void(Hop const& hop) {
    PendingVoid& pending = voids.at(hop);
    if (pending.attempts == kVoidAttempts) {
        count("void.given_up");
        voids.erase(hop);
        return;
    }
    ++pending.attempts;
    void_repeats.add(hop);
    send(hop.link, pending.message);
}

void KmeNode::Impl::on(LinkId link, VoidDoneMessage const& message) { voids.erase({link, message.session}); }

void KmeNode::Impl::on(LinkId link, VoidMessage const& message) {
    count("void.received");
    if (message.unit && uses_qkd(link)) pool(link).annul_for_peer(*message.unit);
    if (auto const found = inbound.find({link, message.session}); found != inbound.end()) {
        std::uint64_t const serial = found->second;
        Relay& relay = relays.at(serial);
        if (relay.stage == Relay::Stage::awaiting_message) {
            forget(serial);
        } else if (relay.stage != Relay::Stage::done) {
            if (!message.keep_keys) {
                abandon_onward(relay, false);
                retire(serial, KeyStatus::timeout);
            }
        } else if (relay.status == KeyStatus::ok && !message.keep_keys) {
            // The acknowledgement was lost: nobody at the source will have these keys, so nobody gets them here.
            relay.status = KeyStatus::timeout;
            for (KeyId const& id : relay.stored)
                if (!delivered.remove({id, relay.payload.to})) count("void.too_late");
            relay.stored.clear();
            if (relay.onward) void_at_peer(*relay.onward, std::nullopt, false);
        }
    }
    send(link, VoidDoneMessage{message.session});
}

void KmeNode::Impl::on_restart() {
    relays.clear();
    inbound.clear();
    outbound.clear();
    voids.clear();
    open_relays = 0;
    deadlines.clear();
    retired.clear();
    void_repeats.clear();
    router.restart();
    own_expiry.rearm();
    peer_expiry.rearm();
    delivery_expiry.rearm();
    door.on_restart();
    // The store has noted which units were out; the sessions they served are forgotten, so each void opens its own.
    for (auto& [link, units] : pools)
        for (UnitId const& unit : units.annul_open()) {
            Hop hop{link, {}};
            ports.entropy.fill(hop.session);
            void_at_peer(hop, unit, true);
        }
    ready.on_restart(); // last: it asks for keys at once
}

} // namespace qkdes
