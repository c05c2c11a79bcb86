#include "sim/engine/engine.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

namespace qkdes {
namespace {

SimTime at(std::int64_t ns) { return kSimStart + SimDuration{ns}; }

/// Six events at one instant from two origins; `order` says in which order they are posted. An origin's own events keep
/// their order among themselves, as its sequence says.
std::string run_posted(std::array<int, 6> const& order) {
    Engine engine;
    Origin const a = engine.new_origin("a"), b = engine.new_origin("b");
    struct Posting {
        EventClass kind;
        Origin origin;
        char name;
    };
    // Not in class order, and b's measurement is posted before its fault.
    std::array<Posting, 6> const postings{{{EventClass::timer, a, 'T'},
                                           {EventClass::arrival, a, 'A'},
                                           {EventClass::arrival, a, 'B'},
                                           {EventClass::sample, b, 's'},
                                           {EventClass::fault, b, 'f'},
                                           {EventClass::arrival, b, 'a'}}};
    std::string log;
    for (int i : order) {
        auto const& p = postings[static_cast<std::size_t>(i)];
        engine.schedule(at(5), p.kind, p.origin, [&log, name = p.name] { log += name; });
    }
    engine.run_until(at(5));
    return log + " " + std::to_string(engine.trace_hash());
}

// Turns red when EventRank leaves out the class ("TABsfa"), the origin ("faAB.." in posting order) or the sequence.
TEST(Engine, EqualTimesGoByClassThenOriginThenSequence) {
    EXPECT_EQ(run_posted({0, 1, 2, 3, 4, 5}).substr(0, 6), "fABaTs");
}

// Turns red when the sequence is one counter of the engine instead of one per origin: the mutation that "same result on
// 1, 2, 3 threads" does not see. All interleavings of the two origins that keep each one's own order: C(6,3) = 20.
TEST(Engine, PostingOrderAmongOriginsDoesNotMatter) {
    std::string const expected = run_posted({0, 1, 2, 3, 4, 5});
    std::array<bool, 6> from_b{false, false, false, true, true, true};
    int interleavings = 0;
    do {
        std::array<int, 6> order{};
        int next_a = 0, next_b = 3;
        for (std::size_t i = 0; i < 6; ++i)
            order[i] = from_b[i] ? next_b++ : next_a++;
        EXPECT_EQ(run_posted(order), expected);
        ++interleavings;
    } while (std::next_permutation(from_b.begin(), from_b.end()));
    EXPECT_EQ(interleavings, 20);
    EXPECT_NE(run_posted({1, 0, 2, 3, 4, 5}), expected); // an origin's own order does matter: other sequence numbers
}

TEST(Engine, TimeComesBeforeClass) {
    Engine engine;
    Origin const a = engine.new_origin("a");
    std::string log;
    engine.schedule(at(2), EventClass::fault, a, [&] { log += 'f'; });
    engine.schedule(at(1), EventClass::sample, a, [&] { log += 's'; });
    engine.run_until(at(10));
    EXPECT_EQ(log, "sf");
}

TEST(Engine, RunsWhatIsDueAtTheEndAndStandsThere) {
    Engine engine;
    Origin const a = engine.new_origin("a");
    std::vector<int> ran;
    for (int t : {9, 10, 11})
        engine.schedule(at(t), EventClass::timer, a, [&ran, t] { ran.push_back(t); });
    engine.run_until(at(10));
    EXPECT_EQ(ran, (std::vector{9, 10}));
    EXPECT_EQ(engine.now(), at(10));
    engine.schedule(at(10), EventClass::timer, a, [&] { ran.push_back(-10); }); // the instant is not over
    engine.run_until(at(10));
    EXPECT_EQ(ran, (std::vector{9, 10, -10}));
    engine.run_until(at(11));
    EXPECT_EQ(ran.back(), 11);
    EXPECT_EQ(engine.events(), 4u);
    engine.run_until(at(1'000'000));
    EXPECT_EQ(engine.now(), at(1'000'000));
}

// After a run that opened a far bucket, what is posted before that bucket still comes first.
TEST(Engine, PostsNearAfterLookingFar) {
    Engine engine;
    Origin const a = engine.new_origin("a");
    std::vector<int> ran;
    engine.schedule(at(1'000'000'000), EventClass::timer, a, [&] { ran.push_back(3); });
    engine.run_until(at(5));
    engine.schedule(at(7), EventClass::timer, a, [&] { ran.push_back(2); });
    engine.schedule(at(6), EventClass::timer, a, [&] { ran.push_back(1); });
    engine.run_until(at(2'000'000'000));
    EXPECT_EQ(ran, (std::vector{1, 2, 3}));
}

TEST(Engine, SchedulingAtNowRunsWithinTheSameInstantInKeyOrder) {
    Engine engine;
    Origin const a = engine.new_origin("a");
    std::string log;
    engine.schedule(at(5), EventClass::timer, a, [&] {
        log += '1';
        engine.schedule(at(5), EventClass::sample, a, [&] { log += '4'; });
        engine.schedule(at(5), EventClass::fault, a, [&] { log += '2'; }); // late, but before what is still to come
    });
    engine.schedule(at(5), EventClass::timer, a, [&] { log += '3'; });
    engine.run_until(at(5));
    EXPECT_EQ(log, "1234");
}

TEST(Engine, StopEndsAfterTheCurrentEventForGood) {
    Engine engine;
    Origin const a = engine.new_origin("a");
    int ran = 0;
    for (int t : {1, 2, 3})
        engine.schedule(at(t), EventClass::timer, a, [&, t] {
            ++ran;
            if (t == 2) engine.stop();
        });
    engine.run_until(at(10));
    EXPECT_EQ(ran, 2);
    EXPECT_EQ(engine.now(), at(2));
    engine.run_until(at(10));
    EXPECT_EQ(ran, 2);
    EXPECT_TRUE(engine.stopped());
}

TEST(Engine, ExceptionOfACallbackPassesThroughAndTheEngineGoesOn) {
    Engine engine;
    Origin const a = engine.new_origin("a");
    auto const witness = std::make_shared<int>();
    engine.schedule(at(1), EventClass::timer, a, [witness] { throw std::runtime_error{"worker"}; });
    engine.schedule(at(2), EventClass::timer, a, [witness] {});
    EXPECT_THROW(engine.run_until(at(5)), std::runtime_error);
    EXPECT_EQ(witness.use_count(), 2);
    engine.run_until(at(5));
    EXPECT_EQ(witness.use_count(), 1);
}

// Turns red when a key field is left out of the hash, or the order changes. The model is integers only.
TEST(Engine, GoldenTrace) {
    Engine engine;
    std::array<Origin, 3> const origins{engine.new_origin("a"), engine.new_origin("b"), engine.new_origin("c")};
    std::uint64_t state = 1;
    TimerHandle last;
    struct Model {
        Engine& engine;
        std::array<Origin, 3> const& origins;
        std::uint64_t& state;
        TimerHandle& last;
        void step() const {
            state = mix64(state + 0x9e3779b97f4a7c15ull);
            auto const after = SimDuration{static_cast<std::int64_t>(state % 97)};
            auto const kind = static_cast<EventClass>(state >> 20 & 3);
            last = engine.schedule(engine.now() + after, kind, origins[state % 3], [m = *this] { m.step(); });
            if ((state >> 40) % 4 == 0)
                last = engine.schedule(engine.now() + after, kind, origins[0], [m = *this] { m.step(); });
            if ((state >> 50) % 4 == 0) engine.cancel(last);
        }
    } const model{engine, origins, state, last};
    for (int i = 0; i < 20; ++i)
        model.step();
    engine.run_until(at(2000));
    EXPECT_EQ(engine.events(), 411u);
    EXPECT_EQ(engine.trace_hash(), 10495098589856117682u);
}

using EngineDeathTest = ::testing::Test;

struct Told {
    std::vector<int>& told;
    std::vector<int>& ran;
    int name;
    void operator()() const { ran.push_back(name); }
    void foresee() const {
        EXPECT_EQ(std::ranges::count(ran, name), 0) << "too late";
        told.push_back(name);
    }
};

// A callback that asks for it is told that its turn comes: before it, once, in the order of the turns, and not when it
// was cancelled and another took its place. Others are left alone, and the order of the run does not change.
TEST(Engine, TellsACallbackThatItsTurnComes) {
    Engine engine;
    Origin const origin = engine.new_origin("o");
    std::vector<int> told, ran;
    std::vector<TimerHandle> timers;
    constexpr int kEvents = 10'000, kFirst = 5000, kLast = 6000; // of those that are cancelled
    for (int i = 0; i < kEvents; ++i)
        timers.push_back(engine.schedule(at(10 * i), EventClass::timer, origin, Told{told, ran, i}));
    engine.run_until(at(200));
    for (int i = kFirst; i < kLast; ++i)
        EXPECT_TRUE(engine.cancel(timers[static_cast<std::size_t>(i)]));
    for (int i = kFirst; i < kLast; ++i) // in the slots of those
        engine.schedule(at(10 * i + 1), EventClass::timer, origin, [&ran, i] { ran.push_back(-i); });
    engine.run_until(at(10 * kEvents));
    std::vector<int> expected;
    for (int i = 0; i < kEvents; ++i)
        expected.push_back(i >= kFirst && i < kLast ? -i : i);
    EXPECT_EQ(ran, expected);
    EXPECT_TRUE(std::ranges::is_sorted(told));
    EXPECT_EQ(std::ranges::adjacent_find(told), told.end()) << "twice";
    EXPECT_GT(told.size(), std::size_t{kEvents / 2}) << "hardly ever: of use where much is pending";
    EXPECT_EQ(std::ranges::lower_bound(told, kFirst), std::ranges::lower_bound(told, kLast)) << "cancelled";
}

TEST(EngineDeathTest, RefusesThePast) {
    Engine engine;
    Origin const a = engine.new_origin("a");
    engine.run_until(at(10));
    EXPECT_DEATH(engine.schedule(at(9), EventClass::timer, a, [] {}), "precondition `at >= now_");
    EXPECT_DEATH(engine.schedule(kSimNever, EventClass::timer, a, [] {}), "precondition `at >= now_");
    EXPECT_DEATH(engine.schedule(at(11), EventClass::timer, Origin{1}, [] {}), "origin.index");
    EXPECT_DEATH(engine.run_until(at(9)), "end >= now_");
}

TEST(EngineDeathTest, RefusesARunInsideARun) {
    Engine engine;
    Origin const a = engine.new_origin("a");
    engine.schedule(at(1), EventClass::timer, a, [&] { engine.run_until(at(2)); });
    EXPECT_DEATH(engine.run_until(at(5)), "!running_");
}

} // namespace
} // namespace qkdes
