#include "sim/world/adversary/wiretap.hpp"

namespace qkdes {

HopTranscript& Wiretap::of(LinkId link, SessionId const& session) {
    Name const name{link, session};
    auto const [entry, fresh] = open_.try_emplace(name);
    if (fresh) {
        entry->second.link = link;
        entry->second.session = session;
        order_.push_back(name);
        while (order_.size() > kLimit) {
            if (order_.front() != name) given_up_ += open_.erase(order_.front()); // it may have been open before
            order_.pop_front();
        }
    }
    return entry->second;
}

HopTranscript const* Wiretap::hear(LinkId link, NodeId from, NodeId to, Message const& message) {
    if (auto const* m = std::get_if<KemPublicKeyMessage>(&message)) {
        HopTranscript& out = of(link, m->session);
        if (!out.public_key.empty()) return nullptr;
        out.public_key = m->public_key;
        out.initiator = to;
        out.responder = from;
        return &out;
    }
    if (auto const* m = std::get_if<KemCiphertextMessage>(&message)) {
        HopTranscript& out = of(link, m->session);
        if (!out.ciphertext.empty()) return nullptr;
        out.ciphertext = m->ciphertext;
        out.initiator = from;
        out.responder = to;
        return &out;
    }
    if (auto const* m = std::get_if<ExtKeysMessage>(&message)) {
        HopTranscript& out = of(link, m->session);
        if (out.keys) return nullptr;
        out.keys = *m;
        out.initiator = from;
        out.responder = to;
        return &out;
    }
    return nullptr;
}

void Wiretap::close(HopTranscript const& transcript) { open_.erase({transcript.link, transcript.session}); }

} // namespace qkdes
