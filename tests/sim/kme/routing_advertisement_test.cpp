// Advertisements between real nodes over the loopback transport: that they are believed, get old, close loops that
// show, and cost what they should.
#include "tests/support/loopback_network.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace qkdes {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::kLinkState;
using test::LoopbackNetwork;

/// Two ways from 0 to 3: links 0, 1 over node 1, and 2, 3 over node 2, the latter dearer.
Topology diamond(double detour = 1.0) {
    Topology out;
    auto const link = [](std::size_t a, std::size_t b, double weight) {
        return TopologyLink{NodeId{a}, NodeId{b}, weight, true};
    };
    out.links = {link(0, 1, 1), link(1, 3, 1), link(0, 2, detour), link(2, 3, detour)};
    for (std::size_t i = 0; i < 4; ++i) {
        out.nodes.push_back("node-" + std::to_string(i));
        out.applications.emplace_back(i);
    }
    return out;
}
KmeConfig with(Routing policy) {
    KmeConfig config;
    config.routing.policy = policy;
    return config;
}
std::vector<LinkId> path(std::initializer_list<std::size_t> links) {
    std::vector<LinkId> out;
    for (auto link : links)
        out.emplace_back(link);
    return out;
}
std::size_t sent(LoopbackNetwork const& net, std::size_t kind) {
    return static_cast<std::size_t>(
        std::count_if(net.sent.begin(), net.sent.end(), [&](auto const& m) { return m.kind() == kind; }));
}

// In a connected network each advertisement crosses every link at most twice and all but the tree's once at least:
// links <= copies <= 2 links. Fails when old ones are passed on (a storm), or when nothing is.
TEST(Advertisements, ReachEverybodyOnceAndCostNothingWhenStatic) {
    LoopbackNetwork net{diamond(), with(Routing::key_aware)};
    net.record = true;
    net.clock.run_for(milliseconds{100'500}); // 0 s to 100 s: eleven of node 0, ten of the others
    EXPECT_EQ(net.ledger.counted("routing.advertisement.made"), 11u + 3 * 10u);
    auto const copies = net.ledger.counted("routing.advertisement.sent");
    EXPECT_EQ(copies, sent(net, kLinkState));
    EXPECT_GE(copies, 41u * 4);
    EXPECT_LE(copies, 41u * 8);

    LoopbackNetwork quiet{diamond()};
    quiet.clock.run_for(seconds{100});
    EXPECT_EQ(quiet.clock.pending(), 0u);
    EXPECT_TRUE(quiet.ledger.counts.empty());
}

TEST(Advertisements, GoNoFurtherThanAllowed) {
    KmeConfig config = with(Routing::key_aware);
    config.routing.flood_hops = 2;
    LoopbackNetwork net{test::line({true, true, true, true}), config};
    std::vector<bool> to(5);
    net.meddler = [&](test::InFlight& m) {
        auto const message = std::get<LinkStateMessage>(*decode(m.bytes));
        if (message.origin == NodeId{std::size_t{0}}) to[m.to.index()] = true;
        return std::vector{test::kOneWay};
    };
    net.clock.run_for(seconds{30});
    EXPECT_EQ(to, (std::vector<bool>{false, true, true, false, false}));
}

// Node 0 learns from afar that link 1 has no key. Without advertisements it would go over node 1 for ever.
TEST(Advertisements, TellOfKeyTwoHopsAway) {
    LoopbackNetwork net{diamond(), with(Routing::key_aware)};
    for (std::size_t link : {0u, 2u, 3u})
        net.give_key(LinkId{link}, 400);
    EXPECT_EQ(net.node(0).route(NodeId{3}), path({0, 1}));
    net.clock.run_for(seconds{12});
    EXPECT_EQ(net.node(0).route(NodeId{3}), path({2, 3}));
    auto const answer = net.request(0, 3);
    net.clock.run_for(seconds{1});
    EXPECT_TRUE(answer->ok());
    EXPECT_EQ(net.books(), "");
}

// A cut link: silent neighbours are down after 35 s, everybody hears of it, and the way around is taken.
TEST(Advertisements, ASilentLinkIsDown) {
    LoopbackNetwork net{diamond(5), with(Routing::a_star)};
    net.give_key_everywhere(400);
    net.clock.run_for(seconds{20});
    auto first = net.request(0, 3);
    net.clock.run_for(seconds{1});
    EXPECT_TRUE(first->ok());
    EXPECT_EQ(net.node(0).route(NodeId{3}), path({0, 1}));
    bool cut = true;
    net.meddler = [&](test::InFlight& m) {
        return cut && m.link == LinkId{std::size_t{1}} ? std::vector<SimDuration>{} : std::vector{test::kOneWay};
    };
    net.clock.run_for(seconds{20});
    EXPECT_EQ(net.node(0).route(NodeId{3}), path({0, 1}));
    net.clock.run_for(seconds{40});
    EXPECT_EQ(net.node(0).route(NodeId{3}), path({2, 3}));
    auto second = net.request(0, 3);
    net.clock.run_for(seconds{1});
    EXPECT_TRUE(second->ok());
    EXPECT_EQ(net.ledger.counted("routing.reroute"), 1u);
    EXPECT_EQ(net.ledger.counted("routing.flap"), 0u);
    cut = false;
    net.clock.run_for(seconds{60});
    EXPECT_EQ(net.node(0).route(NodeId{3}), path({0, 1}));
}

// A link that goes and comes back: the way around is taken and left again within `stale_after`. Fails when nobody
// counts that, or when a return after a long while counts, too.
TEST(Advertisements, ALinkThatComesBackSoonIsAFlap) {
    for (bool const soon : {true, false}) {
        LoopbackNetwork net{diamond(5), with(Routing::a_star)};
        net.give_key_everywhere(400);
        bool cut = false;
        net.meddler = [&](test::InFlight& m) {
            return cut && m.link == LinkId{std::size_t{1}} ? std::vector<SimDuration>{} : std::vector{test::kOneWay};
        };
        auto const ask = [&] {
            auto const answer = net.request(0, 3);
            net.clock.run_for(seconds{1});
            return answer->ok();
        };
        net.clock.run_for(seconds{20});
        EXPECT_TRUE(ask());
        cut = true;
        net.clock.run_for(seconds{40});
        EXPECT_TRUE(ask()); // over node 2
        EXPECT_EQ(net.ledger.counted("routing.reroute"), 1u);
        cut = false;
        net.clock.run_for(soon ? seconds{25} : seconds{60});
        EXPECT_TRUE(ask()); // over node 1 again
        EXPECT_EQ(net.ledger.counted("routing.reroute"), 2u);
        EXPECT_EQ(net.ledger.counted("routing.flap"), soon ? 1u : 0u);
    }
}

// Node 1 knows that link 1 is down, node 0 has not been told: they send the key to each other, and it shows.
TEST(Advertisements, StaleNewsMakeALoopThatIsDroppedAndCounted) {
    LoopbackNetwork net{diamond(5), with(Routing::a_star)};
    net.give_key_everywhere(400);
    net.clock.run_for(seconds{20});
    bool deaf = false;
    net.meddler = [&](test::InFlight& m) {
        bool const lost = m.link == LinkId{std::size_t{1}} || (deaf && m.kind() == kLinkState && m.to.value == 0);
        return lost ? std::vector<SimDuration>{} : std::vector{test::kOneWay};
    };
    net.clock.run_for(seconds{28}); // both ends of link 1 last heard each other before 20 s
    deaf = true;
    net.clock.run_for(seconds{10});
    EXPECT_EQ(net.node(1).route(NodeId{3}), path({0, 2, 3}));
    EXPECT_EQ(net.node(0).route(NodeId{3}), path({0, 1}));
    auto const answer = net.request(1, 3);
    net.clock.run_for(milliseconds{500});
    EXPECT_EQ(answer->reply.status, KeyStatus::no_route);
    EXPECT_EQ(net.ledger.counted("relay.refused.loop"), 1u);
    deaf = false;
    net.clock.run_for(seconds{12});
    auto const again = net.request(1, 3);
    net.clock.run_for(seconds{1});
    EXPECT_TRUE(again->ok());
    EXPECT_EQ(net.books(), "");
}

// Fails when sequence numbers begin anew: then nobody believes the node for as long as it had lived.
TEST(Advertisements, ARestartedNodeIsBelieved) {
    LoopbackNetwork net{diamond(), with(Routing::key_aware)};
    net.give_key_everywhere(64);
    net.clock.run_for(seconds{200});
    EXPECT_EQ(net.node(0).route(NodeId{3}), path({0, 1}));
    net.node(1).on_restart();
    for (int i = 0; i < 32; ++i) // empties node 1's half of link 1
        net.request(1, 3);
    net.clock.run_for(seconds{12});
    EXPECT_EQ(net.node(0).route(NodeId{3}), path({2, 3}));
}

// The path goes with the message: a relay with another opinion follows it. Turns alternate.
TEST(Advertisements, WholePathsAreFollowed) {
    for (Routing const policy : {Routing::k_shortest, Routing::disjoint}) {
        LoopbackNetwork net{diamond(), with(policy)};
        net.give_key_everywhere(400);
        net.clock.run_for(seconds{12});
        net.record = true;
        for (int i = 0; i < 10; ++i)
            net.request(0, 3);
        net.clock.run_for(seconds{1});
        std::vector<int> relays(4);
        for (auto const& m : net.sent)
            relays[m.link.index()] += m.kind() == test::kExtKeys;
        EXPECT_EQ(relays, (std::vector<int>{5, 5, 5, 5}));
        EXPECT_EQ(net.ledger.counted("relay.completed"), 10u);
        EXPECT_EQ(net.books(), "");
    }
}

TEST(Advertisements, WithFalseClaimsAreRefused) {
    LoopbackNetwork net{diamond(), with(Routing::key_aware)};
    net.clock.run_for(seconds{12});
    LinkStateMessage lie;
    lie.origin = NodeId{1};
    lie.sequence = ~std::uint64_t{0};
    lie.ends.push_back({LinkId{3}, {false, 0, 0}}); // between 2 and 3
    net.deliver({LinkId{std::size_t{0}}, NodeId{1}, NodeId{std::size_t{0}}, encode(Message{lie})});
    lie.ends[0].link = LinkId{77};
    net.deliver({LinkId{std::size_t{0}}, NodeId{1}, NodeId{std::size_t{0}}, encode(Message{lie})});
    lie.origin = NodeId{99};
    net.deliver({LinkId{std::size_t{0}}, NodeId{1}, NodeId{std::size_t{0}}, encode(Message{lie})});
    EXPECT_EQ(net.ledger.counted("routing.advertisement.refused"), 3u);
}

TEST(Advertisements, DecisionsOnOldNewsAreCounted) {
    LoopbackNetwork net{diamond(), with(Routing::k_shortest)};
    net.give_key_everywhere(400);
    net.request(0, 3); // before anybody has said anything
    EXPECT_EQ(net.ledger.counted("routing.stale"), 1u);
    net.clock.run_for(seconds{12});
    net.request(0, 3);
    EXPECT_EQ(net.ledger.counted("routing.stale"), 1u);
}

TEST(Advertisements, OnTheWire) {
    LinkStateMessage message;
    message.origin = NodeId{7};
    message.sequence = 0x0102030405060708;
    message.hops_left = 9;
    message.ends = {{LinkId{3}, {true, 12, 345}}, {LinkId{4}, {false, 0, 4'000'000'000u}}};
    message.signature = {1, 2, 3};
    auto bytes = encode(Message{message});
    auto const back = std::get<LinkStateMessage>(*decode(bytes));
    EXPECT_EQ(back.origin, message.origin);
    EXPECT_EQ(back.sequence, message.sequence);
    EXPECT_EQ(back.hops_left, 9);
    ASSERT_EQ(back.ends.size(), 2u);
    EXPECT_EQ(back.ends[1].link, LinkId{4});
    EXPECT_FALSE(back.ends[1].news.up);
    EXPECT_EQ(back.ends[1].news.rate, 4'000'000'000u);
    EXPECT_EQ(back.signature, message.signature);
    for (std::size_t size = 0; size < bytes.size(); ++size)
        EXPECT_FALSE(decode(std::span{bytes}.first(size)));
    bytes[5] = 1; // a session
    EXPECT_FALSE(decode(bytes));

    Payload payload{AppId{std::size_t{0}}, AppId{1}, Exposure{HopProtection::hybrid},
                    {NodeId{5}},           {},       {LinkId{8}, LinkId{9}}};
    payload.keys.push_back({KeyId{}, SecretBytes{32}, SecurityClass::hybrid});
    auto const sealed = encode(payload);
    EXPECT_EQ(decode_payload(sealed.view())->path, payload.path);
    for (std::size_t size = 0; size < sealed.size(); ++size)
        EXPECT_FALSE(decode_payload(sealed.view().first(size)));
}

} // namespace
} // namespace qkdes
