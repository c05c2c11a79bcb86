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
    EXPECT_TRUE(store.insert(app(9), app(1), keys));
    EXPECT_FALSE(store.insert(app(9), app(1), keys)) << "once for each";
    keys.push_back(keys[0]);
    keys[0].id.bytes[0] = keys[1].id.bytes[0] = 9;
    EXPECT_FALSE(store.insert(app(9), app(1), keys)) << "twice in one list";
    EXPECT_EQ(store.size(), 1u);
}

// Several recipients on one node: a copy each. Fails when the first one's fetch takes the others' copies, when somebody
// gets a second one, or when a key of the same id but other bits slips in.
TEST(DeliveredKeys, EachRecipientHasItsOwnCopy) {
    DeliveredKeys store{3};
    KeyId const id{{7}};
    DeliveredKey const key{id, SecretBytes{32}, SecurityClass::hybrid};
    DeliveredKey other = key;
    other.key.data()[0] = 1;
    ASSERT_TRUE(store.insert(app(9), app(1), {&key, 1}));
    EXPECT_FALSE(store.insert(app(9), app(2), {&other, 1})) << "the same id stands for the same bits";
    EXPECT_FALSE(store.insert(app(8), app(2), {&key, 1})) << "and for the same master";
    EXPECT_EQ(store.fetch(app(1), {&id, 1}, app(8)).status, KeyStatus::not_found);
    ASSERT_TRUE(store.insert(app(9), app(2), {&key, 1}));
    EXPECT_EQ(store.size(), 2u);
    EXPECT_EQ(store.fetch(app(3), {&id, 1}).status, KeyStatus::unauthorized);
    EXPECT_EQ(store.fetch(app(1), {&id, 1}).status, KeyStatus::ok);
    EXPECT_EQ(store.fetch(app(1), {&id, 1}).status, KeyStatus::not_found);
    EXPECT_FALSE(store.insert(app(9), app(1), {&key, 1})) << "it has had its copy";
    EXPECT_TRUE(store.contains({id, app(2)}));
    EXPECT_FALSE(store.remove({id, app(1)}));
    EXPECT_EQ(store.fetch(app(2), {&id, 1}).status, KeyStatus::ok);
    EXPECT_EQ(store.size(), 0u);
}

// Fails when relaying given keys makes fresh ones instead, or changes ids or bits.
TEST_F(DeliveryTest, GivenKeysReachAFurtherRecipient) {
    auto const answer = net->request(0, 1, 2);
    net->clock.run_for(1s);
    ASSERT_TRUE(answer->ok());
    KeyReply second;
    net->node(0).relay_keys(app(0), app(2), answer->reply.keys, [&](KeyReply reply) { second = std::move(reply); });
    net->clock.run_for(1s);
    ASSERT_EQ(second.keys.size(), 2u);
    std::vector<KeyId> const ids{answer->reply.keys[0].id, answer->reply.keys[1].id};
    auto const one = net->node(1).fetch_keys(app(1), ids), two = net->node(1).fetch_keys(app(2), ids);
    ASSERT_EQ(one.status, KeyStatus::ok);
    ASSERT_EQ(two.status, KeyStatus::ok);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_TRUE(one.keys[i].key == answer->reply.keys[i].key);
        EXPECT_TRUE(two.keys[i].key == answer->reply.keys[i].key);
    }
    KeyStatus refused = KeyStatus::ok;
    net->node(0).relay_keys(app(0), app(2), {}, [&](KeyReply reply) { refused = reply.status; });
    EXPECT_EQ(refused, KeyStatus::bad_request);
    EXPECT_EQ(net->books(), "");
}

} // namespace
} // namespace qkdes
