// What a tap on classical channels makes of the messages that pass it: the conversation of each hop, put together from
// its parts in whatever order they come.
#pragma once
#include "sim/kme/messages.hpp"
#include "sim/kme/session.hpp"

#include <deque>
#include <map>

namespace qkdes {

/// One hop's conversation, as far as it was heard.
struct HopTranscript {
    LinkId link;
    SessionId session{};
    NodeId initiator, responder;
    std::vector<std::uint8_t> public_key, ciphertext; ///< of the KEM
    std::optional<ExtKeysMessage> keys;
};

class Wiretap {
  public:
    /// Conversations in progress; beyond this many the oldest is given up.
    static constexpr std::size_t kLimit = 1u << 14;

    /// The conversation that the message belongs to, when it says something new; nothing for the others. Valid until
    /// the next call.
    HopTranscript const* hear(LinkId link, NodeId from, NodeId to, Message const& message);
    /// There is nothing left to learn from it.
    void close(HopTranscript const& transcript);
    std::uint64_t given_up() const { return given_up_; }

  private:
    using Name = std::pair<LinkId, SessionId>;
    HopTranscript& of(LinkId link, SessionId const& session);

    std::map<Name, HopTranscript> open_;
    std::deque<Name> order_; ///< of opening; some are closed
    std::uint64_t given_up_ = 0;
};

} // namespace qkdes
