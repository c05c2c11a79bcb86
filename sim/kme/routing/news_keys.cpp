#include "sim/kme/routing/news_keys.hpp"

#include "sim/base/contracts.hpp"

#include <string_view>

namespace qkdes {

namespace {

std::vector<std::uint8_t> signed_text(LinkStateMessage const& message) {
    constexpr std::string_view kLabel = "qkdes advertisement 1";
    LinkStateMessage bare = message;
    bare.session = {};
    bare.hops_left = 0;
    bare.signature.clear();
    auto const encoding = encode(bare);
    std::vector<std::uint8_t> text;
    text.reserve(kLabel.size() + 1 + encoding.size());
    for (char const c : kLabel)
        text.push_back(static_cast<std::uint8_t>(c));
    text.push_back(0);
    text.insert(text.end(), encoding.begin(), encoding.end());
    return text;
}

} // namespace

std::shared_ptr<NewsKeyring const> make_news_keyring(SignatureScheme& scheme, std::size_t nodes,
                                                     std::function<Entropy&(NodeId)> const& entropy_of) {
    auto ring = std::make_shared<NewsKeyring>(NewsKeyring{scheme, {}, {}});
    for (std::size_t n = 0; n < nodes; ++n) {
        auto& signer = ring->signers.emplace_back(scheme.generate(entropy_of(NodeId{n})));
        ring->public_keys.push_back(signer->public_key());
    }
    return ring;
}

void sign(LinkStateMessage& message, NewsKeyring const& ring, Entropy& entropy) {
    auto const& signer = ring.signers.at(message.origin.index());
    QKDES_EXPECTS(signer != nullptr);
    message.signature = signer->sign(signed_text(message), entropy);
}

bool genuine(LinkStateMessage const& message, NewsKeyring const& ring) {
    return message.origin.index() < ring.public_keys.size() &&
           ring.scheme.verify(ring.public_keys[message.origin.index()], signed_text(message), message.signature);
}

} // namespace qkdes
