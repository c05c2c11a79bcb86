// Keys cross a network of real nodes: both applications end with the same bytes, and each hop pays exactly its price.
#include "sim/base/hash.hpp"
#include "sim/kme/ml_kem.hpp"
#include "tests/support/loopback_network.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using test::LoopbackNetwork;
using namespace std::chrono_literals;

class Chain : public testing::TestWithParam<int> {};

// Fails when a relay alters, drops or re-encrypts wrongly, and when a hop takes more or less than its one unit.
TEST_P(Chain, BothEndsGetTheSameKeyAndEachHopPaysOneUnit) {
    auto const hops = static_cast<std::size_t>(GetParam());
    MlKem768 kem;
    LoopbackNetwork net{test::line(std::vector<bool>(hops, true)), {}, 7, &kem};
    net.give_key_everywhere(10);

    auto const answer = net.request(0, hops);
    EXPECT_EQ(answer->replies, 0); // not before the far node has stored it
    net.clock.run_for(1s);
    ASSERT_TRUE(answer->ok()) << to_string(answer->reply.status);
    DeliveredKey const& here = answer->reply.keys.at(0);
    EXPECT_EQ(here.key.size(), 32u);
    EXPECT_EQ(here.security, SecurityClass::hybrid);
    EXPECT_EQ(here.id.bytes[6] >> 4, 4);
    EXPECT_EQ(here.id.bytes[8] >> 6, 2);

    auto const there = net.fetch(hops, here.id);
    ASSERT_EQ(there.status, KeyStatus::ok);
    EXPECT_TRUE(there.keys.at(0).key == here.key);
    EXPECT_EQ(there.keys.at(0).security, SecurityClass::hybrid);

    for (std::size_t i = 0; i < hops; ++i)
        for (NodeId end : {NodeId{i}, NodeId{i + 1}}) {
            EXPECT_EQ(net.ledger.fate(end, LinkId{i}, UnitFate::used), 1u) << "link " << i;
            EXPECT_EQ(net.ledger.fate(end, LinkId{i}, UnitFate::voided), 0u);
        }
    EXPECT_EQ(net.ledger.holders.at(here.id).size(), hops + 1);
    EXPECT_EQ(net.ledger.hops.size(), hops);
    EXPECT_EQ(net.books(), "");
}
INSTANTIATE_TEST_SUITE_P(Relay, Chain, testing::Range(1, 6));

// Several keys in one message cost one unit, and arrive as one. Fails when each key pays for itself.
TEST(Relay, ManyKeysTravelInOneMessage) {
    LoopbackNetwork net{test::line({true, true})};
    net.give_key_everywhere(4);
    auto const answer = net.request(0, 2, 128, 4096);
    net.clock.run_for(1s);
    ASSERT_TRUE(answer->ok());
    ASSERT_EQ(answer->reply.keys.size(), 128u);
    for (auto const& key : answer->reply.keys) {
        EXPECT_EQ(key.key.size(), 512u);
        auto const there = net.fetch(2, key.id);
        ASSERT_EQ(there.status, KeyStatus::ok);
        EXPECT_TRUE(there.keys.at(0).key == key.key);
    }
    EXPECT_EQ(net.ledger.fate(NodeId{0}, LinkId{0}, UnitFate::used), 1u);
    std::uint32_t units = 0;
    for (auto const& hop : net.ledger.hops)
        units += hop.units;
    EXPECT_EQ(units, 2u);
    EXPECT_EQ(net.ledger.hops.size(), 256u);
    EXPECT_EQ(net.books(), "");
}

// The class of a path is that of its worst hop, at both ends. Fails when the source knows only its own hop.
TEST(Relay, TheWorstHopDecidesTheClass) {
    for (auto release : {Release::on_acknowledgement, Release::early}) {
        KmeConfig config;
        config.release = release;
        LoopbackNetwork net{test::line({true, false, true}), config};
        net.give_key_everywhere(4);
        auto const answer = net.request(0, 3);
        net.clock.run_for(1s);
        ASSERT_TRUE(answer->ok());
        EXPECT_EQ(answer->reply.keys.at(0).security, SecurityClass::pqc);
        EXPECT_EQ(net.fetch(3, answer->reply.keys.at(0).id).keys.at(0).security, SecurityClass::pqc);
        EXPECT_EQ(net.ledger.fate(NodeId{1}, LinkId{0}, UnitFate::used), 1u);
    }
}

TEST(Relay, OnOneNodeTheKeyNeverLeaves) {
    Topology topology = test::line({true});
    topology.applications = {NodeId{0}, NodeId{0}};
    LoopbackNetwork net{topology};
    auto const answer = net.request(0, 1);
    ASSERT_TRUE(answer->ok());
    EXPECT_EQ(answer->reply.keys.at(0).security, SecurityClass::its);
    auto const there = net.fetch(1, answer->reply.keys.at(0).id);
    ASSERT_EQ(there.status, KeyStatus::ok);
    EXPECT_TRUE(there.keys.at(0).key == answer->reply.keys.at(0).key);
    EXPECT_TRUE(net.ledger.hops.empty());
}

TEST(Relay, TheProfileOfThePaperRelaysToo) {
    KmeConfig config;
    config.derivation = HopDerivation::exclusive_or;
    LoopbackNetwork net{test::line({true, false}), config};
    net.give_key_everywhere(4);
    auto const answer = net.request(0, 2);
    net.clock.run_for(1s);
    ASSERT_TRUE(answer->ok());
    EXPECT_TRUE(net.fetch(2, answer->reply.keys.at(0).id).keys.at(0).key == answer->reply.keys.at(0).key);
}

// Early release answers at once, and a relay that then fails shows only at the far end.
TEST(Relay, EarlyReleaseDoesNotWait) {
    KmeConfig config;
    config.release = Release::early;
    LoopbackNetwork net{test::line({true, true}), config};
    net.give_key_everywhere(4);
    auto const answer = net.request(0, 2);
    ASSERT_TRUE(answer->ok());
    EXPECT_EQ(net.fetch(2, answer->reply.keys.at(0).id).status, KeyStatus::not_found) << "dec before the relay is done";
    net.clock.run_for(1s);
    EXPECT_EQ(net.fetch(2, answer->reply.keys.at(0).id).status, KeyStatus::ok);

    net.meddler = [](test::InFlight&) { return std::vector<SimDuration>{}; };
    auto const doomed = net.request(0, 2);
    net.clock.run_for(60s);
    EXPECT_TRUE(doomed->ok());
    EXPECT_EQ(net.ledger.counted("relay.failed"), 1u);
    EXPECT_EQ(net.books(), "");
}

// The caller's mistakes, and a graph without a path.
TEST(Relay, RefusesWhatCannotBe) {
    Topology topology = test::line({true});
    topology.nodes.push_back("island");
    topology.applications.push_back(NodeId{2});
    LoopbackNetwork net{topology};
    net.give_key_everywhere(4);
    for (auto [number, bits] : {std::pair{0u, 256u}, {129u, 256u}, {1u, 56u}, {1u, 4104u}, {1u, 257u}}) {
        auto const answer = net.request(0, 1, number, bits);
        EXPECT_EQ(answer->reply.status, KeyStatus::bad_request) << number << " of " << bits;
    }
    EXPECT_EQ(net.request(0, 2)->reply.status, KeyStatus::no_route);
    auto const refused = [&](AppId from, AppId to) {
        KeyStatus status = KeyStatus::ok;
        net.node(0).request_keys({from, to}, [&](KeyReply reply) { status = reply.status; });
        return status;
    };
    EXPECT_EQ(refused(AppId{std::size_t{0}}, AppId{std::size_t{9}}), KeyStatus::bad_request);
    EXPECT_EQ(refused(AppId{}, AppId{std::size_t{1}}), KeyStatus::bad_request);
    EXPECT_EQ(refused(AppId{std::size_t{1}}, AppId{std::size_t{0}}), KeyStatus::bad_request) << "not its node";
    EXPECT_EQ(net.books(), "");
}

// An empty pool is told at once when it is the first, and after the way there and back when it lies further on.
TEST(Relay, AnEmptyPoolIsToldAtOnce) {
    LoopbackNetwork net{test::line({true, true})};
    EXPECT_EQ(net.request(0, 2)->reply.status, KeyStatus::no_key);
    net.give_key(LinkId{std::size_t{0}}, 2);
    auto const answer = net.request(0, 2);
    net.clock.run_for(4 * test::kOneWay);
    EXPECT_EQ(answer->reply.status, KeyStatus::no_key);
    EXPECT_TRUE(answer->reply.keys.empty());
    // The first hop did its work: its unit is used at both ends, not voided.
    for (NodeId end : {NodeId{std::size_t{0}}, NodeId{std::size_t{1}}})
        EXPECT_EQ(net.ledger.fate(end, LinkId{std::size_t{0}}, UnitFate::used), 1u);
    EXPECT_EQ(net.books(), "");
}

// Key expires when its life is over, to the nanosecond; the peer's half one relay timeout later. Fails when expiry is
// only noticed at the next use.
TEST(Relay, PoolsExpireOnTime) {
    KmeConfig config;
    config.key_lifetime = 10s;
    config.relay_timeout = 2s;
    LoopbackNetwork net{test::line({true}), config};
    LinkId const link{std::size_t{0}};
    NodeId const a{std::size_t{0}};
    net.give_key(link, 10);
    net.clock.run_for(4s);
    net.give_key(link, 6);
    EXPECT_EQ(net.node(0).pool(link).available_bits, 8u * 256);
    EXPECT_EQ(net.node(0).room(link).own, config.store_capacity / 256 / 2 - 8);
    EXPECT_EQ(net.node(0).room(link).peer, config.store_capacity / 256 / 2 - 8);
    net.clock.run_until(kSimStart + 10s - 1ns);
    EXPECT_EQ(net.ledger.fate(a, link, UnitFate::expired), 0u);
    net.clock.run_for(1ns);
    EXPECT_EQ(net.ledger.fate(a, link, UnitFate::expired), 5u);
    EXPECT_EQ(net.node(0).pool(link).available_bits, 3u * 256);
    net.clock.run_for(2s);
    EXPECT_EQ(net.ledger.fate(a, link, UnitFate::expired), 10u);
    net.clock.run_for(60s);
    EXPECT_EQ(net.node(0).pool(link).held_bits, 0u);
    EXPECT_EQ(net.request(0, 1)->reply.status, KeyStatus::no_key);
    EXPECT_EQ(net.books(), "");
}

// A unit handed out at the last moment still serves. Fails when both halves expire together: then the hop fails.
TEST(Relay, KeyReservedJustInTimeIsHonoured) {
    KmeConfig config;
    config.key_lifetime = 10s;
    LoopbackNetwork net{test::line({true}), config};
    net.give_key_everywhere(2);
    net.clock.run_until(kSimStart + 10s - 1ms);
    auto const answer = net.request(0, 1);
    net.clock.run_for(1s);
    EXPECT_TRUE(answer->ok()) << to_string(answer->reply.status);
    EXPECT_EQ(net.books(), "");
}

// Two ends that ask at the same time, until the pool is empty, never take the same unit. Fails (units refused) when
// both halves start at index 0: let `owns` return true.
TEST(Relay, BothEndsDrawFromOnePoolWithoutCollision) {
    LoopbackNetwork net{test::line({true})};
    net.give_key_everywhere(40);
    std::vector<std::shared_ptr<test::Answer>> answers;
    for (int i = 0; i < 20; ++i) {
        answers.push_back(net.request(0, 1));
        answers.push_back(net.request(1, 0));
    }
    EXPECT_EQ(net.request(0, 1)->reply.status, KeyStatus::no_key);
    EXPECT_EQ(net.request(1, 0)->reply.status, KeyStatus::no_key);
    net.clock.run_for(1s);
    for (auto const& answer : answers)
        EXPECT_TRUE(answer->ok());
    for (NodeId end : {NodeId{std::size_t{0}}, NodeId{std::size_t{1}}}) {
        EXPECT_EQ(net.ledger.fate(end, LinkId{std::size_t{0}}, UnitFate::used), 40u);
        EXPECT_EQ(net.ledger.held(end, LinkId{std::size_t{0}}), 0u);
    }
    EXPECT_EQ(net.books(), "");
}

// An application that asks again from inside its answer (a closed loop) must find a node that is ready for it.
TEST(Relay, AskingFromInsideAnAnswerIsFine) {
    LoopbackNetwork net{test::line({true})};
    net.give_key_everywhere(100);
    int served = 0;
    std::function<void(KeyReply)> again = [&](KeyReply reply) {
        if (reply.status != KeyStatus::ok) return;
        ++served;
        net.node(0).request_keys({AppId{std::size_t{0}}, AppId{std::size_t{1}}}, again);
    };
    net.node(0).request_keys({AppId{std::size_t{0}}, AppId{std::size_t{1}}}, again);
    net.clock.run_for(1s);
    EXPECT_EQ(served, 50);
    EXPECT_EQ(net.books(), "");
}

// Everything random comes from the Entropy port. Fails when a byte comes from anywhere else: replace an entropy.fill in
// the node by a std::random_device, or order anything by an unordered container.
TEST(Relay, TheSameEntropyGivesTheSameBytes) {
    auto const trace = [](std::uint64_t seed) {
        MlKem768 kem;
        LoopbackNetwork net{test::line({true, false, true}), {}, seed, &kem};
        net.record = true;
        RngStream loss{seed, "loss"};
        net.meddler = [&](test::InFlight&) {
            return loss.bernoulli(0.1) ? std::vector<SimDuration>{} : std::vector{test::kOneWay};
        };
        net.give_key_everywhere(60);
        for (int i = 0; i < 20; ++i)
            net.request(0, 3), net.request(3, 1), net.clock.run_for(1ms);
        net.clock.run_for(3s);
        net.node(1).on_restart();
        net.clock.run_for(100s);
        std::string all;
        for (auto const& message : net.sent)
            all.append(message.bytes.begin(), message.bytes.end());
        RunningHash hash;
        hash.add(net.ledger.log);
        return std::pair{hash_text(all), hash.value()};
    };
    EXPECT_EQ(trace(5), trace(5));
    EXPECT_NE(trace(5).first, trace(6).first);
}

} // namespace
} // namespace qkdes
