// Key streams between two applications two hops apart: same chunks at both ends, statuses, pace, patience and ends.
#include "sim/kme/etsi004/records.hpp"
#include "sim/kme/etsi004/sessions.hpp"
#include "tests/support/loopback_network.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace qkdes::etsi004 {
namespace {

using namespace std::chrono_literals;
using test::LoopbackNetwork;

class Etsi004 : public testing::Test {
  protected:
    Etsi004() {
        Topology topology = test::line({true, true});
        topology.nodes.push_back("alone");
        topology.applications = {node(0), node(2), node(2), node(3)};
        net.emplace(topology);
        auto const shared = std::make_shared<Topology const>(net->topology());
        for (std::size_t i : {0, 2}) {
            SessionsConfig config;
            config.self = node(i);
            entropies.push_back(std::make_unique<test::StreamEntropy>(i + 1, "sessions"));
            sessions.push_back(std::make_unique<Sessions>(config, net->node(i), shared, net->clock, *entropies.back()));
        }
        net->give_key_everywhere(200);
    }
    static NodeId node(std::size_t i) { return NodeId{i}; }
    Sessions& here() { return *sessions[0]; }
    Sessions& there() { return *sessions[1]; }

    /// Answers of one call, and how many there were.
    template <class T>
    struct Answers {
        int count = 0;
        T last;
    };
    using Chunks = std::shared_ptr<Answers<KeyChunk>>;
    using Opens = std::shared_ptr<Answers<OpenReply>>;

    Opens open(Sessions& at, AppId caller, AppId peer, QualityOfService const& qos = {},
               std::optional<KeyStreamId> stream = {}) {
        auto answers = std::make_shared<Answers<OpenReply>>();
        at.open_connect(caller, peer, qos, stream, [answers](OpenReply reply) {
            ++answers->count;
            answers->last = reply;
        });
        return answers;
    }
    Chunks get(Sessions& at, AppId caller, KeyStreamId stream, std::optional<std::uint32_t> index = {}) {
        auto answers = std::make_shared<Answers<KeyChunk>>();
        at.get_key(caller, stream, index, [answers](KeyChunk chunk) {
            ++answers->count;
            answers->last = std::move(chunk);
        });
        return answers;
    }
    /// Both ends connected.
    KeyStreamId connect(QualityOfService const& qos = {}) {
        auto const source = open(here(), kAlice, kBob, qos);
        net->clock.run_for(1s);
        EXPECT_EQ(source->last.status, Status::peer_not_connected);
        auto const destination = open(there(), kBob, kAlice, qos, source->last.stream);
        net->clock.run_for(1s);
        EXPECT_EQ(destination->count, 1);
        EXPECT_EQ(destination->last.status, Status::successful);
        EXPECT_EQ(destination->last.qos, qos);
        return source->last.stream;
    }

    AppId const kAlice{std::size_t{0}}, kBob{std::size_t{1}}, kMallory{std::size_t{2}}, kHermit{std::size_t{3}};
    std::optional<LoopbackNetwork> net;
    std::vector<std::unique_ptr<test::StreamEntropy>> entropies;
    std::vector<std::unique_ptr<Sessions>> sessions;
};

// Fails when the ends differ, when two indices share bytes, or when an index is handed out twice at one end.
TEST_F(Etsi004, BothEndsGetTheSameChunksOnce) {
    QualityOfService qos;
    qos.key_chunk_size = 100;
    auto const stream = connect(qos);
    std::set<std::vector<std::uint8_t>> seen;
    for (std::uint32_t i = 0; i < 12; ++i) {
        auto const source = get(here(), kAlice, stream), destination = get(there(), kBob, stream);
        net->clock.run_for(200ms);
        ASSERT_EQ(source->count, 1);
        ASSERT_EQ(destination->count, 1);
        ASSERT_EQ(source->last.status, Status::successful) << i;
        ASSERT_EQ(destination->last.status, Status::successful) << i;
        EXPECT_EQ(source->last.index, i);
        EXPECT_EQ(destination->last.index, i);
        EXPECT_EQ(source->last.key.size(), 100u);
        EXPECT_TRUE(source->last.key == destination->last.key);
        auto const bytes = source->last.key.view();
        EXPECT_TRUE(seen.emplace(bytes.begin(), bytes.end()).second);
    }
    for (auto* end : {&here(), &there()}) {
        auto const again = get(*end, end == &here() ? kAlice : kBob, stream, 3);
        net->clock.run_for(6s);
        EXPECT_EQ(again->count, 1);
        EXPECT_EQ(again->last.status, Status::insufficient_key);
        EXPECT_TRUE(again->last.key.empty());
    }
    EXPECT_EQ(net->books(), "");
}

// The destination may ask first; an index may be skipped. Fails when a wait is not woken by the arrival.
TEST_F(Etsi004, TheDestinationWaitsAndBothMaySkip) {
    auto const stream = connect();
    auto const early = get(there(), kBob, stream, 7);
    net->clock.run_for(1s);
    EXPECT_EQ(early->count, 0);
    auto const source = get(here(), kAlice, stream, 7);
    net->clock.run_for(100ms);
    ASSERT_EQ(early->count, 1);
    ASSERT_EQ(source->count, 1);
    ASSERT_EQ(early->last.status, Status::successful);
    EXPECT_TRUE(early->last.key == source->last.key);
    EXPECT_EQ(get(here(), kAlice, stream, 5)->last.status, Status::insufficient_key) << "given up by skipping";
}

TEST_F(Etsi004, OpeningHasItsStatuses) {
    EXPECT_EQ(open(here(), kAlice, kHermit)->last.status, Status::no_qkd_connection);
    EXPECT_EQ(open(here(), kBob, kAlice)->last.status, Status::no_qkd_connection) << "bob lives elsewhere";
    EXPECT_EQ(open(here(), kAlice, kAlice)->last.status, Status::no_qkd_connection);
    auto const source = open(here(), kAlice, kBob);
    EXPECT_EQ(source->count, 0) << "not before the far node knows";
    net->clock.run_for(1s);
    ASSERT_EQ(source->last.status, Status::peer_not_connected);
    KeyStreamId const stream = source->last.stream;

    EXPECT_EQ(get(here(), kAlice, stream)->last.status, Status::get_key_without_peer);
    EXPECT_EQ(open(here(), kAlice, kBob, {}, stream)->last.status, Status::stream_in_use);
    EXPECT_EQ(open(there(), kMallory, kAlice, {}, stream)->last.status, Status::stream_in_use) << "meant for bob";
    EXPECT_EQ(get(there(), kMallory, stream)->last.status, Status::no_qkd_connection);
    QualityOfService other;
    other.key_chunk_size = 64;
    auto const refused = open(there(), kBob, kAlice, other, stream);
    EXPECT_EQ(refused->last.status, Status::qos_not_met);
    EXPECT_EQ(refused->last.qos, QualityOfService{}) << "what the source has";
    auto const good = open(there(), kBob, kAlice, {}, stream);
    net->clock.run_for(1s);
    EXPECT_EQ(good->last.status, Status::successful);
    EXPECT_EQ(open(there(), kBob, kAlice, {}, stream)->last.status, Status::stream_in_use);
    auto const chunk = get(here(), kAlice, stream);
    net->clock.run_for(1s);
    EXPECT_EQ(chunk->last.status, Status::successful);
}

// Fails when a stream that nobody opened lets its visitor wait for ever, or when one opened meanwhile is missed.
TEST_F(Etsi004, AnEarlyDestinationWaitsForItsTimeout) {
    QualityOfService qos;
    qos.timeout = 700;
    auto const nobody = open(there(), kBob, kAlice, qos, KeyStreamId{{1, 2, 3}});
    net->clock.run_for(699ms);
    EXPECT_EQ(nobody->count, 0);
    net->clock.run_for(2ms);
    EXPECT_EQ(nobody->count, 1);
    EXPECT_EQ(nobody->last.status, Status::timeout);
}

// Fails when a QoS beyond what can be had is granted, or when the counter-proposal is not acceptable itself.
TEST_F(Etsi004, QosIsGrantedOrAnswered) {
    QualityOfService wild;
    wild.key_chunk_size = 5000;
    wild.min_bps = 1'000'000'000;
    wild.ttl = 10'000'000;
    wild.timeout = 0;
    auto const refused = open(here(), kAlice, kBob, wild);
    ASSERT_EQ(refused->last.status, Status::qos_not_met);
    QualityOfService const offered = refused->last.qos;
    EXPECT_EQ(offered.key_chunk_size, 512u);
    EXPECT_EQ(offered.min_bps, 100u * 512 * 8) << "each of this end's 100 units carries one chunk";
    EXPECT_EQ(offered.ttl, 86'400u);
    EXPECT_EQ(here().open_streams(), 0u);
    auto const granted = open(here(), kAlice, kBob, offered);
    net->clock.run_for(1s);
    EXPECT_EQ(granted->last.status, Status::peer_not_connected);
}

// Fails when Max_bps is ignored, or paces at another rate: 2560 bit/s are ten chunks a second, after a second's worth
// that the bucket holds.
TEST_F(Etsi004, MaxBpsPacesChunks) {
    QualityOfService qos;
    qos.max_bps = 2560;
    qos.timeout = 60'000;
    auto const stream = connect(qos);
    std::vector<Chunks> asked;
    for (int i = 0; i < 40; ++i)
        asked.push_back(get(here(), kAlice, stream));
    auto const served = [&] {
        return std::count_if(asked.begin(), asked.end(), [](Chunks const& c) { return c->count == 1; });
    };
    net->clock.run_for(50ms);
    EXPECT_EQ(served(), 10);
    net->clock.run_for(1s);
    EXPECT_EQ(served(), 20);
    net->clock.run_for(1s);
    EXPECT_EQ(served(), 30);
    net->clock.run_for(1s);
    EXPECT_EQ(served(), 40);
}

// Without key GET_KEY says so, and the same index can be had once there is some. Fails when the ends then differ.
TEST_F(Etsi004, AFailedIndexMayBeAskedForAgain) {
    auto const stream = connect();
    int good = 0;
    Chunks last;
    std::uint32_t failed_at = 0;
    for (int i = 0; i < 400 && failed_at == 0; ++i) {
        last = get(here(), kAlice, stream);
        net->clock.run_for(50ms);
        ASSERT_EQ(last->count, 1);
        if (last->last.status == Status::successful)
            ++good;
        else
            failed_at = last->last.index;
    }
    EXPECT_GT(good, 50);
    EXPECT_EQ(last->last.status, Status::insufficient_key);
    net->give_key_everywhere(100);
    last = get(here(), kAlice, stream);
    auto const other = get(there(), kBob, stream, failed_at);
    net->clock.run_for(100ms);
    ASSERT_EQ(last->last.status, Status::successful);
    EXPECT_EQ(last->last.index, failed_at) << "not a later one: the destination counts the same";
    ASSERT_EQ(other->last.status, Status::successful);
    EXPECT_TRUE(last->last.key == other->last.key);
}

TEST_F(Etsi004, GetKeyGivesUpAtItsTimeout) {
    QualityOfService qos;
    qos.timeout = 300;
    auto const stream = connect(qos);
    auto const waiting = get(there(), kBob, stream);
    net->clock.run_for(299ms);
    EXPECT_EQ(waiting->count, 0);
    net->clock.run_for(2ms);
    ASSERT_EQ(waiting->count, 1);
    EXPECT_EQ(waiting->last.status, Status::timeout);
}

// Fails when an end hears nothing of the other's close, when its waiters hang, or when chunks that had arrived are
// lost.
TEST_F(Etsi004, CloseIsToldToThePeer) {
    auto const stream = connect();
    auto const first = get(here(), kAlice, stream);
    net->clock.run_for(100ms);
    EXPECT_EQ(here().close(kAlice, stream), Status::successful);
    EXPECT_EQ(here().close(kAlice, stream), Status::no_qkd_connection);
    EXPECT_EQ(get(here(), kAlice, stream)->last.status, Status::no_qkd_connection);
    net->clock.run_for(100ms);
    auto const late = get(there(), kBob, stream);
    ASSERT_EQ(late->last.status, Status::successful) << "it had arrived before";
    EXPECT_TRUE(late->last.key == first->last.key);
    auto const beyond = get(there(), kBob, stream, 1000);
    EXPECT_EQ(beyond->last.status, Status::get_key_without_peer);

    auto const second = connect();
    auto const waiting = get(there(), kBob, second);
    EXPECT_EQ(there().close(kBob, second), Status::successful);
    EXPECT_EQ(waiting->count, 1);
    net->clock.run_for(100ms);
    EXPECT_EQ(get(here(), kAlice, second)->last.status, Status::get_key_without_peer);
}

TEST_F(Etsi004, AnUnusedStreamEnds) {
    QualityOfService qos;
    qos.ttl = 10;
    auto const stream = connect(qos);
    net->clock.run_for(7s);
    EXPECT_EQ(get(here(), kAlice, stream)->count, 0);
    net->clock.run_for(7s);
    EXPECT_EQ(here().open_streams(), 1u) << "used 7 s ago";
    net->clock.run_for(4s);
    EXPECT_EQ(here().open_streams(), 0u);
    EXPECT_EQ(there().open_streams(), 0u);
}

TEST_F(Etsi004, RecordsAreReadStrictly) {
    QualityOfService const qos{1, 2, 3, 4, 5, 6, 7};
    SecretBytes const record = write_record(Kind::open, qos);
    EXPECT_EQ(read_record(Kind::open, record), qos);
    EXPECT_FALSE(read_record(Kind::connected, record));
    EXPECT_FALSE(read_record(Kind::open, record.view().first(63)));
    SecretBytes other = record;
    other.data()[63] = 1;
    EXPECT_FALSE(read_record(Kind::open, other));
    std::set<KeyId> ids;
    for (auto kind : {Kind::open, Kind::connected, Kind::chunk})
        for (std::uint32_t i : {0u, 1u, 256u})
            EXPECT_TRUE(ids.insert(derived_id(KeyStreamId{{9}}, kind, i)).second);
    EXPECT_FALSE(ids.contains(derived_id(KeyStreamId{{8}}, Kind::open)));
}

} // namespace
} // namespace qkdes::etsi004
