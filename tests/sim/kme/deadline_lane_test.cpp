// Lanes against what each entry asks for: due in order, at its deadline, once, and only if it lives.
#include "sim/kme/deadline_lane.hpp"
#include "tests/support/manual_clock.hpp"

#include <gtest/gtest.h>

#include <set>
#include <utility>
#include <vector>

namespace qkdes {
namespace {

using std::chrono::seconds;

struct Lane {
    Lane()
        : lane{clock, seconds{10}, [this](int item) { came.emplace_back(item, clock.now()); },
               [this](int item) { return !dead.contains(item); }} {}
    /// One entry a second, from now on.
    void fill(int count) {
        for (int item = 0; item < count; ++item) {
            lane.add(item);
            clock.run_for(seconds{1});
        }
    }
    test::ManualClock clock;
    std::vector<std::pair<int, SimTime>> came;
    std::set<int> dead;
    DeadlineLane<int> lane;
};

SimTime at(int second) { return kSimStart + seconds{second}; }

TEST(DeadlineLane, BringsEachAtItsDeadline) {
    Lane lane;
    lane.dead = {1, 2};
    lane.fill(5);
    lane.clock.run_for(seconds{20});
    EXPECT_EQ(lane.came, (std::vector<std::pair<int, SimTime>>{{0, at(10)}, {3, at(13)}, {4, at(14)}}));
    EXPECT_EQ(lane.lane.size(), 0u);
}

TEST(DeadlineLane, GrowsAndForgetsInOrder) {
    Lane lane;
    for (int item = 0; item < 100; ++item)
        lane.lane.add(item);
    EXPECT_EQ(lane.lane.size(), 100u);
    lane.clock.run_for(seconds{10});
    ASSERT_EQ(lane.came.size(), 100u);
    for (int item = 0; item < 100; ++item)
        EXPECT_EQ(lane.came[static_cast<std::size_t>(item)], (std::pair{item, at(10)}));
    lane.lane.add(100);
    lane.lane.clear();
    lane.clock.run_for(seconds{20});
    EXPECT_EQ(lane.came.size(), 100u);
}

// With a delay that reaches beyond the end of time nothing overflows.
TEST(DeadlineLane, NeverIsNever) {
    test::ManualClock clock;
    int came = 0;
    DeadlineLane<int> never{clock, SimDuration::max(), [&](int) { ++came; }, [](int) { return true; }};
    never.add(1);
    EXPECT_EQ(never.size(), 0u);
    clock.run_for(seconds{1000});
    EXPECT_EQ(came, 0);
}

} // namespace
} // namespace qkdes
