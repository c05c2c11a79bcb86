// The way back: that keys were stored, or why not, from node to node, each sure that the one before has heard it.
#include "sim/base/contracts.hpp"
#include "sim/kme/node_impl.hpp"

#include <algorithm>

namespace qkdes {

using etsi020::AckStatus;
using etsi020::Problem;

void KmeNode::Impl::acknowledge(std::uint64_t serial, KeyStatus status) {
    Relay& relay = relays.at(serial);
    QKDES_EXPECTS(relay.from.has_value());
    relay.status = status;
    relay.exposure = relay.way->payload.exposure;
    relay.acknowledges = true;
    if (!strikes(FaultPoint::drop_ack)) send_acknowledgement(relay);
    if (config.retries > 0) repeats.add({serial, true});
    retire(serial, status);
}

void KmeNode::Impl::send_acknowledgement(Relay& relay) {
    bool const ok = relay.status == KeyStatus::ok;
    AckMessage message{
        relay.from->session,
        {relay.ids, relay.key_from, relay.key_to, ok ? AckStatus::relayed : AckStatus::failed, relay.status}};
    if (ok) message.first.exposure = relay.exposure;
    if (ok && relay.seldom && relay.seldom->ack_in)
        message.first.tag = one_time_tag(TaggedMessage::acknowledgement, relay.seldom->ack_in->hash_unit,
                                         relay.seldom->ack_in->tag_unit, tagged_text(message.session, message.first));
    send(relay.from->link, std::move(message));
}

void KmeNode::Impl::repeat_acknowledgement(std::uint64_t serial) {
    Relay& relay = relays.at(serial);
    if (relay.ack_attempts < config.retries) {
        ++relay.ack_attempts;
        count("ack.retry");
        repeats.add({serial, true});
        return send_acknowledgement(relay);
    }
    count("ack.given_up");
    void_relayed(relay);
}

void KmeNode::Impl::on_acknowledged(LinkId link, ResponseMessage const& message) {
    auto const found = relay_from({link, message.session});
    if (!found) return count("message.late");
    Relay& relay = *found.relay;
    if (!relay.acknowledges || relay.acknowledged) return count("message.duplicate");
    bool const refused = message.code == etsi020::kBadRequest || message.code == etsi020::kUnauthorized;
    if (message.code != etsi020::kOk && !refused) return; // it is repeated
    relay.acknowledged = true;
    relays.set_mark(found.serial, 0);
    if (!refused) return;
    count("ack.refused");
    void_relayed(relay); // whoever asked for these keys no longer knows of them
}

void KmeNode::Impl::on(LinkId link, AckMessage const& message) {
    foresee_back(message);
    bool forged = tag_missing(link, message.session, message.first);
    for (auto const& container : message.others)
        forged |= tag_missing(link, message.session, container);
    if (forged) return count("ack.refused.tag"); // no answer: a refusal would make its sender void the keys
    bool known = take(link, message.session, message.first);
    for (auto const& container : message.others)
        known |= take(link, message.session, container);
    // Where memory has had to be cut short, a key that is unknown may well have been released: nobody is to void it.
    if (known || ports.clock.now() < incomplete_until)
        respond(link, message.session, Endpoint::ack, etsi020::kOk);
    else
        refuse(link, message.session, Endpoint::ack, Problem::key_not_present);
}

/// True when any of the keys is known.
bool KmeNode::Impl::take(LinkId link, SessionId const& session, AckMessage::Container const& container) {
    bool const of_void = container.status != AckStatus::relayed && container.status != AckStatus::failed;
    bool known = false;
    for (KeyId const& id : container.ids) {
        KeyOnLink const key{link, id, container.to};
        if (of_void && voids.contains(key)) {
            voided(key, container.status);
            known = true;
            continue;
        }
        auto const found = sealed_to(key, session);
        if (!found) continue;
        known = true;
        Relay& relay = *found.relay;
        if (of_void || relay.stage == Relay::Stage::done) {
            count("message.duplicate");
            continue;
        }
        if (relay.stage == Relay::Stage::awaiting_response) opened(relay);          // its 202 was lost or is late
        if (container.status == AckStatus::relayed && container.ids != relay.ids) { // in parts
            relay.way->relayed.resize(relay.ids.size());
            for (std::size_t i = 0; i < relay.ids.size(); ++i)
                if (relay.ids[i] == id) relay.way->relayed[i] = true;
            if (std::find(relay.way->relayed.begin(), relay.way->relayed.end(), false) != relay.way->relayed.end())
                continue;
        }
        settle(found.serial, container);
    }
    return known;
}

/// Over a hop with one-time pads, `relayed` counts under its tag only: it releases keys.
bool KmeNode::Impl::tag_missing(LinkId link, SessionId const& session, AckMessage::Container const& container) {
    if (container.status != AckStatus::relayed || protection(link) != HopProtection::otp) return false;
    AckMessage::Container plain = container;
    plain.tag.reset();
    for (KeyId const& id : container.ids) {
        auto const found = sealed_to({link, id, container.to}, session);
        if (!found) continue;
        Relay const& relay = *found.relay;
        if (!relay.way) continue; // done: nothing is left to be released
        auto const& secrets = relay.way->ack_out;
        if (!secrets) continue;
        if (!container.tag) return true;
        auto const expected = one_time_tag(TaggedMessage::acknowledgement, secrets->hash_unit, secrets->tag_unit,
                                           tagged_text(session, plain));
        if (!tag_fits(*container.tag, expected)) return true;
    }
    return false;
}

void KmeNode::Impl::settle(std::uint64_t serial, AckMessage::Container const& container) {
    Relay& relay = relays.at(serial);
    bool const stored = container.status == AckStatus::relayed;
    if (stored) relay.way->payload.exposure |= container.exposure.value_or(kExposedByAnything);
    KeyStatus const why = container.reason == KeyStatus::ok ? KeyStatus::hop_failed : container.reason;
    conclude(serial, stored ? KeyStatus::ok : why);
}

} // namespace qkdes
