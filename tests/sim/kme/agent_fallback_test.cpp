// Fallback: the time line of HIP-0071 to the second, and random histories against a second implementation.
#include "sim/kme/agent/fallback.hpp"

#include "sim/base/rng.hpp"

#include <gtest/gtest.h>

namespace qkdes::agent {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using W = FallbackWhat;
using M = LinkMode;

SimTime at(std::int64_t s) { return kSimStart + seconds{s}; }

// Sixty seconds, a day, recovery: each at its second, although nobody looks in between.
TEST(AgentFallback, TimeLine) {
    Fallback link{{}};
    EXPECT_EQ(link.mode(), M::pq_only) << "there is no key yet";
    link.fresh_key(at(10), at(10) + hours{24});
    EXPECT_EQ(link.mode(), M::nominal);
    link.measured(at(100), 0.09);
    EXPECT_TRUE(link.generating());
    EXPECT_EQ(link.next(), at(160));
    link.tick(at(160) - SimDuration{1});
    EXPECT_TRUE(link.generating());
    link.tick(at(3 * 86400));
    EXPECT_EQ(link.mode(), M::pq_only);
    link.measured(at(3 * 86400 + 5), 0.02);
    EXPECT_TRUE(link.generating());
    link.fresh_key(at(3 * 86400 + 6), at(4 * 86400));
    std::vector<FallbackEvent> const expected{{at(10), W::fresh_key, M::nominal},
                                              {at(160), W::halted_by_qber, M::degraded},
                                              {at(86410), W::key_expired, M::pq_only},
                                              {at(259205), W::resumed, M::pq_only},
                                              {at(259206), W::fresh_key, M::nominal}};
    EXPECT_EQ(link.take_events(), expected);
    EXPECT_EQ(link.halts(), 1u);
    EXPECT_EQ(link.spent(M::degraded), seconds{86410 - 160});
    EXPECT_EQ(link.spent(M::nominal), seconds{150});
    EXPECT_EQ(link.spent(M::pq_only), seconds{10 + 259206 - 86410});
}

// Fails when the sixty seconds need not be consecutive, or the threshold itself counts as above.
TEST(AgentFallback, OneGoodReadingBeginsTheCountAnew) {
    Fallback link{{}};
    link.fresh_key(at(0), at(100'000));
    link.measured(at(0), 0.2);
    link.measured(at(59), 0.08);
    link.measured(at(60), 0.2);
    link.tick(at(119));
    EXPECT_TRUE(link.generating());
    link.tick(at(120));
    EXPECT_FALSE(link.generating());
    link.measured(at(130), 0.0801);
    EXPECT_FALSE(link.generating()) << "still above";
    EXPECT_EQ(link.halts(), 1u);
}

TEST(AgentFallback, AFailedDeviceHaltsAtOnceAndRecoversWithABreak) {
    Fallback link{{.recover = seconds{30}}};
    link.fresh_key(at(0), at(100'000));
    link.measured(at(1), 0.01);
    link.health(at(10), false);
    EXPECT_EQ(link.mode(), M::degraded);
    link.health(at(20), true);
    EXPECT_FALSE(link.generating());
    link.health(at(40), false);
    link.health(at(41), true);
    link.tick(at(70));
    EXPECT_FALSE(link.generating()) << "thirty seconds from the second recovery";
    link.tick(at(71));
    EXPECT_TRUE(link.generating());
    EXPECT_EQ(link.halts(), 1u);
}

// Without a failure a key that is not replaced in time still expires.
TEST(AgentFallback, KeysExpireOnAGoodLinkToo) {
    Fallback link{{}};
    link.fresh_key(at(0), at(50));
    link.measured(at(60), 0.01);
    EXPECT_EQ(link.mode(), M::pq_only);
    link.fresh_key(at(70), at(60));
    EXPECT_EQ(link.mode(), M::pq_only) << "a key that has expired on arrival is none";
}

// The same rules written as a loop over seconds with counters.
struct BySeconds {
    int hold = 0, recover = 0;
    bool above = false, healthy = true, halted = false;
    int above_for = 0, good_for = 0;
    int expires = 0; ///< 0: no key
    int halts = 0, in_mode[3] = {0, 0, 0};
    M mode() const { return expires == 0 ? M::pq_only : halted ? M::degraded : M::nominal; }
    void judge() {
        if (!halted && (!healthy || (above && above_for >= hold))) {
            halted = true;
            ++halts;
            good_for = 0;
        } else if (halted && healthy && !above && good_for >= recover) {
            halted = false;
        }
    }
    void second(int now) { // the second that ends at `now`
        ++in_mode[static_cast<int>(mode())];
        if (above) ++above_for;
        if (halted && healthy && !above) ++good_for;
        if (expires <= now) expires = 0;
        judge();
    }
    void measured(bool is_above) {
        if (!is_above) above_for = 0;
        if (is_above) good_for = 0;
        above = is_above;
        judge();
    }
    void health(bool well) {
        if (!well) good_for = 0;
        healthy = well;
        judge();
    }
};

TEST(AgentFallback, RandomHistoriesAgreeWithCountersOfSeconds) {
    RngStream rng{11, "agent-fallback"};
    std::uint64_t halts = 0;
    for (int round = 0; round < 300; ++round) {
        int const hold = 1 + static_cast<int>(rng.below(20)), recover = static_cast<int>(rng.below(10));
        Fallback link{{.hold = seconds{hold}, .recover = seconds{recover}}};
        BySeconds slow;
        slow.hold = hold;
        slow.recover = recover;
        for (int now = 1; now <= 400; ++now) {
            slow.second(now);
            auto const what = rng.below(12);
            if (what == 0 || what == 1) {
                bool const above = rng.bernoulli(0.5);
                link.measured(at(now), above ? 0.1 : 0.05);
                slow.measured(above);
            } else if (what == 2) {
                bool const well = rng.bernoulli(0.6);
                link.health(at(now), well);
                slow.health(well);
            } else if (what == 3) {
                int const until = now + 1 + static_cast<int>(rng.below(60));
                link.fresh_key(at(now), at(until));
                slow.expires = until;
            } else if (what < 6) {
                link.tick(at(now));
            } else {
                continue; // nobody calls in most seconds
            }
            ASSERT_EQ(link.mode(), slow.mode()) << "round " << round << ", second " << now;
            ASSERT_EQ(link.generating(), !slow.halted) << "round " << round << ", second " << now;
        }
        link.tick(at(400));
        ASSERT_EQ(link.halts(), static_cast<std::uint64_t>(slow.halts));
        for (M mode : {M::nominal, M::degraded, M::pq_only})
            ASSERT_EQ(link.spent(mode), seconds{slow.in_mode[static_cast<int>(mode)]});
        halts += link.halts();
    }
    EXPECT_GT(halts, 1000u);
}

} // namespace
} // namespace qkdes::agent
