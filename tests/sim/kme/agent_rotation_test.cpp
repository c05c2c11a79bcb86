// A site's store, what pushes into it and what reads from it; and the seconds in which two sites use different keys.
#include "tests/sim/kme/agent_support.hpp"

#include <gtest/gtest.h>

namespace qkdes::agent {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::at;

KeyRecord record(std::uint64_t sequence, SimTime expires = at(86400)) {
    KeyRecord r;
    r.sequence = sequence;
    r.id.bytes[0] = static_cast<std::uint8_t>(sequence);
    r.key = SecretBytes{std::size_t{32}};
    r.key.data()[0] = static_cast<std::uint8_t>(sequence);
    r.qber = 0.023;
    r.generated_at = at(52200);
    r.expires = expires;
    return r;
}

TEST(AgentSiteStore, HoldsTheFiveEntriesOfHip0071) {
    SiteStore store{"hanzo-lux"};
    EXPECT_TRUE(store.secrets(0).empty());
    store.publish(record(1));
    store.publish(record(2));
    constexpr std::int64_t february_23_2026 = 1'771'804'800;
    auto const secrets = store.secrets(february_23_2026);
    ASSERT_EQ(secrets.size(), 5u);
    EXPECT_EQ(secrets.at("QKD_HANZO_LUX_AES256_CURRENT"), "AgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    EXPECT_EQ(secrets.at("QKD_HANZO_LUX_AES256_PREVIOUS"), "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    EXPECT_EQ(secrets.at("QKD_HANZO_LUX_AES256_KEY_ID"), "02000000-0000-0000-0000-000000000000");
    EXPECT_EQ(secrets.at("QKD_HANZO_LUX_AES256_QBER"), "0.023");
    EXPECT_EQ(secrets.at("QKD_HANZO_LUX_AES256_GENERATED_AT"), "2026-02-23T14:30:00Z");
}

TEST(AgentSiteStore, ALatePushDoesNotBringAnOldKeyBack) {
    SiteStore store{"x"};
    EXPECT_TRUE(store.publish(record(3)));
    EXPECT_FALSE(store.publish(record(2)));
    EXPECT_FALSE(store.publish(record(3)));
    EXPECT_EQ(store.current()->sequence, 3u);
    EXPECT_FALSE(store.previous());
}

struct AgentPush : testing::Test {
    test::ManualClock clock;
    test::HandStore store{clock, "x"};
    int told = 0;
    Publisher publisher{{}, clock, store, [this](KeyRecord const&) { ++told; }};
};

TEST_F(AgentPush, TriesUntilItIsThere) {
    store.refuse = true;
    publisher.publish(record(1));
    clock.run_until(at(16));
    EXPECT_EQ(store.puts, 4) << "at 0 and then five seconds after each refusal";
    EXPECT_EQ(publisher.counts().failure, 4u);
    store.refuse = false;
    clock.run_until(at(40));
    EXPECT_EQ(publisher.counts().success, 1u);
    EXPECT_EQ(told, 1);
    EXPECT_EQ(publisher.counts().latency.count(), 1u);
    EXPECT_NEAR(publisher.counts().latency.sum(), 0.02, 1e-9);
    EXPECT_EQ(publisher.counts().latency.at_most(1), 0u);
    EXPECT_EQ(publisher.counts().latency.at_most(2), 1u) << "20 ms is at most 25 ms";
    EXPECT_EQ(clock.pending(), 0u);
}

// Fails when an answer that comes after the timeout still counts, or a younger key waits for the older one.
TEST_F(AgentPush, GivesUpOnSilenceAndTakesTheYoungestKey) {
    store.delay = seconds{12}; // beyond the timeout of ten
    publisher.publish(record(1));
    clock.run_until(at(11));
    EXPECT_EQ(publisher.counts().failure, 1u);
    publisher.publish(record(2));
    clock.run_until(at(12));
    EXPECT_EQ(told, 0);
    EXPECT_EQ(publisher.counts().success, 0u);
    store.delay = milliseconds{1};
    clock.run_until(at(60));
    EXPECT_EQ(store.store.current()->sequence, 2u);
    EXPECT_EQ(told, 1);
}

TEST_F(AgentPush, AYoungerKeyDuringAPushFollowsIt) {
    publisher.publish(record(1));
    publisher.publish(record(2));
    EXPECT_EQ(store.puts, 1);
    clock.run_until(at(1));
    EXPECT_EQ(store.puts, 2);
    EXPECT_EQ(publisher.counts().success, 2u);
    EXPECT_EQ(told, 1) << "the older one was overtaken";
}

TEST(AgentConsumer, TakesWhatIsValidAndDropsWhatHasExpired) {
    test::ManualClock clock;
    test::HandStore store{clock, "x"};
    std::vector<std::pair<SimTime, std::uint64_t>> installs;
    KeyConsumer consumer{seconds{60}, at(7), clock, store, [&](std::optional<KeyRecord> const& key) {
                             installs.emplace_back(clock.now(), key ? key->sequence : 0);
                         }};
    store.store.publish(record(1, at(200)));
    clock.run_until(at(100));
    store.store.publish(record(2, at(250)));
    clock.run_until(at(1000));
    std::vector<std::pair<SimTime, std::uint64_t>> const expected{{at(7), 1}, {at(127), 2}, {at(307), 0}};
    EXPECT_EQ(installs, expected) << "expiry at 250 s shows at the resync of 307 s";
    store.silent = true;
    clock.run_until(at(1100));
    EXPECT_EQ(installs.size(), 3u);
}

/// Seconds after a rotation until both sites' services use the same key, for given phases of their resyncs.
double mismatch_after_rotation(double first_a, double first_b, double push_a, double push_b) {
    AgentConfig config;
    config.rotation.every = seconds{600};
    test::TwoSites sites{config};
    sites.a->store.delay = from_seconds(push_a);
    sites.b->store.delay = from_seconds(push_b);
    std::optional<KeyRecord> at_a, at_b;
    double since = -1, total = 0;
    auto const changed = [&] {
        bool const same = at_a.has_value() == at_b.has_value() && (!at_a || at_a->key == at_b->key);
        double const now = qkdes::seconds(sites.clock.now());
        if (!same && since < 0) since = now;
        if (same && since >= 0) total += now - since;
        if (same) since = -1;
    };
    using Key = std::optional<KeyRecord> const&;
    KeyConsumer a{seconds{60}, at(first_a), sites.clock, sites.a->store, [&](Key k) {
                      at_a = k;
                      changed();
                  }};
    KeyConsumer b{seconds{60}, at(first_b), sites.clock, sites.b->store, [&](Key k) {
                      at_b = k;
                      changed();
                  }};
    sites.clock.run_until(at(599));
    total = 0;
    sites.clock.run_until(at(1199));
    return total;
}

// Two sites that do not wait for each other differ for up to a resync and a push (key-management 1.2.5).
TEST(AgentMismatch, IsTheDifferenceOfPhasesAndPushes) {
    EXPECT_NEAR(mismatch_after_rotation(10, 10, 0.02, 0.02), 0, 1e-9);
    EXPECT_NEAR(mismatch_after_rotation(10, 45, 0.02, 0.02), 35, 1e-9);
    EXPECT_NEAR(mismatch_after_rotation(45, 10, 0.02, 0.02), 35, 1e-9);
    EXPECT_NEAR(mismatch_after_rotation(10, 5, 0.02, 7), 55, 1e-9) << "the push missed the first resync";
}

} // namespace
} // namespace qkdes::agent
