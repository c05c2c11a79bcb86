// Handles, cancelling and the life of captures.
#include "sim/engine/engine.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <vector>

namespace qkdes {
namespace {

SimTime at(std::int64_t ns) { return kSimStart + SimDuration{ns}; }

class Timer : public ::testing::Test {
  protected:
    template <class F>
    TimerHandle timer(std::int64_t ns, F&& callback) {
        return engine.schedule(at(ns), EventClass::timer, actor, std::forward<F>(callback));
    }
    Engine engine;
    Origin actor = engine.new_origin("actor");
};

TEST_F(Timer, CancelledDoesNotRun) {
    int ran = 0;
    TimerHandle const one = timer(1, [&] { ++ran; });
    EXPECT_TRUE(engine.pending(one));
    EXPECT_TRUE(engine.cancel(one));
    EXPECT_FALSE(engine.pending(one));
    EXPECT_FALSE(engine.cancel(one));
    engine.run_until(at(2));
    EXPECT_EQ(ran, 0);
    EXPECT_EQ(engine.events(), 0u);
}

TEST_F(Timer, HandleOfNothingIsNeverPending) {
    EXPECT_FALSE(engine.pending(TimerHandle{}));
    EXPECT_FALSE(engine.cancel(TimerHandle{}));
    timer(1, [] {});
    EXPECT_FALSE(engine.cancel(TimerHandle{}));
}

// Turns red when a handle is checked by slot alone: the stale handle then cancels the slot's next tenant.
TEST_F(Timer, StaleHandleDoesNotTouchTheSlotsNextTenant) {
    int ran = 0;
    TimerHandle const old = timer(1, [] {});
    engine.cancel(old);
    TimerHandle const tenant = timer(1, [&] { ++ran; });
    ASSERT_EQ(old.slot, tenant.slot) << "slots are reused at once; else this test tests nothing";
    EXPECT_FALSE(engine.cancel(old));
    engine.run_until(at(1));
    EXPECT_EQ(ran, 1);
    EXPECT_FALSE(engine.pending(tenant));
}

// Turns red when holds() checks the slot alone: the dead key at 1 would run the tenant due at 9.
TEST_F(Timer, DeadKeyDoesNotRunTheSlotsNextTenantEarly) {
    SimTime ran_at{};
    engine.cancel(timer(1, [] {}));
    timer(9, [&] { ran_at = engine.now(); });
    engine.run_until(at(10));
    EXPECT_EQ(ran_at, at(9));
    EXPECT_EQ(engine.events(), 1u);
}

// Turns red when pop() does not ask whether the key still owns its slot: opening the bucket asked too early for this
// one.
TEST_F(Timer, CancelsOthersAndNotItselfFromInside) {
    int ran = 0;
    bool cancelled_itself = true;
    TimerHandle self, other;
    self = timer(1, [&] {
        EXPECT_FALSE(engine.pending(self));
        cancelled_itself = engine.cancel(self);
        EXPECT_TRUE(engine.cancel(other));
    });
    other = timer(1, [&] { ++ran; });
    engine.run_until(at(5));
    EXPECT_FALSE(cancelled_itself);
    EXPECT_EQ(ran, 0);
}

// Turns red (under the address sanitizer, or by a wrong sum) when slots move as the slab grows, or when the running
// slot is given away before its callback returns.
TEST_F(Timer, CaptureStaysPutWhileTheCallbackSchedulesThousands) {
    std::array<std::uint32_t, 8> const pattern{1, 2, 3, 4, 5, 6, 7, 8};
    std::uint64_t sum = 0;
    timer(1, [this, pattern, &sum] {
        for (int i = 0; i < 5000; ++i)
            timer(2, [] {});
        for (std::uint32_t p : pattern)
            sum = sum * 10 + p;
    });
    engine.run_until(at(1));
    EXPECT_EQ(sum, 12345678u);
    engine.run_until(at(2));
    EXPECT_EQ(engine.events(), 5001u);
}

TEST_F(Timer, CapturesDieWithTheirEvent) {
    auto const witness = std::make_shared<int>();
    TimerHandle const cancelled = timer(1, [witness] {});
    timer(1, [witness] {});
    timer(1, boxed([witness, large = std::array<char, 200>{}] { (void)large; }));
    EXPECT_EQ(witness.use_count(), 4);
    engine.cancel(cancelled);
    EXPECT_EQ(witness.use_count(), 3); // at once, not when its time comes
    engine.run_until(at(1));
    EXPECT_EQ(witness.use_count(), 1);
}

TEST(EngineEnd, DestroysWhatNeverFired) {
    auto const witness = std::make_shared<int>();
    {
        Engine engine;
        Origin const a = engine.new_origin("a");
        engine.schedule(at(1), EventClass::timer, a, [witness] { FAIL(); });
    }
    EXPECT_EQ(witness.use_count(), 1);
}

// A capture's destructor may use the engine: here it cancels and schedules.
TEST_F(Timer, DestructorOfACaptureMayUseTheEngine) {
    int ran = 0;
    TimerHandle const victim = timer(3, [&] { ++ran; });
    auto guard = std::shared_ptr<void>{nullptr, [&](void*) {
                                           engine.cancel(victim);
                                           timer(4, [&] { ran += 10; });
                                       }};
    TimerHandle const holder = timer(2, [g = std::move(guard)] { (void)g; });
    EXPECT_TRUE(engine.cancel(holder));
    engine.run_until(at(9));
    EXPECT_EQ(ran, 10);
}

// Turns red when dead keys or freed slots are kept: two million timers, of which at most a hundred are pending at a
// time.
TEST(TimerMemory, StaysBoundedUnderScheduleAndCancel) {
    EventSlab slab;
    EventQueue queue{slab};
    std::array<TimerHandle, 100> live{};
    std::size_t most_keys = 0;
    for (std::uint64_t i = 0; i < 2'000'000; ++i) {
        TimerHandle& timer = live[i % live.size()];
        if (slab.holds(timer.slot, timer.rank)) {
            queue.note_dead();
            slab.drop(timer.slot);
            queue.drop_dead();
        }
        timer.rank = EventRank{EventClass::timer, Origin{0}, i};
        timer.slot = slab.put(timer.rank, [] {});
        queue.push({1'000'000'000 + i, timer.rank, timer.slot});
        most_keys = std::max(most_keys, queue.size());
    }
    EXPECT_EQ(slab.capacity(), 1024u);
    EXPECT_LE(most_keys, 300u);
}

} // namespace
} // namespace qkdes
