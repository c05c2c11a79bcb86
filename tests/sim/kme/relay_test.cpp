// Keys cross a network of real nodes: both applications end with the same bytes, and each hop pays exactly its price.
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

} // namespace
} // namespace qkdes
