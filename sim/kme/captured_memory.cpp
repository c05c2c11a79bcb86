// What lies in a node's memory: keys of relays in progress, keys kept ready, keys that wait for their applications, and
// the units of its links. Wiped is wiped: a key passed on and acknowledged, a unit used, are not here any more.
#include "sim/kme/node_impl.hpp"

namespace qkdes {

void KmeNode::keys_in_memory(SeeKey const& see) const {
    impl_->relays.each([&](std::uint64_t, Relay const& relay) {
        if (!relay.way) return;
        for (DeliveredKey const& held : relay.way->payload.keys)
            see(held.id, held.key);
    });
    impl_->ready.visit(see);
    impl_->delivered.visit(see);
}

std::optional<SecretBytes> KmeNode::key_in_memory(KeyId key) const {
    if (auto const* waiting = impl_->delivered.find(key)) return *waiting;
    std::optional<SecretBytes> out;
    auto const take = [&](KeyId id, SecretBytes const& bits) {
        if (id == key) out = bits;
    };
    impl_->relays.newest([&](Relay const& relay) {
        if (!relay.way) return false;
        for (DeliveredKey const& held : relay.way->payload.keys)
            take(held.id, held.key);
        return out.has_value();
    });
    if (!out) impl_->ready.visit(take);
    return out;
}

std::optional<SecretBytes> KmeNode::unit_in_memory(LinkId link, UnitId unit) const {
    if (auto const pool = impl_->pools.find(link); pool != nullptr)
        if (auto bits = pool->peek(unit)) return bits;
    std::optional<SecretBytes> out; // a vendor's units are here once it has handed them out
    impl_->relays.newest([&](Relay const& relay) {
        if (!relay.way || !relay.onward || relay.onward->link != link) return false;
        for (KeyUnit const& held : relay.way->link_key)
            if (held.id == unit) out = held.bits;
        return out.has_value();
    });
    return out;
}

} // namespace qkdes
