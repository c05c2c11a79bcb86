#include "sim/world/timeline.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

SimTime at(int s) { return kSimStart + std::chrono::seconds{s}; }

TEST(Outages, AreHalfOpenAndMerge) {
    Outages outages;
    outages.add({at(10), at(20)});
    outages.add({at(40), at(50)});
    outages.add({at(15), at(30)});
    outages.add({at(30), at(35)}); // touches: one outage, or a block could begin for no time at all
    EXPECT_FALSE(outages.contains(at(9)));
    EXPECT_TRUE(outages.contains(at(10)));
    EXPECT_EQ(outages.end_of(at(12)), at(35));
    EXPECT_FALSE(outages.contains(at(35)));
    EXPECT_EQ(outages.end_of(at(36)), at(36));
    EXPECT_EQ(outages.next_begin(at(0)), at(10));
    EXPECT_EQ(outages.next_begin(at(11)), at(40));
    EXPECT_EQ(outages.next_begin(at(41)), kSimNever);
    EXPECT_EQ(outages.within(at(0), at(45)), std::chrono::seconds{30});
    EXPECT_EQ(outages.last_end(at(34)), kSimStart);
    EXPECT_EQ(outages.last_end(at(35)), at(35));
    EXPECT_EQ(outages.last_end(at(45)), at(35));
    EXPECT_EQ(outages.last_end(at(99)), at(50));
}

TEST(Override, TheLargestHoldsWhereSeveralOverlap) {
    Override value;
    value.add({at(10), at(30)}, 0.2);
    value.add({at(20), at(25)}, 0.5);
    EXPECT_EQ(value.at(at(5), 0.1), 0.1);
    EXPECT_EQ(value.at(at(10), 0.1), 0.2);
    EXPECT_EQ(value.at(at(22), 0.1), 0.5);
    EXPECT_EQ(value.at(at(25), 0.1), 0.2);
    EXPECT_EQ(value.at(at(30), 0.1), 0.1);
    EXPECT_EQ(value.next_change(at(0)), at(10));
    EXPECT_EQ(value.next_change(at(10)), at(20));
    EXPECT_EQ(value.next_change(at(30)), kSimNever);
}

// A surge of 4 from 10 to 20: what takes 25 at the usual pace and begins at 5 has 5 behind it at 10 and is over at 15.
TEST(Override, APaceBringsEndsForward) {
    Override pace;
    EXPECT_EQ(pace.over(at(5), std::chrono::seconds{25}), at(30));
    pace.add({at(10), at(20)}, 4);
    EXPECT_EQ(pace.over(at(5), std::chrono::seconds{25}), at(15));
    EXPECT_EQ(pace.over(at(5), std::chrono::seconds{5}), at(10));
    EXPECT_EQ(pace.over(at(5), std::chrono::seconds{50}), at(25)) << "5 before, 40 in the surge, 5 after";
    EXPECT_EQ(pace.over(at(20), std::chrono::seconds{7}), at(27));
    Override lull;
    lull.add({at(0), at(10)}, 0.5);
    EXPECT_EQ(lull.over(at(0), std::chrono::seconds{6}), at(11));
}

TEST(LinkTimeline, ConditionsAreRelativeToTheBlocksStart) {
    LinkTimeline timeline;
    timeline.disturbances.add({at(10), at(30)}, {.attack = Attack::intercept_resend, .attacked = 0.25});
    auto const steps = timeline.conditions(at(5), std::chrono::seconds{100});
    ASSERT_EQ(steps.size(), 3u);
    EXPECT_EQ(steps[0].from, SimDuration{0});
    EXPECT_EQ(steps[0].attacked, 0.0);
    EXPECT_EQ(steps[1].from, std::chrono::seconds{5});
    EXPECT_EQ(steps[1].attacked, 0.25);
    EXPECT_EQ(steps[2].from, std::chrono::seconds{25});
    EXPECT_EQ(steps[2].attacked, 0.0);
    EXPECT_EQ(timeline.conditions(at(5), std::chrono::seconds{3}).size(), 1u) << "nothing beyond the horizon";
}

} // namespace
} // namespace qkdes
