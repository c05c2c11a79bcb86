// dec_keys: to the application that was named, once, all or none, and not for ever.
#include "sim/kme/delivered_keys.hpp"
#include "tests/support/loopback_network.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using test::LoopbackNetwork;
using namespace std::chrono_literals;

constexpr AppId app(std::size_t i) { return AppId{i}; }

struct DeliveryTest : testing::Test {
    DeliveryTest() {
        Topology topology = test::line({true});
        topology.applications = {NodeId{std::size_t{0}}, NodeId{std::size_t{1}}, NodeId{std::size_t{1}}};
        KmeConfig config;
        config.key_lifetime = 1h;
        config.delivery_limit = 6;
        net.emplace(topology, config);
        net->give_key_everywhere(20);
    }
    std::vector<KeyId> deliver(std::uint32_t number) {
        auto const answer = net->request(0, 1, number);
        net->clock.run_for(1s);
        std::vector<KeyId> ids;
        for (auto const& key : answer->reply.keys)
            ids.push_back(key.id);
        return ids;
    }
    KeyStatus fetch(AppId caller, std::vector<KeyId> const& ids) { return net->node(1).fetch_keys(caller, ids).status; }
    std::optional<LoopbackNetwork> net;
};

TEST_F(DeliveryTest, ASecondFetchFindsNothing) {
    auto const ids = deliver(2);
    ASSERT_EQ(ids.size(), 2u);
    EXPECT_EQ(fetch(app(1), ids), KeyStatus::ok);
    EXPECT_EQ(fetch(app(1), ids), KeyStatus::not_found);
    EXPECT_EQ(fetch(app(1), {ids[0]}), KeyStatus::not_found);
}

TEST_F(DeliveryTest, ACallerThatWasNotNamedGetsNothing) {
    auto const ids = deliver(1);
    EXPECT_EQ(fetch(app(2), ids), KeyStatus::unauthorized);
    EXPECT_EQ(fetch(app(0), ids), KeyStatus::unauthorized);
    EXPECT_EQ(fetch(AppId{}, ids), KeyStatus::bad_request);
    EXPECT_EQ(fetch(app(1), ids), KeyStatus::ok) << "a refusal takes nothing away";
    EXPECT_EQ(net->ledger.counted("delivery.refused.unauthorized"), 2u);
}

// Fails when the keys that are there go out, and are lost, together with a refusal.
TEST_F(DeliveryTest, AllOrNone) {
    auto const ids = deliver(3);
    KeyId unknown = ids[0];
    unknown.bytes[0] ^= 1;
    EXPECT_EQ(fetch(app(1), {ids[0], unknown}), KeyStatus::not_found);
    EXPECT_EQ(fetch(app(1), {ids[0], ids[0]}), KeyStatus::not_found);
    EXPECT_EQ(fetch(app(1), {}), KeyStatus::bad_request);
    EXPECT_EQ(fetch(app(1), std::vector<KeyId>(129, ids[0])), KeyStatus::bad_request);
    EXPECT_EQ(fetch(app(1), ids), KeyStatus::ok);
}

TEST_F(DeliveryTest, KeysThatNobodyFetchesExpire) {
    auto const ids = deliver(2);
    net->clock.run_for(1h);
    EXPECT_EQ(fetch(app(1), ids), KeyStatus::not_found);
    EXPECT_EQ(net->ledger.counted("delivery.expired"), 2u);
}

// The store is full: the far node refuses, the source is told, and there is room again once keys were fetched.
TEST_F(DeliveryTest, AFullStoreRefusesAsBusy) {
    auto const ids = deliver(4);
    auto const answer = net->request(0, 1, 3);
    net->clock.run_for(1s);
    EXPECT_EQ(answer->reply.status, KeyStatus::busy);
    EXPECT_EQ(net->ledger.counted("relay.refused.store"), 1u);
    EXPECT_EQ(fetch(app(1), ids), KeyStatus::ok);
    EXPECT_EQ(deliver(6).size(), 6u);
}

TEST(DeliveredKeys, AnIdIsTakenOnce) {
    DeliveredKeys store{10};
    std::vector<DeliveredKey> keys(1);
    keys[0].key = SecretBytes{32};
    EXPECT_TRUE(store.insert(app(1), keys));
    EXPECT_FALSE(store.insert(app(2), keys)) << "another's key must not be replaced";
    keys.push_back(keys[0]);
    keys[0].id.bytes[0] = keys[1].id.bytes[0] = 9;
    EXPECT_FALSE(store.insert(app(1), keys)) << "twice in one list";
    EXPECT_EQ(store.size(), 1u);
}

} // namespace
} // namespace qkdes
