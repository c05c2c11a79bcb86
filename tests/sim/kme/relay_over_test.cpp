// Keys relayed over links that the caller names: those and no others, with the caller's ids; refused where it breaks.
#include "tests/support/loopback_network.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using namespace std::chrono_literals;
using test::LoopbackNetwork;

/// 0 - 1 - 3 (links 0, 1), 0 - 2 - 3 (links 2, 3), 0 - 3 (link 4), 1 - 2 (link 5); an application on each node.
Topology kite() {
    Topology out;
    for (std::size_t i = 0; i < 4; ++i) {
        out.nodes.push_back("node-" + std::to_string(i));
        out.applications.emplace_back(i);
    }
    for (auto const& [a, b] : {std::pair<std::size_t, std::size_t>{0, 1}, {1, 3}, {0, 2}, {2, 3}, {0, 3}, {1, 2}})
        out.links.push_back({NodeId{a}, NodeId{b}, 1.0, true});
    return out;
}

struct RelayOver : testing::Test {
    RelayOver() { net.give_key_everywhere(8); }
    std::vector<DeliveredKey> keys(std::size_t number, std::size_t bytes = 32) {
        std::vector<DeliveredKey> out(number);
        for (auto& key : out) {
            entropy.fill(key.id.bytes);
            key.key = SecretBytes{bytes};
            entropy.fill(key.key.mutable_view());
        }
        return out;
    }
    KeyReply send(std::vector<std::size_t> const& links, std::vector<DeliveredKey> const& what) {
        std::vector<LinkId> path;
        for (std::size_t link : links)
            path.emplace_back(link);
        KeyReply reply;
        int replies = 0;
        net.node(0).relay_keys_over(path, AppId{std::size_t{0}}, AppId{std::size_t{3}}, what, [&](KeyReply r) {
            reply = std::move(r);
            ++replies;
        });
        net.clock.run_for(20s);
        EXPECT_EQ(replies, 1);
        EXPECT_EQ(net.books(), "");
        return reply;
    }
    /// Units used, by link.
    std::vector<std::uint64_t> used() {
        std::vector<std::uint64_t> out;
        for (std::size_t link = 0; link < 6; ++link)
            out.push_back(net.ledger.fate(net.topology().links[link].a, LinkId{link}, UnitFate::used));
        return out;
    }
    LoopbackNetwork net{kite()};
    test::StreamEntropy entropy{5, "keys"};
};

TEST_F(RelayOver, TheNamedLinksAreTakenAndNoOthers) {
    auto const there = keys(3, 130), around = keys(1);
    ASSERT_EQ(send({0, 5, 3}, there).status, KeyStatus::ok);
    EXPECT_EQ(used(), (std::vector<std::uint64_t>{1, 0, 0, 1, 0, 1})) << "three keys in one message";
    ASSERT_EQ(send({2, 3}, around).status, KeyStatus::ok);
    EXPECT_EQ(used(), (std::vector<std::uint64_t>{1, 0, 1, 2, 0, 1}));
    for (auto const& batch : {there, around})
        for (auto const& key : batch) {
            auto const fetched = net.fetch(3, key.id);
            ASSERT_EQ(fetched.status, KeyStatus::ok);
            EXPECT_TRUE(fetched.keys.at(0).key == key.key);
        }
    // Who saw it: the relays of the path that was named.
    EXPECT_EQ(net.ledger.holders.at(there[0].id).size(), 4u);
    EXPECT_EQ(net.ledger.holders.at(around[0].id).size(), 3u);
}

TEST_F(RelayOver, APathThatBreaksOffIsRefused) {
    EXPECT_EQ(send({1}, keys(1)).status, KeyStatus::no_route) << "it does not begin here";
    EXPECT_EQ(send({0, 3}, keys(1)).status, KeyStatus::no_route) << "its second link is elsewhere";
    auto const lost = keys(1);
    EXPECT_NE(send({0, 5, 2, 4}, lost).status, KeyStatus::ok) << "back to a node that it has passed";
    EXPECT_EQ(net.fetch(3, lost[0].id).status, KeyStatus::not_found);
}

TEST_F(RelayOver, FromTheEndOfAShortOneThePolicyGoesOn) {
    auto const sent = keys(1);
    ASSERT_EQ(send({0}, sent).status, KeyStatus::ok);
    EXPECT_EQ(used()[0], 1u);
    EXPECT_EQ(used()[4], 0u) << "not the direct way";
    EXPECT_EQ(net.fetch(3, sent[0].id).status, KeyStatus::ok);
}

TEST_F(RelayOver, KeysOfNoSizeOrOfSeveralAreRefused) {
    auto mixed = keys(1);
    mixed.push_back(std::move(keys(1, 16).front()));
    EXPECT_EQ(send({4}, mixed).status, KeyStatus::bad_request);
    EXPECT_EQ(send({4}, {}).status, KeyStatus::bad_request);
    EXPECT_EQ(send({4}, keys(1, 513)).status, KeyStatus::bad_request);
    EXPECT_EQ(used(), std::vector<std::uint64_t>(6, 0));
}

} // namespace
} // namespace qkdes
