// Signed advertisements between real nodes: believed when they are genuine, and nothing else is, whoever altered,
// forged, stripped or replayed it. With ML-DSA-65 and with what stands in for it.
#include "sim/kme/routing/news_keys.hpp"
#include "sim/kme/shares/modelled_signature.hpp"
#include "tests/support/loopback_network.hpp"

#include <gtest/gtest.h>

#include <functional>

namespace qkdes {
namespace {

using std::chrono::seconds;
using test::InFlight;
using test::kLinkState;
using test::LoopbackNetwork;

/// Two ways from 0 to 3: links 0, 1 over node 1, and 2, 3 over node 2.
Topology diamond() {
    Topology out;
    for (auto const& [a, b] : {std::pair{0u, 1u}, {1u, 3u}, {0u, 2u}, {2u, 3u}})
        out.links.push_back(TopologyLink{NodeId{std::size_t{a}}, NodeId{std::size_t{b}}, 1.0, true});
    for (std::size_t i = 0; i < 4; ++i) {
        out.nodes.push_back("node-" + std::to_string(i));
        out.applications.emplace_back(i);
    }
    return out;
}

/// What somebody beside node 1 makes of what it says.
using Forger = std::function<void(LinkStateMessage&)>;

class SignedNews : public testing::TestWithParam<bool> {
  protected:
    SignedNews() {
        if (GetParam())
            scheme = std::make_unique<MlDsa65>();
        else
            scheme = std::make_unique<ModelledSignatures>();
        ring = make_news_keyring(*scheme, 4, [this](NodeId) -> Entropy& { return entropy; });
    }
    KmeConfig config(bool with_keys = true) const {
        KmeConfig out;
        out.routing.policy = Routing::key_aware;
        if (with_keys) out.routing.keys = ring;
        return out;
    }
    /// Link 1 is without key, which node 0 can only learn from what node 1 says.
    static void give_key(LoopbackNetwork& net) {
        for (std::size_t link : {0u, 2u, 3u})
            net.give_key(LinkId{link}, 400);
    }
    static bool believes_node_1(LoopbackNetwork& net) {
        return net.node(0).route(NodeId{3}) == std::vector{LinkId{std::size_t{2}}, LinkId{std::size_t{3}}};
    }
    static void alter_what_1_says(LoopbackNetwork& net, Forger forge) {
        net.meddler = [forge = std::move(forge)](InFlight& flight) {
            if (flight.kind() == kLinkState) {
                auto message = std::get<LinkStateMessage>(*decode(flight.bytes));
                if (message.origin == NodeId{1} && flight.from == NodeId{1}) forge(message);
                flight.bytes = encode(message);
            }
            return std::vector{test::kOneWay};
        };
    }
    test::StreamEntropy entropy{7};
    std::unique_ptr<SignatureScheme> scheme;
    std::shared_ptr<NewsKeyring const> ring;
};

TEST_P(SignedNews, AreBelievedAndCostTheirSignature) {
    LoopbackNetwork net{diamond(), config()}, bare{diamond(), config(false)};
    for (LoopbackNetwork* each : {&net, &bare}) {
        each->record = true;
        give_key(*each);
        each->clock.run_for(seconds{12});
        EXPECT_TRUE(believes_node_1(*each));
    }
    ASSERT_EQ(net.sent.size(), bare.sent.size());
    for (std::size_t i = 0; i < net.sent.size(); ++i)
        ASSERT_EQ(net.sent[i].size, bare.sent[i].size + MlDsa65::kSignatureBytes);
    EXPECT_EQ(net.ledger.counted("routing.advertisement.forged"), 0u);
    EXPECT_EQ(net.ledger.counted("routing.advertisement.replayed"), 0u);
}

// Fails when a field is not covered.
TEST_P(SignedNews, WhatItsOriginDidNotSignIsRefused) {
    std::vector<std::pair<char const*, Forger>> const forgers = {
        {"more key", [](auto& m) { m.ends.at(0).news.units += 1000; }},
        {"another rate", [](auto& m) { m.ends.at(0).news.rate ^= 1; }},
        {"down", [](auto& m) { m.ends.at(0).news.up = false; }},
        {"an end less", [](auto& m) { m.ends.pop_back(); }},
        {"ends swapped", [](auto& m) { std::swap(m.ends.at(0), m.ends.at(1)); }},
        {"a later number", [](auto& m) { ++m.sequence; }},
        {"no signature", [](auto& m) { m.signature.clear(); }},
        {"a bit of the signature", [](auto& m) { m.signature.at(5) ^= 1; }},
        {"half a signature", [](auto& m) { m.signature.resize(m.signature.size() / 2); }},
        {"signed by another node",
         [this](LinkStateMessage& m) {
             LinkStateMessage as_2 = m;
             as_2.origin = NodeId{2};
             sign(as_2, *ring, entropy);
             m.signature = as_2.signature;
         }},
    };
    for (auto const& [what, forge] : forgers) {
        LoopbackNetwork net{diamond(), config()};
        alter_what_1_says(net, forge);
        net.clock.run_for(seconds{12});
        EXPECT_GE(net.ledger.counted("routing.advertisement.forged"), 2u) << what << ": at both neighbours";
    }
}

// Somebody on the way says that link 1 is down. Fails when what is refused is believed all the same.
TEST_P(SignedNews, LiesAreNotBelieved) {
    for (bool const with_keys : {true, false}) {
        KmeConfig settings = config(with_keys);
        settings.routing.policy = Routing::a_star;
        LoopbackNetwork net{diamond(), settings};
        alter_what_1_says(net, [](LinkStateMessage& m) {
            for (auto& end : m.ends)
                end.news.up = end.link != LinkId{1};
        });
        net.clock.run_for(seconds{12});
        EXPECT_EQ(believes_node_1(net), !with_keys) << "the negative twin: without signatures it works";
        EXPECT_EQ(net.ledger.counted("routing.advertisement.forged") > 0, with_keys);
    }
}

// The number of hops left changes on the way and is not signed: news still arrive.
TEST_P(SignedNews, HopsLeftMayBeCutShort) {
    LoopbackNetwork net{diamond(), config()};
    give_key(net);
    alter_what_1_says(net, [](LinkStateMessage& m) { m.hops_left = 0; });
    net.clock.run_for(seconds{12});
    EXPECT_TRUE(believes_node_1(net));
    EXPECT_EQ(net.ledger.counted("routing.advertisement.forged"), 0u);
}

// After a restart node 0 has forgotten the numbers it had heard; what node 1 said long ago must not count again.
TEST_P(SignedNews, OldOnesAreRefusedAfterARestart) {
    for (bool const with_keys : {true, false}) {
        LoopbackNetwork net{diamond(), config(with_keys)};
        give_key(net); // none on link 1: that is what node 1 says at first
        net.record = true;
        net.clock.run_for(seconds{12});
        std::optional<InFlight> old;
        for (auto const& flight : net.sent)
            if (flight.kind() == kLinkState && flight.from == NodeId{1} && flight.to.value == 0 &&
                std::get<LinkStateMessage>(*decode(flight.bytes)).origin == NodeId{1})
                old = flight;
        ASSERT_TRUE(old.has_value());
        net.record = false;
        net.give_key(LinkId{1}, 400);
        net.clock.run_for(seconds{60});
        ASSERT_FALSE(believes_node_1(net)) << "that was long ago: both ways are good";
        net.meddler = [](InFlight&) { return std::vector<SimDuration>{}; }; // the attacker keeps the truth away
        net.node(0).on_restart();
        net.deliver(*old);
        EXPECT_EQ(believes_node_1(net), !with_keys) << "the negative twin: without signatures it works";
        EXPECT_EQ(net.ledger.counted("routing.advertisement.replayed"), with_keys ? 1u : 0u);
    }
}

INSTANTIATE_TEST_SUITE_P(Schemes, SignedNews, testing::Bool(),
                         [](auto const& about) { return about.param ? "MlDsa65" : "Modelled"; });

} // namespace
} // namespace qkdes
