// The QKD key of a hop: where the initiator and the responder get their units, from a pool at once or from a vendor's
// key server in its time, and the one-time pads that are made of them.
#include "sim/base/contracts.hpp"
#include "sim/kme/modelled_seal.hpp"
#include "sim/kme/node_impl.hpp"

namespace qkdes {

using etsi020::Problem;

namespace {

KeyStatus status_of(KeySourceError error) {
    switch (error) {
    case KeySourceError::buffer_empty:
        return KeyStatus::no_key;
    case KeySourceError::busy:
        return KeyStatus::busy;
    case KeySourceError::timeout:
    case KeySourceError::down:
        return KeyStatus::timeout;
    case KeySourceError::not_found:
        break;
    }
    return KeyStatus::hop_failed;
}

std::vector<UnitId> ids_of(std::vector<KeyUnit> const& units) {
    std::vector<UnitId> ids;
    for (auto const& unit : units)
        ids.push_back(unit.id);
    return ids;
}

/// Their bits, one after the other.
SecretBytes joined(std::span<KeyUnit const> units) {
    SecretBytes out{units.size() * kUnitBytes};
    for (std::size_t i = 0; i < units.size(); ++i)
        std::copy_n(units[i].bits.data(), kUnitBytes, out.data() + i * kUnitBytes);
    return out;
}

/// Once masks, twice unmasks: the keys in their order, each where the one before ended.
void apply_pads(std::vector<DeliveredKey>& keys, SecretBytes const& pads) {
    std::size_t at = 0;
    for (auto& key : keys) {
        apply_pad(key.key.mutable_view(), pads.view().subspan(at));
        at += key.key.size();
    }
}

OtpCost cost_of(Payload const& payload) {
    return otp_cost(static_cast<std::uint32_t>(8 * payload.keys.front().key.size()),
                    static_cast<std::uint32_t>(payload.keys.size()));
}

std::uint64_t modelled_tag(SecretBytes const& pads, KeyUnit const& tag_unit, KeyUnit const& hash, HopEnds const& ends) {
    SecretBytes both = tag_unit.bits;
    for (std::size_t i = 0; i < kUnitBytes; ++i)
        both.data()[i] ^= hash.bits.data()[i];
    return modelled_seal(pads, both, ends);
}

} // namespace

VendorKms* KmeNode::Impl::vendor(LinkId link) {
    if (!by_vendor) return nullptr;
    auto const found = vendors.find(link);
    return found == nullptr ? nullptr : found->get();
}

void KmeNode::Impl::spend(LinkId link, std::vector<KeyUnit>& units, UnitFate fate) {
    for (auto const& unit : units) {
        if (auto* box = vendor(link))
            box->settle(link, unit.id, fate);
        else
            settle_in(pool(link), unit.id, fate);
    }
    units.clear();
}

/// Handed out fresh and not needed: a pool takes them back, with a vendor both ends give them up.
void KmeNode::Impl::discard(LinkId link, std::vector<KeyUnit>& units) {
    auto ids = ids_of(units);
    spend(link, units, UnitFate::stored);
    if (ids.empty() || vendor(link) == nullptr || !config.emits_void) return;
    Hop hop{link, {}};
    ports.entropy.fill(hop.session);
    abandon_at_peer(hop, std::move(ids));
}

// The initiator's.

KeyStatus KmeNode::Impl::take_units(std::uint64_t serial, LinkId link, Relay& relay, std::uint32_t key_bits,
                                    std::uint32_t number) {
    HopProtection const protect = protection(link);
    std::uint32_t wanted = hop_units(protect, key_bits, number);
    if (protect == HopProtection::otp && hash_keys[link].own() == nullptr) ++wanted;
    std::uint32_t const own = relay.way->own_units;
    if (own == 0 || relay.way->own_link == link) return draw_units(serial, link, wanted + own, relay);
    // A hop on a link without key, the application's keys from one with: a hop with key would be on the same link.
    QKDES_ENSURES(wanted == 0);
    return draw_units(serial, relay.way->own_link, own, relay);
}

KeyStatus KmeNode::Impl::draw_units(std::uint64_t serial, LinkId link, std::uint32_t wanted, Relay& relay) {
    if (wanted == 0) return KeyStatus::ok;
    if (auto* box = vendor(link)) {
        if (box->full()) {
            count("vendor.refused.busy");
            return KeyStatus::busy;
        }
        relay.way->fetching = true;
        box->get(link, wanted,
                 [this, serial, link](KeySourceResult result) { on_units(serial, link, std::move(result)); });
        return KeyStatus::ok;
    }
    auto drawn = draw_fresh(pool(link), wanted);
    if (!drawn) return KeyStatus::no_key;
    settle_units(link, std::move(*drawn), relay);
    return KeyStatus::ok;
}

/// Where the application's keys come from when they are a device's.
std::optional<LinkId> KmeNode::Impl::device_link(LinkId onward) const {
    if (uses_qkd(onward)) return onward;
    return pools.empty() ? std::nullopt : std::optional{pools.first()};
}

/// The last of them are the application's.
void KmeNode::Impl::settle_units(LinkId link, std::vector<KeyUnit> units, Relay& relay) {
    if (relay.way->own_units != 0 && link == relay.way->own_link) {
        auto const from = units.end() - static_cast<std::ptrdiff_t>(relay.way->own_units);
        relay.way->own_key.assign(std::make_move_iterator(from), std::make_move_iterator(units.end()));
        units.erase(from, units.end());
    }
    relay.way->link_key = std::move(units);
}

/// The link's other end has the same bits. Nobody will ask it for them, so it is told to give them up: else they would
/// fill its buffer until they expire.
void KmeNode::Impl::use_device_keys(Relay& relay) {
    if (relay.way->own_key.empty() || relay.way->payload.keys.empty()) return;
    SecretBytes const bits = joined(relay.way->own_key);
    std::size_t at = 0;
    for (auto& key : relay.way->payload.keys) {
        std::size_t const whole = (key.key.size() + kUnitBytes - 1) / kUnitBytes * kUnitBytes;
        std::copy_n(bits.data() + at, key.key.size(), key.key.data());
        at += whole;
        ports.telemetry.key_in_clear(peer(relay.way->own_link), key.id);
    }
    auto ids = ids_of(relay.way->own_key);
    spend(relay.way->own_link, relay.way->own_key, UnitFate::used);
    Hop told{relay.way->own_link, {}};
    ports.entropy.fill(told.session);
    abandon_at_peer(told, std::move(ids));
}

void KmeNode::Impl::on_units(std::uint64_t serial, LinkId link, KeySourceResult result) {
    Relay* const found = relays.find(serial);
    auto* units = std::get_if<std::vector<KeyUnit>>(&result);
    if (found == nullptr || !found->way || !found->way->fetching) {
        if (units == nullptr) return;
        count("vendor.too_late");
        return discard(link, *units);
    }
    Relay& relay = *found;
    relay.way->fetching = false;
    if (units == nullptr) return refuse_hop(serial, status_of(std::get<KeySourceError>(result)));
    settle_units(link, std::move(*units), relay);
    use_device_keys(relay);
    std::function<void()> tell;
    if (relay.way->early) {
        relay.way->early = false;
        tell = [reply = std::move(relay.way->reply), early = early_reply(relay)]() mutable { reply(std::move(early)); };
        relay.way->reply = nullptr;
    }
    proceed(serial);
    if (tell) tell(); // last: the application may ask again from inside
}

void KmeNode::Impl::refuse_hop(std::uint64_t serial, KeyStatus status) {
    abandon_onward(relays.at(serial), true);
    conclude(serial, status);
}

/// Keys under one-time pads, the whole under a tag. Nothing when the hash key is gone and no unit is left for another.
/// `units`: what the message takes, a fresh hash key included.
std::optional<ExtKeysMessage> KmeNode::Impl::mask(Hop const& hop, Relay& relay, std::uint32_t& units) {
    HashKeys& hashes = hash_keys[hop.link];
    auto& key = relay.way->link_key;
    OtpCost const cost = cost_of(relay.way->payload);
    if (hashes.own() == nullptr && key.size() == cost.units() && vendor(hop.link) == nullptr)
        if (auto more = draw_fresh(pool(hop.link), 1)) key.push_back(std::move(more->front()));
    std::vector<KeyUnit> extra;
    if (key.size() > cost.units()) {
        extra.push_back(std::move(key.back()));
        key.pop_back();
    }
    bool const fresh = hashes.own() == nullptr;
    if (fresh && extra.empty()) return std::nullopt;
    if (fresh) {
        hashes.take_own({extra.front().id, extra.front().bits});
        spend(hop.link, extra, UnitFate::used);
    } else {
        discard(hop.link, extra); // another request was quicker
    }
    QKDES_ENSURES(key.size() == cost.units());
    units = cost.units() + (fresh ? 1 : 0);

    KeyUnit const &hash = *hashes.own(), &tag_unit = key.back();
    SecretBytes const pads = joined(std::span{key}.first(cost.pad_units));
    ExtKeysMessage out{hop.session, ids_of(key), {}};
    out.otp = OtpEnvelope{hash.id};
    HopEnds const ends{hop.session, config.name, name_of(peer(hop.link))};
    work(Work::seal);
    if (by_value) {
        out.modelled = std::make_shared<Payload const>(relay.way->payload);
        out.modelled_seal = modelled_tag(pads, tag_unit, hash, ends);
    } else {
        Payload masked = relay.way->payload;
        apply_pads(masked.keys, pads);
        auto const text = encode(masked, format);
        out.otp->text.assign(text.data(), text.data() + text.size());
        out.otp->tag = one_time_tag(TaggedMessage::relay, hash.bits, tag_unit.bits,
                                    tagged_text(out, ends.initiator, ends.responder));
    }
    relay.way->ack_out = std::make_unique<TagSecrets>(TagSecrets{hash.bits, tag_unit.bits});
    return out;
}

// The responder's.

void KmeNode::Impl::fetch_units(std::uint64_t serial, LinkId link, ExtKeysMessage const& message) {
    HopProtection const protect = protection(link);
    bool const otp = protect == HopProtection::otp;
    // A hop with QKD key never falls back to one without: that would be a way to weaken it from outside.
    std::size_t const units = message.units.size();
    bool const legal = message.otp.has_value() == otp && (otp ? units >= 2 : units == (needs_qkd(protect) ? 1u : 0u));
    if (!legal) return reject_units(serial, link, message);
    if (units == 0) return open(serial, link, message, {});
    bool const new_hash = otp && !hash_keys[link].known_or_awaited(message.otp->hash_unit);
    std::vector<UnitId> with_hash;
    if (new_hash) {
        with_hash = message.units;
        with_hash.push_back(message.otp->hash_unit);
    }
    std::span<UnitId const> const wanted = new_hash ? with_hash : message.units;
    if (auto* box = vendor(link)) {
        if (box->full()) { // it may have room when the request comes again
            count("vendor.refused.busy");
            return refuse(link, message.session, Endpoint::ext_keys, Problem::busy);
        }
        relays.at(serial).way->opening = std::make_unique<ExtKeysMessage const>(message);
        // The vendor serves in order: a message behind this one, with the same new hash key, finds it learnt.
        std::optional<UnitId> const awaited = new_hash ? std::optional{message.otp->hash_unit} : std::nullopt;
        if (awaited) hash_keys[link].await(*awaited);
        return box->get_with_ids(link, wanted, [this, serial, link, awaited](KeySourceResult result) {
            if (awaited) hash_keys[link].awaited_came(*awaited);
            on_named_units(serial, link, std::move(result));
        });
    }
    auto drawn = draw_by_ids(pool(link), wanted);
    if (!drawn) return reject_units(serial, link, message);
    open(serial, link, message, std::move(*drawn));
}

void KmeNode::Impl::on_named_units(std::uint64_t serial, LinkId link, KeySourceResult result) {
    Relay* const found = relays.find(serial);
    auto* units = std::get_if<std::vector<KeyUnit>>(&result);
    bool const waits =
        found != nullptr && found->stage == Relay::Stage::awaiting_message && found->way->opening != nullptr;
    if (!waits) {
        count("vendor.too_late");
        if (units != nullptr) spend(link, *units, UnitFate::voided);
        return;
    }
    auto const message = std::move(found->way->opening);
    if (units != nullptr) return open(serial, link, *message, std::move(*units));
    reject_units(serial, link, *message);
}

/// The other end has spent them and will not use them again: those that are here must not linger.
void KmeNode::Impl::reject_units(std::uint64_t serial, LinkId link, ExtKeysMessage const& message) {
    count("relay.refused.unit");
    if (uses_qkd(link))
        for (UnitId const unit : message.units)
            pool(link).annul_for_peer(unit);
    reject(serial, Problem::invalid_parameter, "the unit is not here to be used");
}

/// Opens what mask() made. A hash key that is new is kept once the tag is right; then it is no longer among the units.
OpenedPayload KmeNode::Impl::unmask(LinkId link, Relay& relay, ExtKeysMessage const& message,
                                    std::vector<KeyUnit>& units) {
    OpenedPayload const refusal{std::nullopt, Problem::unauthorized};
    HashKeys& hashes = hash_keys[link];
    std::size_t const own = message.units.size();
    bool const fresh = units.size() > own;
    KeyUnit const* const known = hashes.of_peer(message.otp->hash_unit);
    if (!fresh && known == nullptr) return refusal; // the message that brought it was no good
    KeyUnit const& hash = fresh ? units.back() : *known;
    KeyUnit const& tag_unit = units[own - 1];
    SecretBytes const pads = joined(std::span{units}.first(own - 1));
    HopEnds const ends{message.session, name_of(peer(link)), config.name};
    work(Work::seal);
    OpenedPayload out = refusal;
    if (by_value) {
        if (!message.modelled || message.modelled_seal != modelled_tag(pads, tag_unit, hash, ends)) return refusal;
        out = {*message.modelled};
    } else {
        auto const expected = one_time_tag(TaggedMessage::relay, hash.bits, tag_unit.bits,
                                           tagged_text(message, ends.initiator, ends.responder));
        if (!tag_fits(message.otp->tag, expected)) return refusal;
        out = decode_payload(message.otp->text, format);
    }
    if (!out || cost_of(*out.value).units() != own) return out ? refusal : out;
    if (!by_value) apply_pads(out.value->keys, pads);
    relay.keep_seldom().ack_in = TagSecrets{hash.bits, tag_unit.bits};
    if (fresh) {
        hashes.learn({units.back().id, units.back().bits});
        std::vector<KeyUnit> kept;
        kept.push_back(std::move(units.back()));
        units.pop_back();
        spend(link, kept, UnitFate::used);
    }
    return out;
}

} // namespace qkdes
