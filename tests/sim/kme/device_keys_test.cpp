// Keys that an application gets straight from its node's QKD device (arXiv:2604.20376, step 2).
#include "tests/support/loopback_network.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using namespace std::chrono_literals;
using test::LoopbackNetwork;

constexpr SimDuration kService = 100ms;
constexpr LinkId kFirst{std::size_t{0}};

/// 0 = 1 - 2, the second link without key.
struct Net : LoopbackNetwork {
    explicit Net(bool vendor, bool paper = true)
        : LoopbackNetwork{topology_of(), config_of(vendor, paper), 1, nullptr, false, nullptr, [](LinkId) {
                              return std::make_unique<FixedService>(kService);
                          }} {}
    static Topology topology_of() {
        Topology out = test::line({true, false});
        out.links[1].protect = HopProtection::pqc;
        return out;
    }
    static KmeConfig config_of(bool vendor, bool paper) {
        KmeConfig config;
        if (paper) set_profile(config, NodeProfile::kmstn_paper);
        config.keys_from_device = true;
        if (vendor) config.vendor = VendorKmsConfig{};
        return config;
    }
    std::size_t used(std::size_t node) const { return ledger.fate(NodeId{node}, kFirst, UnitFate::used); }
};

SimDuration time_of(Net& net, test::Answer const& answer) {
    SimTime const begin = net.clock.now();
    while (answer.replies == 0 && net.clock.now() - begin < 20s)
        net.clock.run_for(1ms);
    return net.clock.now() - begin;
}

// The published latencies do not depend on the destination: one visit to the server, whether the first hop needs key
// of the same server or of none.
TEST(DeviceKeys, OneVisitToTheServerWhereverTheKeyGoes) {
    for (auto const& [from, to] : {std::pair<std::size_t, std::size_t>{0, 1}, {0, 2}, {1, 0}, {1, 2}}) {
        Net net{true};
        net.give_key_everywhere(40);
        auto const answer = net.request(from, to);
        EXPECT_EQ(time_of(net, *answer), kService) << from << " to " << to;
        ASSERT_TRUE(answer->ok());
        net.clock.run_for(30s);
        auto const far = net.fetch(to, answer->reply.keys[0].id);
        ASSERT_EQ(far.status, KeyStatus::ok) << from << " to " << to;
        EXPECT_TRUE(far.keys.at(0).key == answer->reply.keys[0].key);
        bool const over_link = from == 0 || to == 0;
        EXPECT_EQ(net.used(from), over_link ? 2u : 1u);                             // the key itself, and the hop's
        EXPECT_EQ(net.ledger.fate(NodeId{1 - from}, kFirst, UnitFate::voided), 1u); // its copy fills no buffer
        EXPECT_EQ(net.books(), "");
    }
}

// Fails when the key is still a random one: the device's bits are what the application gets.
TEST(DeviceKeys, AreTheBitsOfTheLink) {
    for (bool const vendor : {true, false}) {
        Net net{vendor};
        auto const words = net.give_key(kFirst, 40);
        auto const answer = net.request(1, 2, 2, 384); // two keys of a unit and a half: two units each
        time_of(net, *answer);
        ASSERT_TRUE(answer->ok()) << vendor;
        EXPECT_EQ(net.used(1), 4u);
        std::size_t found = 0;
        for (auto const& key : answer->reply.keys) {
            ASSERT_EQ(key.key.size(), 48u);
            for (std::size_t u = 0; u < 40; ++u)
                found += std::memcmp(key.key.data(), words.data() + 4 * u, 32) == 0;
        }
        EXPECT_EQ(found, 2u);
        EXPECT_EQ(net.books(), "");
    }
}

// Whoever breaks QKD has the key, however its hops are protected; with random keys a hybrid hop would need both broken.
TEST(DeviceKeys, AreExposedByABrokenDevice) {
    Net net{true};
    net.give_key_everywhere(40);
    auto const answer = net.request(0, 1);
    time_of(net, *answer);
    ASSERT_TRUE(answer->ok());
    EXPECT_EQ(answer->reply.keys[0].security,
              security_class(Exposure{HopProtection::otp} | Exposure{HopProtection::hybrid}));
    net.clock.run_for(30s);
    EXPECT_EQ(net.fetch(1, answer->reply.keys[0].id).keys.at(0).security, answer->reply.keys[0].security);
}

TEST(DeviceKeys, AnEmptyBufferIsTheApplicationsError) {
    Net net{true};
    auto const answer = net.request(1, 2);
    EXPECT_EQ(time_of(net, *answer), kService);
    EXPECT_EQ(answer->reply.status, KeyStatus::no_key);
    Net pools{false};
    EXPECT_EQ(pools.request(1, 2)->reply.status, KeyStatus::no_key);
}

// A node without a device makes keys of its own.
TEST(DeviceKeys, ANodeWithoutDeviceMakesFreshOnes) {
    Net net{true};
    net.give_key_everywhere(40);
    auto const answer = net.request(2, 1);
    EXPECT_EQ(answer->replies, 1);
    ASSERT_TRUE(answer->ok());
    EXPECT_EQ(net.used(0) + net.used(1), 0u);
    EXPECT_EQ(answer->reply.keys[0].security, security_class(Exposure{HopProtection::pqc}));
}

// Not only with the paper's early release.
TEST(DeviceKeys, WaitForTheAcknowledgementWhereThatIsTheRule) {
    Net net{true, false};
    net.give_key_everywhere(40);
    auto const answer = net.request(1, 2);
    EXPECT_GE(time_of(net, *answer), kService + 2 * test::kOneWay);
    ASSERT_TRUE(answer->ok());
    EXPECT_TRUE(net.fetch(2, answer->reply.keys[0].id).keys.at(0).key == answer->reply.keys[0].key);
}

} // namespace
} // namespace qkdes
