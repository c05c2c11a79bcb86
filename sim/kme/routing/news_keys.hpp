// Proof of origin of advertisements: who says what of which link is signed by the node whose end it is, and every node
// checks it before it believes and passes it on.
//
// Signed: "qkdes advertisement 1", a zero byte and the message's encoding with no session, no hops left and no
// signature. Hops left change on the way, so anybody on it may stop an advertisement short, as he may drop it.
// Public keys are known beforehand, as those of certificates are; revoking them is left out.
// Checked: tests/sim/kme/routing_signed_test.cpp.
#pragma once
#include "sim/kme/messages.hpp"
#include "sim/kme/shares/signature.hpp"

#include <functional>
#include <memory>
#include <vector>

namespace qkdes {

struct NewsKeyring {
    SignatureScheme const& scheme; ///< outlives it
    /// By NodeId. Nodes of one process share a ring and use their own; elsewhere the others' are null.
    std::vector<std::unique_ptr<Signer const>> signers;
    std::vector<std::vector<std::uint8_t>> public_keys; ///< by NodeId
};

/// A pair of keys for each of `nodes` nodes, from its own randomness.
std::shared_ptr<NewsKeyring const> make_news_keyring(SignatureScheme& scheme, std::size_t nodes,
                                                     std::function<Entropy&(NodeId)> const& entropy_of);

/// `message.origin` signs; it has its signer in the ring.
void sign(LinkStateMessage& message, NewsKeyring const& ring, Entropy& entropy);
/// False for whatever its origin did not sign, an origin beyond the ring included.
bool genuine(LinkStateMessage const& message, NewsKeyring const& ring);

} // namespace qkdes
