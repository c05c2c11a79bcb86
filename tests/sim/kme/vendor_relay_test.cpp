// Nodes whose link key comes from a vendor's key server: its time, its queue and its empty buffer reach applications.
#include "tests/support/loopback_network.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using namespace std::chrono_literals;
using test::LoopbackNetwork;
using WhenEmpty = VendorKmsConfig::WhenEmpty;

constexpr SimDuration kService = 100ms;

struct Net : LoopbackNetwork {
    explicit Net(VendorKmsConfig vendor = {}, std::size_t hops = 1, HopProtection hop = HopProtection::hybrid,
                 KmeConfig config = {})
        : LoopbackNetwork{topology_of(hops, hop), with(config, vendor), 1, nullptr, false, nullptr, [](LinkId) {
                              return std::make_unique<FixedService>(kService);
                          }} {}
    static Topology topology_of(std::size_t hops, HopProtection hop) {
        Topology out = test::line(std::vector<bool>(hops, true));
        for (auto& link : out.links)
            link.protect = hop;
        return out;
    }
    static KmeConfig with(KmeConfig config, VendorKmsConfig vendor) {
        config.vendor = vendor;
        return config;
    }
};

/// Runs until the answer is there, in steps of a millisecond.
SimDuration time_of(Net& net, test::Answer const& answer, SimDuration limit = 20s) {
    SimTime const begin = net.clock.now();
    while (answer.replies == 0 && net.clock.now() - begin < limit)
        net.clock.run_for(1ms);
    return net.clock.now() - begin;
}

TEST(VendorRelay, AHopTakesTheVendorsTimeAtBothEnds) {
    for (auto hop : {HopProtection::hybrid, HopProtection::qkd, HopProtection::otp}) {
        Net net{{}, 1, hop};
        net.give_key_everywhere(40);
        auto const answer = net.request(0, 1);
        auto const took = time_of(net, *answer);
        ASSERT_TRUE(answer->ok()) << to_string(hop);
        // Two servings; the KEM exchange goes on meanwhile. Then the message and its acknowledgement.
        EXPECT_GE(took, 2 * kService + 2 * test::kOneWay);
        EXPECT_LE(took, 2 * kService + 2 * test::kOneWay + 3ms);
        EXPECT_TRUE(net.fetch(1, answer->reply.keys[0].id).keys.at(0).key == answer->reply.keys[0].key);
        EXPECT_EQ(net.ledger.fate(NodeId{std::size_t{0}}, LinkId{std::size_t{0}}, UnitFate::used),
                  net.ledger.fate(NodeId{1}, LinkId{std::size_t{0}}, UnitFate::used));
        EXPECT_EQ(net.books(), "");
    }
}

TEST(VendorRelay, LatencyGrowsLinearlyWithConcurrency) {
    Net net;
    net.give_key_everywhere(100);
    std::vector<std::shared_ptr<test::Answer>> answers;
    for (int i = 0; i < 12; ++i)
        answers.push_back(net.request(0, 1));
    SimTime const begin = net.clock.now();
    for (int i = 0; i < 12; ++i) {
        time_of(net, *answers[static_cast<std::size_t>(i)]);
        ASSERT_TRUE(answers[static_cast<std::size_t>(i)]->ok());
        SimDuration const expected = (i + 2) * kService; // the two workers overlap but for one serving
        EXPECT_NEAR(seconds(net.clock.now() - begin), seconds(expected), 0.01) << i;
    }
}

TEST(VendorRelay, AnEmptyBufferReachesTheApplication) {
    for (auto release : {Release::on_acknowledgement, Release::early}) {
        KmeConfig config;
        config.release = release;
        Net net{{}, 1, HopProtection::hybrid, config};
        auto const answer = net.request(0, 1);
        EXPECT_EQ(answer->replies, 0); // it is the vendor that says so, in its time
        auto const took = time_of(net, *answer);
        EXPECT_EQ(answer->reply.status, KeyStatus::no_key);
        EXPECT_EQ(took, kService);
        net.give_key_everywhere(2);
        auto const served = net.request(0, 1);
        auto const early = time_of(net, *served);
        EXPECT_TRUE(served->ok());
        if (release == Release::early) {
            EXPECT_EQ(early, kService); // not before the vendor has given key
        }
        net.clock.run_for(30s);
        EXPECT_EQ(served->replies, 1);
        EXPECT_EQ(net.fetch(1, served->reply.keys[0].id).status, KeyStatus::ok);
        EXPECT_EQ(net.books(), "");
    }
}

TEST(VendorRelay, ALaterHopsEmptyBufferComesBack) {
    Net net{{}, 2};
    net.give_key(LinkId{std::size_t{0}}, 10);
    auto const answer = net.request(0, 2);
    time_of(net, *answer);
    EXPECT_EQ(answer->reply.status, KeyStatus::no_key);
    net.clock.run_for(30s);
    EXPECT_EQ(net.books(), "");
}

TEST(VendorRelay, RequestsThatWaitForABurstEndTogether) {
    Net net{{64, WhenEmpty::wait, 4s}};
    std::vector<std::shared_ptr<test::Answer>> answers;
    for (int i = 0; i < 4; ++i) {
        answers.push_back(net.request(0, 1));
        net.clock.run_for(300ms);
    }
    for (auto const& answer : answers)
        EXPECT_EQ(answer->replies, 0);
    net.give_key_everywhere(20);
    net.clock.run_for(kService * 4 + 20ms); // the far vendor serves them one by one
    for (auto const& answer : answers)
        EXPECT_TRUE(answer->ok());
    EXPECT_EQ(net.books(), "");
}

TEST(VendorRelay, AFullQueueIsBusy) {
    Net net{{2, WhenEmpty::refuse, 1s}};
    net.give_key_everywhere(20);
    std::vector<std::shared_ptr<test::Answer>> answers;
    for (int i = 0; i < 3; ++i)
        answers.push_back(net.request(0, 1));
    EXPECT_EQ(answers[2]->reply.status, KeyStatus::busy);
    EXPECT_EQ(answers[0]->replies + answers[1]->replies, 0);
    net.clock.run_for(5s);
    EXPECT_TRUE(answers[0]->ok() && answers[1]->ok());
    EXPECT_EQ(net.books(), "");
}

// The far vendor is full: the request is told so, comes again, and is served.
TEST(VendorRelay, ABusyFarVendorIsAskedAgain) {
    Net net{{2, WhenEmpty::refuse, 1s}};
    net.give_key_everywhere(40);
    auto const answer = net.request(0, 1);
    net.clock.run_for(95ms);
    auto const a = net.request(1, 0), b = net.request(1, 0); // they keep node 1's vendor busy
    net.clock.run_for(10s);
    EXPECT_TRUE(answer->ok() && a->ok() && b->ok());
    EXPECT_GE(net.ledger.counted("vendor.refused.busy"), 1u);
    EXPECT_GE(net.ledger.counted("relay.retry"), 1u);
    EXPECT_EQ(net.books(), "");
}

TEST(VendorRelay, KeyThatComesTooLateIsVoidedAtBothEnds) {
    KmeConfig config;
    config.relay_timeout = 1s;
    Net net{{64, WhenEmpty::wait, 10s}, 1, HopProtection::hybrid, config};
    auto const answer = net.request(0, 1);
    net.clock.run_for(2s);
    EXPECT_EQ(answer->reply.status, KeyStatus::timeout);
    net.give_key_everywhere(10);
    net.clock.run_for(5s);
    EXPECT_EQ(net.ledger.counted("vendor.too_late"), 1u);
    for (std::size_t i : {0u, 1u})
        EXPECT_EQ(net.ledger.fate(NodeId{i}, LinkId{std::size_t{0}}, UnitFate::voided), 1u);
    EXPECT_EQ(net.books(), "");
}

TEST(VendorRelay, ARestartForgetsWhatTheVendorWasAsked) {
    for (auto when : {50ms, 150ms, 210ms}) {
        for (std::size_t who : {0u, 1u}) {
            Net net;
            net.give_key_everywhere(20);
            auto const lost = net.request(0, 1);
            net.clock.run_for(when);
            net.node(who).on_restart();
            net.clock.run_for(30s);
            auto const answer = net.request(0, 1);
            net.clock.run_for(1s);
            EXPECT_TRUE(answer->ok());
            EXPECT_LE(lost->replies, 1);
            EXPECT_EQ(net.ledger.held(NodeId{std::size_t{0}}, LinkId{std::size_t{0}}),
                      net.ledger.held(NodeId{1}, LinkId{std::size_t{0}}));
            EXPECT_EQ(net.books(), "");
        }
    }
}

// The first messages of a hop all name the same new hash key while the far vendor still looks for it.
TEST(VendorRelay, ManyFirstMessagesUnderOneTimePadsAgreeOnTheirHashKey) {
    Net net{{}, 1, HopProtection::otp};
    net.give_key_everywhere(80);
    std::vector<std::shared_ptr<test::Answer>> answers;
    for (int i = 0; i < 6; ++i)
        answers.push_back(net.request(i % 2u, (i + 1) % 2u));
    net.clock.run_for(10s);
    for (auto const& answer : answers)
        EXPECT_TRUE(answer->ok());
    for (std::size_t i : {0u, 1u}) {
        EXPECT_EQ(net.ledger.fate(NodeId{i}, LinkId{std::size_t{0}}, UnitFate::used), 6u * 2 + 2);
        // Two requests at each end found that another had been quicker to get the hash key.
        EXPECT_EQ(net.ledger.fate(NodeId{i}, LinkId{std::size_t{0}}, UnitFate::voided), 4u);
    }
    EXPECT_EQ(net.books(), "");
}

TEST(VendorRelay, OthersMayTakeKeyFromTheSameSource) {
    Net net;
    net.give_key_everywhere(4);
    LinkId const link{std::size_t{0}};
    std::vector<KeyUnit> here, there;
    net.node(0).key_source(link).get(
        link, 1, [&](KeySourceResult result) { here = std::move(std::get<std::vector<KeyUnit>>(result)); });
    net.clock.run_for(kService);
    ASSERT_EQ(here.size(), 1u);
    UnitId const id = here[0].id;
    net.node(1).key_source(link).get_with_ids(
        link, {&id, 1}, [&](KeySourceResult result) { there = std::move(std::get<std::vector<KeyUnit>>(result)); });
    net.clock.run_for(kService);
    ASSERT_EQ(there.size(), 1u);
    EXPECT_TRUE(here[0].bits == there[0].bits);
    net.node(0).key_source(link).settle(link, id, UnitFate::used);
    net.node(1).key_source(link).settle(link, id, UnitFate::used);
    EXPECT_EQ(net.books(), "");
}

} // namespace
} // namespace qkdes
