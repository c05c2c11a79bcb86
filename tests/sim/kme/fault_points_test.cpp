// Each fault point fires, does what it says, and leaves the books whole: no unit stranded, doubled or lost count of.
#include "tests/support/loopback_network.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using test::LoopbackNetwork;
using namespace std::chrono_literals;

constexpr NodeId node(std::size_t i) { return NodeId{i}; }
constexpr LinkId link(std::size_t i) { return LinkId{i}; }

/// Strikes at one point of one node, from its `first` pass on, `times` times.
struct Striker final : FaultInjector {
    Striker(NodeId at_, FaultPoint point_, int times_ = 1, int first_ = 1)
        : at{at_}, point{point_}, times{times_}, first{first_} {}
    bool hit(NodeId node, FaultPoint here) override {
        if (node != at || here != point || ++passes < first || hits == times) return false;
        ++hits;
        return true;
    }
    void crashed(NodeId node) override { down.push_back(node); }
    NodeId at;
    FaultPoint point;
    int times, first, passes = 0, hits = 0;
    std::vector<NodeId> down;
};

class Faults : public testing::TestWithParam<bool> {
  protected:
    std::unique_ptr<LoopbackNetwork> network(FaultInjector& faults, KmeConfig config = {}) {
        auto net = std::make_unique<LoopbackNetwork>(test::line({true, true}), config, 1, nullptr, GetParam(), &faults);
        net->give_key_everywhere(10);
        return net;
    }
    /// In the end both ends of each link hold the same number, and a new key goes through.
    static void expect_whole(LoopbackNetwork& net) {
        net.clock.run_for(120s);
        EXPECT_EQ(net.books(), "");
        for (std::size_t i = 0; i < 2; ++i)
            EXPECT_EQ(net.ledger.held(node(i), link(i)), net.ledger.held(node(i + 1), link(i))) << "link " << i;
        auto const next = net.request(0, 2);
        net.clock.run_for(10s);
        EXPECT_TRUE(next->ok()) << to_string(next->reply.status);
    }
};
INSTANTIATE_TEST_SUITE_P(AsBytesAndAsValues, Faults, testing::Bool());

TEST_P(Faults, ADroppedAcknowledgementIsRepeated) {
    Striker faults{node(2), FaultPoint::drop_ack};
    auto net = network(faults);
    auto const answer = net->request(0, 2);
    net->clock.run_for(500ms);
    EXPECT_EQ(faults.hits, 1);
    EXPECT_EQ(answer->replies, 0);
    net->clock.run_for(2s);
    EXPECT_TRUE(answer->ok());
    EXPECT_EQ(net->fetch(2, answer->reply.keys.at(0).id).status, KeyStatus::ok);
    expect_whole(*net);
}

// Stored, unacknowledged, down. The host restarts the node later; the source's keys are voided in its store.
TEST_P(Faults, ACrashBeforeTheAcknowledgementLeavesNoKeyBehind) {
    Striker faults{node(2), FaultPoint::crash_before_ack};
    auto net = network(faults);
    auto const answer = net->request(0, 2);
    net->clock.run_for(500ms);
    ASSERT_EQ(faults.down, std::vector{node(2)});
    KeyId const id = net->ledger.holders.begin()->first;
    EXPECT_EQ(net->ledger.holders.at(id).count(node(2)), 1u) << "it was stored";
    net->node(2).on_restart();
    net->clock.run_for(60s);
    EXPECT_EQ(answer->replies, 1);
    EXPECT_NE(answer->reply.status, KeyStatus::ok);
    EXPECT_EQ(net->fetch(2, id).status, KeyStatus::not_found);
    expect_whole(*net);
}

TEST_P(Faults, ANodeThatIsDownDoesNothing) {
    Striker faults{node(2), FaultPoint::crash_before_ack};
    auto net = network(faults);
    net->request(0, 2);
    net->clock.run_for(500ms);
    net->record = true;
    auto const refused = net->request(2, 0);
    EXPECT_EQ(refused->reply.status, KeyStatus::busy);
    net->request(1, 2);
    net->clock.run_for(20s);
    for (auto const& message : net->sent)
        EXPECT_NE(message.from, node(2));
    net->node(2).on_restart();
    expect_whole(*net);
}

TEST_P(Faults, DuplicatesAreHarmless) {
    Striker faults{node(0), FaultPoint::duplicate, 1000};
    auto net = network(faults);
    auto const answer = net->request(0, 2);
    net->clock.run_for(1s);
    EXPECT_GE(faults.hits, 3);
    EXPECT_TRUE(answer->ok());
    EXPECT_GE(net->ledger.counted("message.duplicate"), 2u);
    EXPECT_EQ(net->ledger.fate(node(1), link(0), UnitFate::used), 1u);
    expect_whole(*net);
}

// The sealed keys go out before the ciphertext that opens them, and more: what was held back for ever is sent again.
TEST_P(Faults, ReorderedMessagesFindTheirWay) {
    for (int first : {1, 2, 3}) {
        Striker faults{node(0), FaultPoint::reorder, 1, first};
        auto net = network(faults);
        auto const answer = net->request(0, 2);
        net->clock.run_for(5s);
        EXPECT_EQ(faults.hits, 1);
        EXPECT_TRUE(answer->ok()) << first << ": " << to_string(answer->reply.status);
        expect_whole(*net);
    }
}

TEST_P(Faults, ASlowDiskDelaysAndNothingElse) {
    Striker faults{node(2), FaultPoint::slow_disk};
    auto net = network(faults);
    auto const answer = net->request(0, 2);
    net->clock.run_for(2s);
    EXPECT_EQ(faults.hits, 1);
    EXPECT_EQ(answer->replies, 0);
    net->clock.run_for(1s);
    EXPECT_TRUE(answer->ok()) << to_string(answer->reply.status);
    expect_whole(*net);
}

// Nothing on a single path can notice a relay that lies; the books of key units are whole all the same.
TEST_P(Faults, AnAlteringRelayGivesTheEndsDifferentKeys) {
    Striker faults{node(1), FaultPoint::alter};
    auto net = network(faults);
    auto const answer = net->request(0, 2);
    net->clock.run_for(1s);
    EXPECT_EQ(faults.hits, 1);
    ASSERT_TRUE(answer->ok());
    auto const there = net->fetch(2, answer->reply.keys.at(0).id);
    ASSERT_EQ(there.status, KeyStatus::ok);
    EXPECT_FALSE(there.keys.at(0).key == answer->reply.keys.at(0).key);
    expect_whole(*net);
}

TEST_P(Faults, ADroppingRelayEndsInATimeout) {
    Striker faults{node(1), FaultPoint::drop_relay};
    auto net = network(faults);
    auto const answer = net->request(0, 2);
    net->clock.run_for(4s);
    EXPECT_EQ(faults.hits, 1);
    EXPECT_EQ(answer->replies, 0);
    net->clock.run_for(10s);
    EXPECT_EQ(answer->reply.status, KeyStatus::timeout);
    expect_whole(*net);
}

TEST_P(Faults, ReplayedKeysAreNotTakenAgain) {
    Striker faults{node(0), FaultPoint::replay};
    auto net = network(faults);
    auto const first = net->request(0, 2);
    net->clock.run_for(1s);
    auto const key = first->reply.keys.at(0);
    EXPECT_EQ(net->fetch(2, key.id).status, KeyStatus::ok);
    auto const second = net->request(0, 2);
    net->clock.run_for(1s);
    EXPECT_EQ(faults.hits, 1);
    EXPECT_TRUE(second->ok());
    EXPECT_EQ(net->fetch(2, key.id).status, KeyStatus::not_found) << "handed out once";
    EXPECT_EQ(net->ledger.fate(node(1), link(0), UnitFate::used), 2u);
    expect_whole(*net);
}

// All points at random, for long, over traffic both ways. The books must balance at every step.
TEST_P(Faults, AllOfThemForLong) {
    struct Random final : FaultInjector {
        bool hit(NodeId, FaultPoint point) override {
            bool const now = armed && rng.bernoulli(point == FaultPoint::crash_before_ack ? 0.01 : 0.05);
            hits[static_cast<std::size_t>(point)] += now;
            return now;
        }
        void crashed(NodeId node) override { down.push_back(node); }
        RngStream rng{9, "faults"};
        bool armed = true;
        std::array<int, 8> hits{};
        std::vector<NodeId> down;
    } faults;
    auto net = network(faults);
    std::vector<std::shared_ptr<test::Answer>> answers;
    for (int step = 0; step < 600; ++step) {
        if (step % 20 == 0) net->give_key_everywhere(30);
        answers.push_back(step % 2 ? net->request(0, 2) : net->request(2, 0, 2));
        net->clock.run_for(40ms);
        ASSERT_EQ(net->books(), "") << step;
        if (step % 7 == 0)
            for (NodeId node : std::exchange(faults.down, {}))
                net->node(node.index()).on_restart();
    }
    faults.armed = false;
    for (NodeId node : std::exchange(faults.down, {}))
        net->node(node.index()).on_restart();
    net->clock.run_for(100s);
    int served = 0;
    for (auto const& answer : answers) {
        EXPECT_LE(answer->replies, 1);
        served += answer->ok();
    }
    EXPECT_GT(served, 250);
    for (std::size_t point = 0; point < faults.hits.size(); ++point)
        EXPECT_GT(faults.hits[point], 0) << point;
    EXPECT_EQ(net->books(), "");
}

} // namespace
} // namespace qkdes
