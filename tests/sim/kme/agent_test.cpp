// Two agents that keep two sites' stores in step, through the bands, failures and losses.
#include "tests/sim/kme/agent_support.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>

namespace qkdes::agent {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using test::at;
using test::TwoSites;

TEST(Agent, BothStoresGetTheSameKeyEveryHour) {
    TwoSites sites;
    sites.qber(0.021);
    sites.a->device.status.bell = 2.6;
    sites.clock.run_until(at(2.5 * 3600));
    auto const &a = sites.a->store.store, &b = sites.b->store.store;
    ASSERT_TRUE(a.current() && b.current() && a.previous() && b.previous());
    EXPECT_EQ(a.current()->sequence, 3u);
    EXPECT_EQ(a.current()->id, b.current()->id);
    EXPECT_TRUE(a.current()->key == b.current()->key);
    EXPECT_TRUE(a.previous()->key == b.previous()->key);
    EXPECT_FALSE(a.current()->key == a.previous()->key);
    EXPECT_EQ(a.current()->generated_at, at(7200));
    EXPECT_EQ(b.current()->expires, at(7200) + hours{24});
    EXPECT_DOUBLE_EQ(b.current()->qber, 0.021);
    EXPECT_EQ(b.current()->bell, 2.6) << "where a key comes from is told to the other site";
    EXPECT_EQ(sites.a->agent.counts().keys, 3u);
    EXPECT_EQ(sites.b->agent.counts().bits, 3u * 256);
    EXPECT_EQ(sites.messages, 6) << "an announcement and a confirmation each";
}

TEST(Agent, AnAnnouncementIsRepeatedUntilTheOtherSiteHasTheKey) {
    TwoSites sites;
    sites.cut = true;
    sites.clock.run_until(at(100));
    EXPECT_EQ(sites.messages, 4) << "at 0, 30, 60, 90 s";
    EXPECT_FALSE(sites.b->store.store.current());
    sites.cut = false;
    sites.supply.arrived = false; // told, but the key itself is not there yet
    sites.clock.run_until(at(125));
    EXPECT_FALSE(sites.b->store.store.current());
    sites.supply.arrived = true;
    sites.clock.run_until(at(200));
    EXPECT_TRUE(sites.b->store.store.current());
    int const told = sites.messages;
    sites.clock.run_until(at(3500));
    EXPECT_EQ(sites.messages, told) << "and no longer";
}

// In every band what the table says: full rate, full rate, half, none, none; and what was left out is made up for.
TEST(Agent, RotatesAsTheBandAllows) {
    AgentConfig config;
    config.rotation.every = seconds{100};
    config.fallback.hold = hours{1000}; // bands alone
    auto const keys_in = [&](double qber) {
        TwoSites sites{config};
        sites.qber(qber);
        sites.clock.run_until(at(1));
        std::uint64_t const before = sites.a->agent.counts().keys;
        sites.clock.run_until(at(2001));
        return sites.a->agent.counts().keys - before;
    };
    EXPECT_EQ(keys_in(0.01), 20u);
    EXPECT_EQ(keys_in(0.04), 20u);
    EXPECT_EQ(keys_in(0.06), 10u);
    EXPECT_EQ(keys_in(0.09), 0u);
    EXPECT_EQ(keys_in(0.12), 0u);

    TwoSites sites{config};
    sites.clock.run_until(at(50));
    sites.qber(0.09);
    sites.clock.run_until(at(550));
    EXPECT_EQ(sites.a->agent.counts().keys, 1u);
    EXPECT_EQ(sites.a->agent.counts().skipped, 1u) << "one is due and waits, however long";
    EXPECT_EQ(sites.a->agent.counts().criticals, 1u);
    EXPECT_EQ(sites.a->agent.counts().warnings, 1u);
    sites.qber(0.01);
    sites.clock.run_until(at(561));
    EXPECT_EQ(sites.a->agent.counts().keys, 2u) << "at the first good reading, not at the next round hundred";
}

// The document's own time line: 60 s, the last key for a day, then none; a fresh key on recovery.
TEST(Agent, FallsBackAndPushesAFreshKeyOnRecovery) {
    TwoSites sites;
    sites.clock.run_until(at(1800));
    sites.qber(0.2);
    sites.clock.run_until(at(1800 + 59));
    EXPECT_EQ(sites.a->agent.fallback().mode(), LinkMode::nominal);
    EXPECT_FALSE(sites.a->agent.may_generate()) << "the band suspends at once";
    sites.clock.run_until(at(1800 + 71));
    EXPECT_EQ(sites.a->agent.fallback().mode(), LinkMode::degraded);
    EXPECT_EQ(sites.b->agent.fallback().mode(), LinkMode::degraded);
    EXPECT_EQ(sites.a->agent.fallback().halts(), 1u);
    sites.clock.run_until(at(86399));
    EXPECT_EQ(sites.a->agent.fallback().mode(), LinkMode::degraded);
    sites.clock.run_until(at(86401));
    EXPECT_EQ(sites.a->agent.fallback().mode(), LinkMode::pq_only);
    EXPECT_EQ(sites.a->agent.counts().keys, 1u);
    sites.qber(0.01);
    sites.clock.run_until(at(86412));
    EXPECT_EQ(sites.a->agent.fallback().mode(), LinkMode::nominal);
    EXPECT_EQ(sites.b->agent.fallback().mode(), LinkMode::nominal);
    EXPECT_EQ(sites.b->store.store.current()->sequence, 2u);
}

// A failure that is over before a rotation was due still ends with a fresh key.
TEST(Agent, AShortFailureEndsWithAFreshKey) {
    TwoSites sites;
    sites.clock.run_until(at(100));
    sites.a->device.state = DeviceState::failed;
    sites.clock.run_until(at(300));
    EXPECT_EQ(sites.a->agent.counts().keys, 1u);
    sites.a->device.state = DeviceState::ok;
    sites.clock.run_until(at(311));
    EXPECT_EQ(sites.a->agent.counts().keys, 2u);
    EXPECT_EQ(sites.a->agent.counts().skipped, 0u);
    EXPECT_EQ(sites.b->store.store.current()->sequence, 2u);
}

TEST(Agent, AFailedDeviceHaltsWithinAPoll) {
    TwoSites sites;
    sites.clock.run_until(at(15));
    sites.a->device.state = DeviceState::failed;
    sites.clock.run_until(at(20));
    EXPECT_EQ(sites.a->agent.fallback().mode(), LinkMode::degraded);
    EXPECT_EQ(sites.b->agent.fallback().mode(), LinkMode::nominal) << "its own device is well";
    sites.clock.run_until(at(7300));
    EXPECT_EQ(sites.a->agent.counts().keys, 1u);
    sites.a->device.state = DeviceState::degraded; // it works
    sites.clock.run_until(at(7311));
    EXPECT_EQ(sites.a->agent.counts().keys, 2u);
}

TEST(Agent, AsksAgainWhenThereIsNoKey) {
    TwoSites sites;
    sites.supply.stock = 0;
    sites.clock.run_until(at(100));
    EXPECT_EQ(sites.a->agent.counts().without_key, 4u);
    sites.supply.stock = 5;
    sites.clock.run_until(at(121));
    EXPECT_EQ(sites.a->agent.counts().keys, 1u);
    EXPECT_EQ(sites.supply.stock, 4u);
}

TEST(Agent, CalibrationIsQuietAndBeginsAnew) {
    TwoSites sites;
    sites.qber(0.02);
    sites.clock.run_until(at(3580));
    EXPECT_TRUE(sites.a->agent.calibrate());
    EXPECT_FALSE(sites.a->agent.calibrate());
    sites.qber(0.4); // the devices play with their modulators
    sites.clock.run_until(at(3630));
    EXPECT_EQ(sites.a->agent.counts().criticals, 0u);
    EXPECT_EQ(sites.a->agent.counts().keys, 1u);
    EXPECT_FALSE(sites.a->agent.may_generate());
    sites.qber(0.01);
    sites.clock.run_until(at(3650));
    EXPECT_DOUBLE_EQ(sites.a->agent.bands().estimate(), 0.01);
    EXPECT_EQ(sites.a->agent.counts().keys, 2u) << "the rotation of 3600 s, made up for";
}

TEST(Agent, SurvivesItsHostsFailure) {
    TwoSites sites;
    sites.clock.run_until(at(10));
    sites.a->store.silent = true;
    sites.clock.run_until(at(3605));
    sites.a->agent.restart();
    sites.b->agent.restart();
    sites.a->store.silent = false;
    sites.clock.run_until(at(3700));
    EXPECT_EQ(sites.a->store.store.current()->sequence, sites.b->store.store.current()->sequence);
    sites.qber(0.2);
    sites.clock.run_until(at(4000));
    EXPECT_EQ(sites.a->agent.fallback().mode(), LinkMode::degraded) << "it still watches";
}

// Messages of agents: what was written is read; anything else is dropped; bytes from anywhere break nothing.
TEST(AgentMessages, RoundTripAndRejectRest) {
    Announcement announcement;
    announcement.record = {7, {}, {}, QkdProtocol::diqkd, 0.014, 2.677, at(5), at(9)};
    announcement.record.id.bytes[3] = 9;
    auto const bytes = encode(announcement);
    auto const read = decode_agent_message(bytes);
    ASSERT_TRUE(read);
    auto const& record = std::get<Announcement>(*read).record;
    EXPECT_EQ(record.sequence, 7u);
    EXPECT_EQ(record.id, announcement.record.id);
    EXPECT_EQ(record.bell, 2.677);
    EXPECT_EQ(record.expires, at(9));
    EXPECT_EQ(encode(*read), bytes);
    EXPECT_EQ(std::get<Confirmation>(*decode_agent_message(encode(Confirmation{3}))).sequence, 3u);

    int accepted = 0;
    RngStream rng{3, "agent-messages"};
    for (int i = 0; i < 20'000; ++i) {
        auto mutant = i % 3 == 0 ? encode(Confirmation{rng.next()}) : bytes;
        for (std::uint64_t k = 0; k <= rng.below(3); ++k)
            mutant[rng.below(mutant.size())] = static_cast<std::uint8_t>(rng.next());
        mutant.resize(mutant.size() - (rng.below(4) == 0 ? rng.below(mutant.size()) : 0));
        if (rng.below(8) == 0) mutant.push_back(0);
        auto const got = decode_agent_message(mutant);
        if (!got) continue;
        ++accepted;
        ASSERT_EQ(encode(*got), mutant) << "only one text for a message";
        if (auto const* a = std::get_if<Announcement>(&*got)) {
            ASSERT_LT(a->record.generated_at, a->record.expires);
            ASSERT_TRUE(a->record.qber >= 0 && a->record.qber <= 0.5);
        }
    }
    EXPECT_GT(accepted, 1000);
    EXPECT_LT(accepted, 19'000);
    announcement.record.qber = std::numeric_limits<double>::quiet_NaN();
    EXPECT_FALSE(decode_agent_message(encode(announcement)));
}

} // namespace
} // namespace qkdes::agent
