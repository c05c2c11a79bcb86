#include "sim/world/classical_channel.hpp"

#include "tests/support/statistics.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

SimTime at(double s) { return kSimStart + from_seconds(s); }

struct ClassicalChannelTest : ::testing::Test {
    ClassicalSpec spec{std::chrono::milliseconds{5}, BitsPerSecond{1e6}, 0.0, {}};
    LinkTimeline timeline;
    ClassicalChannel channel() { return {spec, timeline, RngStream{1, "losses"}}; }
};

TEST_F(ClassicalChannelTest, SerialisesEachDirectionByItself) {
    auto c = channel();
    // 1250 bytes at 1 Mbit/s take 10 ms to leave, then 5 ms to cross.
    EXPECT_EQ(c.arrival(at(1), 0, 1250), at(1.015));
    EXPECT_EQ(c.arrival(at(1), 0, 1250), at(1.025)) << "waits for the first to leave";
    EXPECT_EQ(c.arrival(at(1), 1, 1250), at(1.015)) << "the other direction does not wait";
}

TEST_F(ClassicalChannelTest, AnOutageSwallowsWhatIsSentInItAndWhatWouldArriveInIt) {
    timeline.classical.add({at(2), at(3)});
    auto c = channel();
    EXPECT_TRUE(c.arrival(at(1.9), 0, 1));
    EXPECT_FALSE(c.arrival(at(1.999), 0, 1)) << "under way when the cable is cut";
    EXPECT_FALSE(c.arrival(at(2.5), 0, 1));
    EXPECT_TRUE(c.arrival(at(3), 0, 1));
    EXPECT_EQ(c.lost(), 2u);
    EXPECT_EQ(c.messages(), 4u);
}

TEST_F(ClassicalChannelTest, ASlowLinkAddsItsLatency) {
    timeline.extra_latency_s.add({at(10), at(20)}, 0.2);
    auto c = channel();
    EXPECT_EQ(c.latency(at(9)), std::chrono::milliseconds{5});
    EXPECT_EQ(c.latency(at(10)), std::chrono::milliseconds{205});
    EXPECT_EQ(c.latency(at(20)), std::chrono::milliseconds{5});
}

// One false alarm in 1e9; a loss wrong by a tenth is caught.
TEST_F(ClassicalChannelTest, LosesTheFractionItIsTold) {
    spec.loss = 0.1;
    auto c = channel();
    constexpr std::uint64_t n = 100'000;
    for (std::uint64_t i = 0; i < n; ++i)
        (void)c.arrival(at(1), 0, 1);
    double const lost = static_cast<double>(c.lost()) / n;
    EXPECT_TRUE(test::binomial_band(n, 0.1).contains(lost)) << lost;
    EXPECT_FALSE(test::binomial_band(n, 0.11).contains(lost));
}

} // namespace
} // namespace qkdes
