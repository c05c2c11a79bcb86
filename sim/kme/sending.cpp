// What leaves the node, as bytes or as a value, and what the fault points do to it.
#include "sim/base/contracts.hpp"
#include "sim/kme/message_box.hpp"
#include "sim/kme/node_impl.hpp"

#include <typeinfo>

namespace qkdes {

namespace {

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
        out.value = std::allocate_shared<MessageBox>(RecyclingAllocator<MessageBox>{}, std::move(message));
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
    if (typeid(value) != typeid(MessageBox)) return count("message.malformed");
    take(link, static_cast<MessageBox const&>(value).message());
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
