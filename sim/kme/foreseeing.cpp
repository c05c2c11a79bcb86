// What a message will look up, asked for before its turn: in a network of a thousand nodes next to nothing of it is in
// the cache when the message comes. Each step reads what the one before asked for.
#include "sim/base/cache_hint.hpp"
#include "sim/kme/message_box.hpp"
#include "sim/kme/node_impl.hpp"

#include <typeinfo>

namespace qkdes {

void KmeNode::foresee() const {
    constexpr std::size_t kLine = 64, kAsked = 13; // of cache; what stands first in Impl, to the router's policy
    auto const* const first = reinterpret_cast<std::byte const*>(impl_.get());
    for (std::size_t i = 0; i < kAsked; ++i)
        cache_hint(first + i * kLine);
}

bool KmeNode::foresee(LinkId link, MessageValue const& value) const {
    if (typeid(value) != typeid(MessageBox)) return false;
    impl_->foresee_answer(link);
    return std::visit([&](auto const& m) { return impl_->foresee(link, m); },
                      static_cast<MessageBox const&>(value).message());
}

void KmeNode::foresee_more(LinkId link, MessageValue const& value) const {
    Message const& message = static_cast<MessageBox const&>(value).message();
    if (auto const* const keys = std::get_if<ExtKeysMessage>(&message)) return impl_->foresee_more(link, *keys);
    if (auto const* const ack = std::get_if<AckMessage>(&message)) return impl_->foresee_more(*ack);
}

/// Nearly every message is answered, or answers one, over the same link.
void KmeNode::Impl::foresee_answer(LinkId link) const {
    cache_hint(&topology->links[link.index()]);
    ports.transport.foresee(link);
}

/// A hop's first message: some more will follow, and soon its keys.
bool KmeNode::Impl::foresee(LinkId link, KemRequestMessage const& message) const {
    inbound.prefetch(HopHash{}(Hop{link, message.session}));
    relays.prefetch_ends();
    repeats.prefetch();
    router.foresee();
    connections.prefetch(link);
    pools.prefetch(link);
    return false;
}

bool KmeNode::Impl::foresee(LinkId link, KemPublicKeyMessage const& message) const {
    relays.prefetch(relays.whole(serial_in(message.session)));
    connections.prefetch(link);
    return false;
}

bool KmeNode::Impl::foresee(LinkId link, ExtKeysMessage const& message) const {
    if (!message.modelled || message.modelled->keys.empty()) return false;
    Payload const& payload = *message.modelled;
    if (payload.to.index() >= topology->applications.size()) return false;
    keys_in.prefetch(HopHash{}(KeyOnLink{link, payload.keys.front().id, payload.to}));
    if (NodeId const to = topology->applications[payload.to.index()]; to != self) router.foresee(to);
    if (KeyPool const* const pool = pools.find(link)) pool->foresee();
    if (needs_kem(protection(link))) return true;
    inbound.prefetch(HopHash{}(Hop{link, message.session}));
    relays.prefetch_ends();
    connections.prefetch(link);
    return true;
}

void KmeNode::Impl::foresee_more(LinkId link, ExtKeysMessage const& message) {
    if (KeyPool const* const pool = pools.find(link); pool != nullptr && !message.units.empty())
        pool->foresee(message.units.front().block);
    if (!message.units.empty()) ports.telemetry.foresee(link, message.units.front());
    auto const next = onward(*message.modelled);
    if (!next) return;
    pools.prefetch(*next);
    connections.prefetch(*next);
    foresee_answer(*next);
}

bool KmeNode::Impl::foresee(LinkId link, ResponseMessage const& message) const {
    if (message.endpoint == Endpoint::ack)
        inbound.prefetch(HopHash{}(Hop{link, message.session}));
    else
        relays.prefetch(relays.whole(serial_in(message.session)));
    return false;
}

bool KmeNode::Impl::foresee(LinkId link, AckMessage const& message) const {
    relays.prefetch(relays.whole(serial_in(message.session)));
    connections.prefetch(link);
    return true;
}

void KmeNode::Impl::foresee_more(AckMessage const& message) const {
    relays.prefetch_value(relays.whole(serial_in(message.session)));
}

/// Early in an acknowledgement's service: it goes on to where the relay came from.
void KmeNode::Impl::foresee_back(AckMessage const& message) const {
    Relay const* const relay = relays.find(relays.whole(serial_in(message.session)));
    if (relay == nullptr || !relay->way) return;
    auto const* const way = reinterpret_cast<std::byte const*>(relay->way.get());
    for (std::size_t at = 0; at < sizeof(UnderWay); at += 64)
        cache_hint(way + at);
    if (!relay->from) return;
    connections.prefetch(relay->from->link);
    foresee_answer(relay->from->link);
}

/// Where a message's keys will go on to, when asking tells that and costs nothing.
std::optional<LinkId> KmeNode::Impl::onward(Payload const& payload) {
    if (router.dynamic() || router.whole_path() || payload.to.index() >= topology->applications.size())
        return std::nullopt;
    NodeId const to = topology->applications[payload.to.index()];
    if (to == self) return std::nullopt; // which may never ask for a route
    auto const next = router.next(to);
    return next ? std::optional{next->link} : std::nullopt;
}

/// Early in their service, while there is other work: what the next hop takes its key from.
void KmeNode::Impl::foresee_onward(Payload const& payload) {
    auto const next = onward(payload);
    if (!next) return;
    if (KeyPool const* const pool = pools.find(*next)) pool->foresee_reserve();
}

} // namespace qkdes
