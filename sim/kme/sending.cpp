// What leaves the node, as bytes or as a value, and what the fault points do to it.
#include "sim/base/contracts.hpp"
#include "sim/kme/node_impl.hpp"

#include <typeinfo>

namespace qkdes {

namespace {

class Box final : public MessageValue {
  public:
    explicit Box(Message&& message) : message_{std::move(message)} {}
    Message const& message() const { return message_; }

  private:
    Message message_;
};

bool is_request(Message const& message) {
    return std::holds_alternative<ExtKeysMessage>(message) || std::holds_alternative<AckMessage>(message) ||
           std::holds_alternative<VoidMessage>(message) || std::holds_alternative<VersionsMessage>(message);
}

/// Bytes of KEM messages that a brief KEM leaves out.
std::size_t left_out(Message const& message, KemSizes const& sizes) {
    if (auto const* key = std::get_if<KemPublicKeyMessage>(&message)) return sizes.public_key - key->public_key.size();
    if (auto const* secret = std::get_if<KemCiphertextMessage>(&message))
        return sizes.ciphertext - secret->ciphertext.size();
    return 0;
}

} // namespace

Packed KmeNode::Impl::pack(Message&& message) const {
    Packed out;
    out.request = is_request(message);
    out.keys = std::holds_alternative<ExtKeysMessage>(message);
    if (by_value) {
        out.size = encoded_size(message, format) + left_out(message, ports.kem.sizes());
        out.value = std::allocate_shared<Box>(RecyclingAllocator<Box>{}, std::move(message));
    } else {
        out.bytes = encode(message, format);
    }
    return out;
}

void KmeNode::Impl::hand_over(LinkId link, Packed const& packed) {
    if (by_value)
        ports.transport.send_value(link, peer(link), packed.value, packed.size);
    else
        ports.transport.send(link, peer(link), packed.bytes);
}

void KmeNode::Impl::post(LinkId link, Packed const& packed) {
    if (packed.request) {
        use_connection(connections[link].called);
        work(Work::json);
    }
    if (ports.faults == nullptr) return hand_over(link, packed);

    if (packed.keys) {
        if (auto const last = last_keys.find(link); last != last_keys.end() && strikes(FaultPoint::replay))
            hand_over(link, last->second);
        last_keys.insert_or_assign(link, packed);
    }
    auto const before = held_back.extract(link);
    if (before.empty() && strikes(FaultPoint::reorder)) {
        held_back.emplace(link, packed);
        return;
    }
    hand_over(link, packed);
    if (strikes(FaultPoint::duplicate)) hand_over(link, packed);
    if (!before.empty()) hand_over(link, before.mapped());
}

void KmeNode::Impl::use_connection(Connection& connection) {
    SimTime const now = ports.clock.now();
    if (!connection.open)
        work(Work::tls_handshake);
    else if (now - connection.used > connection_idle)
        work(Work::tls_resumption);
    connection = {now, true};
}

void KmeNode::Impl::refuse(LinkId link, SessionId const& session, Endpoint endpoint, etsi020::Problem problem,
                           std::string explanation) {
    auto const details = std::make_shared<etsi020::ProblemDetails>(describe(problem, std::move(explanation)));
    send(link, ResponseMessage{session, endpoint, etsi020::code_of(problem), details});
}

void KmeNode::Impl::on_value(LinkId link, NodeId from, MessageValue const& value) {
    if (!from_neighbour(link, from)) return;
    if (typeid(value) != typeid(Box)) return count("message.malformed");
    take(link, static_cast<Box const&>(value).message());
}

void KmeNode::foresee() const {
    constexpr std::size_t kLine = 64, kAsked = 13; // of cache; what stands first in Impl, to the router's policy
    auto const* const first = reinterpret_cast<std::byte const*>(impl_.get());
    for (std::size_t i = 0; i < kAsked; ++i)
        __builtin_prefetch(first + i * kLine);
}

void KmeNode::foresee(LinkId link, MessageValue const& value) const {
    if (typeid(value) != typeid(Box)) return;
    Impl const& node = *impl_;
    Message const& message = static_cast<Box const&>(value).message();
    if (auto const* request = std::get_if<KemRequestMessage>(&message)) {
        node.inbound.prefetch(HopHash{}(Hop{link, request->session}));
        node.router.foresee();
    } else if (auto const* key = std::get_if<KemPublicKeyMessage>(&message)) {
        node.relays.prefetch(node.relays.whole(serial_in(key->session)));
    } else if (auto const* keys = std::get_if<ExtKeysMessage>(&message)) {
        node.connections.prefetch(link);
        node.pools.prefetch(link);
        if (!keys->modelled || keys->modelled->keys.empty()) return;
        Payload const& payload = *keys->modelled;
        node.keys_in.prefetch(HopHash{}(KeyOnLink{link, payload.keys.front().id, payload.to}));
        if (payload.to.index() < node.topology->applications.size())
            node.router.foresee(node.topology->applications[payload.to.index()]);
    } else if (std::holds_alternative<AckMessage>(message)) {
        node.connections.prefetch(link);
    }
}

/// Early in a message's service, while there is other work: the store that the next hop takes its key from.
void KmeNode::Impl::foresee_onward(Payload const& payload) {
    if (router.dynamic() || router.whole_path() || payload.to.index() >= topology->applications.size()) return;
    NodeId const to = topology->applications[payload.to.index()];
    if (to == self) return; // which may never ask for a route
    if (auto const next = router.next(to)) pools.prefetch(next->link);
}

void KmeNode::Impl::take(LinkId link, Message const& message) {
    if (hears_news) router.alive(link);
    if (is_request(message)) {
        use_connection(connections[link].served);
        work(Work::json);
    }
    std::visit([&](auto const& m) { on(link, m); }, message);
}

} // namespace qkdes
