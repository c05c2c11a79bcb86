// The watch over relays against what it promises: deadlines exact and in order, memory of what is done for two timeouts
// at least and not much longer.
#include "sim/kme/relay_watch.hpp"
#include "tests/support/manual_clock.hpp"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace qkdes {
namespace {

using std::chrono::seconds;

SimTime at(int second) { return kSimStart + seconds{second}; }

struct Watched { ///< values that are true are under way
    explicit Watched(SimDuration timeout = seconds{10})
        : watch{clock,
                table,
                timeout,
                {[this](std::uint64_t serial) { return table.at(serial); },
                 [this](std::uint64_t serial) {
                     due.emplace_back(serial, clock.now());
                     gives_up ? table.erase(serial) : end(serial);
                     if (asks_again-- > 0) begin();
                 },
                 [this](std::uint64_t serial) {
                     EXPECT_FALSE(table.at(serial));
                     forgotten.emplace_back(serial, clock.now());
                     table.erase(serial);
                 }}} {}
    std::uint64_t begin() {
        table.add(++last, true);
        table.set_time(last, clock.now());
        watch.began();
        return last;
    }
    void end(std::uint64_t serial) {
        table.at(serial) = false;
        table.set_time(serial, clock.now());
    }
    test::ManualClock clock;
    SerialTable<bool> table;
    std::vector<std::pair<std::uint64_t, SimTime>> due, forgotten;
    std::uint64_t last = 0;
    int asks_again = 0;
    bool gives_up = false; ///< nothing is remembered of what is due
    RelayWatch<bool> watch;
};

using Times = std::vector<std::pair<std::uint64_t, SimTime>>;

// Fails when a deadline is missed because the timer was set for something later, or comes for one that is done.
TEST(RelayWatch, BringsEachToItsDeadline) {
    Watched watched;
    for (int second = 0; second < 7; ++second) {
        std::uint64_t const serial = watched.begin();
        if (serial % 3 == 0) watched.end(serial);
        watched.clock.run_for(seconds{1});
    }
    watched.clock.run_for(seconds{60});
    EXPECT_EQ(watched.due, (Times{{1, at(10)}, {2, at(11)}, {4, at(13)}, {5, at(14)}, {7, at(16)}}));
    EXPECT_EQ(watched.forgotten.size(), 7u);
    EXPECT_EQ(watched.clock.pending(), 0u); // nothing left, nothing to wake for
}

TEST(RelayWatch, RemembersWhatIsDoneForTwoTimeouts) {
    Watched watched;
    for (int second = 0; second < 400; ++second) {
        watched.end(watched.begin());
        watched.clock.run_for(seconds{1});
    }
    watched.clock.run_for(seconds{60});
    ASSERT_EQ(watched.forgotten.size(), 400u);
    for (std::size_t i = 0; i < 400; ++i) {
        auto const& [serial, when] = watched.forgotten[i];
        EXPECT_EQ(serial, i + 1);
        SimDuration const kept = when - at(static_cast<int>(i));
        EXPECT_GE(kept, seconds{20});
        EXPECT_LE(kept, i < 380 ? seconds{20} : seconds{30}); // at once, when another begins then
    }
}

// What is due may begin another one, as an application that asks again does.
TEST(RelayWatch, MayBeginAnotherMeanwhile) {
    Watched watched;
    watched.asks_again = 4;
    watched.begin();
    watched.clock.run_for(seconds{100});
    EXPECT_EQ(watched.due, (Times{{1, at(10)}, {2, at(20)}, {3, at(30)}, {4, at(40)}, {5, at(50)}}));
}

TEST(RelayWatch, MayLoseWhatIsDue) {
    Watched watched;
    watched.gives_up = true;
    watched.asks_again = 1;
    for (int second = 0; second < 3; ++second) {
        watched.begin();
        watched.clock.run_for(seconds{1});
    }
    watched.clock.run_for(seconds{100});
    EXPECT_EQ(watched.due, (Times{{1, at(10)}, {2, at(11)}, {3, at(12)}, {4, at(20)}}));
    EXPECT_TRUE(watched.table.empty());
    EXPECT_EQ(watched.clock.pending(), 0u);
}

TEST(RelayWatch, StartsOverWhenTheTableIsEmptied) {
    Watched watched;
    watched.begin();
    watched.table.clear();
    watched.watch.clear();
    EXPECT_EQ(watched.clock.pending(), 0u);
    watched.clock.run_for(seconds{3});
    watched.begin();
    watched.clock.run_for(seconds{20});
    EXPECT_EQ(watched.due, (Times{{2, at(13)}}));
}

// With a timeout that reaches beyond the end of time nothing overflows, and nothing is due.
TEST(RelayWatch, NeverIsNever) {
    Watched watched{SimDuration::max()};
    watched.clock.run_for(seconds{5});
    watched.begin();
    watched.end(watched.begin());
    watched.clock.run_for(std::chrono::hours{100'000});
    EXPECT_TRUE(watched.due.empty());
    EXPECT_TRUE(watched.forgotten.empty());
}

} // namespace
} // namespace qkdes
