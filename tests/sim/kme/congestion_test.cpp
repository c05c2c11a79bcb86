// Token buckets, the order of those who wait, the reserve, keys made ahead. Mutations tried: no `max` with now in the
// bucket, waiting in order of arrival alone, reserve for everybody, ready keys handed out twice.
#include "sim/kme/congestion/token_bucket.hpp"
#include "tests/support/loopback_network.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <set>

namespace qkdes {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using namespace test;

TEST(TokenBucketTest, BurstThenRateAndNeverMoreInAnyInterval) {
    TokenBucket bucket{1000, 2000}; // 1 kbit/s, 2 kbit at once
    SimTime now = kSimStart;
    std::vector<std::pair<SimTime, std::uint64_t>> taken;
    RngStream stream{7, "asks"};
    std::uint64_t refused = 0;
    for (int i = 0; i < 20'000; ++i) {
        now += SimDuration{static_cast<std::int64_t>(stream.below(400'000'000))};
        std::uint64_t const bits = 8 * (1 + stream.below(64));
        if (bucket.take(now, bits))
            taken.emplace_back(now, bits);
        else
            ++refused;
    }
    EXPECT_GT(refused, 1000U);
    EXPECT_GT(taken.size(), 1000U);
    for (std::size_t from = 0; from < taken.size(); from += 37) {
        double sum = 0;
        for (std::size_t to = from; to < std::min(taken.size(), from + 300); ++to) {
            sum += static_cast<double>(taken[to].second);
            double const span = static_cast<double>((taken[to].first - taken[from].first).count()) / 1e9;
            ASSERT_LE(sum, 2000 + 1000 * span + 1e-3);
        }
    }
    // And not less: asking all the time, one gets the whole rate.
    TokenBucket steady{1000, 2000};
    std::uint64_t got = 0;
    for (int ms = 0; ms < 100'000; ++ms)
        if (steady.take(kSimStart + milliseconds{ms}, 8)) got += 8;
    EXPECT_NEAR(static_cast<double>(got), 102'000, 16);
}

Topology pair() {
    Topology t;
    t.nodes = {"a", "b"};
    t.links = {{NodeId{0}, NodeId{1}, 1.0, true}};
    t.applications = {NodeId{0}, NodeId{1}, NodeId{0}}; // two applications at a
    return t;
}

struct Asked {
    std::vector<int> order; ///< of good answers
    std::vector<KeyStatus> status = std::vector<KeyStatus>(100, KeyStatus::bad_request);
    int replies = 0;
};

void ask(LoopbackNetwork& net, Asked& asked, AppId from, int name) {
    net.node(0).request_keys({from, AppId{1}, 256, 1}, [&asked, name](KeyReply reply) {
        ++asked.replies;
        asked.status[static_cast<std::size_t>(name)] = reply.status;
        if (reply.status == KeyStatus::ok) asked.order.push_back(name);
    });
}

TEST(CongestionTest, AnApplicationBeyondItsRateIsRefusedAtOnceAndOthersAreNot) {
    KmeConfig config;
    config.congestion.applications[AppId{0}] = {0, 256, 512}; // a key a second, two at once
    LoopbackNetwork net{pair(), config};
    net.give_key(LinkId{0}, 100);
    Asked asked;
    for (int i = 0; i < 4; ++i)
        ask(net, asked, AppId{0}, i);
    for (int i = 4; i < 8; ++i)
        ask(net, asked, AppId{2}, i);
    net.clock.run_for(seconds{1});
    EXPECT_EQ(asked.order, (std::vector<int>{0, 1, 4, 5, 6, 7}));
    EXPECT_EQ(asked.status[2], KeyStatus::not_admitted);
    ask(net, asked, AppId{0}, 8);
    net.clock.run_for(seconds{1});
    EXPECT_EQ(asked.status[8], KeyStatus::ok);
}

TEST(CongestionTest, WhoWaitsIsServedByUrgencyThenArrivalAndRefusedWhenItsTimeIsUp) {
    KmeConfig config;
    config.congestion.applications[AppId{2}].priority = 3;
    config.congestion.wait_limit = seconds{10};
    LoopbackNetwork net{pair(), config};
    Asked asked;
    ask(net, asked, AppId{0}, 0);
    ask(net, asked, AppId{0}, 1);
    ask(net, asked, AppId{2}, 2);
    ask(net, asked, AppId{0}, 3);
    ask(net, asked, AppId{2}, 4);
    net.clock.run_for(seconds{4});
    EXPECT_EQ(asked.replies, 0);
    net.give_key(LinkId{0}, 6); // three of them this end's
    net.clock.run_for(seconds{1});
    EXPECT_EQ(asked.order, (std::vector<int>{2, 4, 0}));
    net.clock.run_for(seconds{6});
    EXPECT_EQ(asked.replies, 5);
    EXPECT_EQ(asked.status[1], KeyStatus::no_key);
    EXPECT_EQ(asked.status[3], KeyStatus::no_key);
    net.give_key(LinkId{0}, 6);
    net.clock.run_for(seconds{6});
    EXPECT_EQ(asked.replies, 5) << "answered twice";
}

TEST(CongestionTest, AFullQueueTurnsTheLeastUrgentAway) {
    KmeConfig config;
    config.congestion.applications[AppId{2}].priority = 1;
    config.congestion.wait_limit = seconds{10};
    config.congestion.waiting_limit = 2;
    LoopbackNetwork net{pair(), config};
    Asked asked;
    ask(net, asked, AppId{0}, 0);
    ask(net, asked, AppId{0}, 1);
    ask(net, asked, AppId{0}, 2); // nobody is less urgent: turned away itself
    EXPECT_EQ(asked.status[2], KeyStatus::busy);
    ask(net, asked, AppId{2}, 3); // the youngest of the others makes room
    EXPECT_EQ(asked.status[1], KeyStatus::busy);
    net.give_key(LinkId{0}, 20);
    net.clock.run_for(seconds{1});
    EXPECT_EQ(asked.order, (std::vector<int>{3, 0}));
}

TEST(CongestionTest, TheReserveIsForTheUrgent) {
    KmeConfig config;
    config.congestion.applications[AppId{2}].priority = 1;
    config.congestion.reserve_bits = 4 * 256;
    LoopbackNetwork net{pair(), config};
    net.give_key(LinkId{0}, 12); // six for this end
    Asked asked;
    for (int i = 0; i < 4; ++i)
        ask(net, asked, AppId{0}, i);
    for (int i = 4; i < 10; ++i)
        ask(net, asked, AppId{2}, i);
    net.clock.run_for(seconds{1});
    EXPECT_EQ(asked.order, (std::vector<int>{0, 1, 4, 5, 6, 7}));
    EXPECT_EQ(asked.status[3], KeyStatus::no_key);
}

TEST(CongestionTest, AnApplicationThatAsksAgainFromInsideItsAnswer) {
    KmeConfig config;
    config.release = Release::early; // answers come from inside the request
    config.congestion.wait_limit = seconds{100};
    LoopbackNetwork net{pair(), config};
    int served = 0;
    std::function<void()> again = [&] {
        net.node(0).request_keys({AppId{0}, AppId{1}, 256, 1}, [&](KeyReply reply) {
            if (reply.status != KeyStatus::ok) return;
            ++served;
            again();
        });
    };
    again();
    net.give_key(LinkId{0}, 20);
    net.clock.run_for(seconds{1});
    EXPECT_EQ(served, 10);
}

TEST(CongestionTest, KeysMadeAheadAreAnsweredAtOnceAreTheSameAtTheFarNodeAndExpire) {
    KmeConfig config;
    config.key_lifetime = seconds{100};
    config.relay_timeout = seconds{5};
    config.congestion.ready = {{AppId{0}, AppId{1}, 256, 2, 5}};
    LoopbackNetwork net{pair(), config}; // b has the same list: its requests are not from there, so it must not fill
    net.give_key(LinkId{0}, 40);
    net.clock.run_for(seconds{2});
    std::set<KeyId> seen;
    auto take = [&] {
        auto const answer = std::make_shared<std::optional<KeyReply>>();
        net.node(0).request_keys({AppId{0}, AppId{1}, 256, 1},
                                 [answer](KeyReply reply) { answer->emplace(std::move(reply)); });
        if (!*answer) return false; // made on demand: comes later
        KeyReply const& got = **answer;
        EXPECT_EQ(got.status, KeyStatus::ok);
        EXPECT_TRUE(seen.insert(got.keys.at(0).id).second) << "one key handed out twice";
        auto far = net.node(1).fetch_keys(AppId{1}, std::array{got.keys[0].id});
        EXPECT_EQ(far.status, KeyStatus::ok);
        EXPECT_EQ(far.keys.at(0).key, got.keys[0].key);
        return true;
    };
    for (int i = 0; i < 5; ++i)
        EXPECT_TRUE(take()) << i;
    EXPECT_FALSE(take()) << "six were ready, five were wanted";
    net.clock.run_for(seconds{2});
    EXPECT_TRUE(take()) << "not filled again";
    // Nobody asks for longer than a key lives: what is handed out then must still be at the far node.
    for (int i = 0; i < 12; ++i) {
        net.clock.run_for(seconds{33});
        net.give_key(LinkId{0}, 10);
        net.clock.run_for(seconds{2});
        EXPECT_TRUE(take()) << i;
    }
}

TEST(CongestionTest, ARestartForgetsWhoWaitedAndFillsAgain) {
    KmeConfig config;
    config.congestion.wait_limit = seconds{10};
    config.congestion.ready = {{AppId{0}, AppId{1}, 256, 1, 3}};
    LoopbackNetwork net{pair(), config};
    Asked asked;
    ask(net, asked, AppId{2}, 0);
    net.node(0).on_restart();
    net.give_key(LinkId{0}, 20);
    net.clock.run_for(seconds{30});
    EXPECT_EQ(asked.replies, 0) << "the host is told by its own timeout, not by a node that forgot";
    ask(net, asked, AppId{0}, 1);
    EXPECT_EQ(asked.status[1], KeyStatus::ok) << "ready keys answer at once";
}

} // namespace
} // namespace qkdes
