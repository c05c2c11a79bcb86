// The event loop: simulated time, and callbacks in a total order (time, class, origin, sequence).
//
// Holds:      the same schedule calls give the same order of execution, whatever the order in which different origins
// made
//             them and whatever was cancelled in between; trace_hash() says so in one number.
// Leaves out: threads. One engine belongs to one thread; only stop() may be called from elsewhere (also from a signal).
// Checked:    tests/sim/engine/engine_test.cpp, engine_property_test.cpp (against a std::multimap).
#pragma once
#include "sim/base/contracts.hpp"
#include "sim/base/hash.hpp"
#include "sim/engine/event_key.hpp"
#include "sim/engine/event_queue.hpp"
#include "sim/engine/event_slab.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qkdes {

class Engine {
  public:
    Engine() = default;
    /// Callbacks that never fired are destroyed unrun.
    ~Engine() = default;
    Engine(Engine const&) = delete;
    Engine& operator=(Engine const&) = delete;

    SimTime now() const { return now_; }

    /// An actor with a sequence counter of its own. Create actors in an order that the scenario gives: it breaks ties.
    Origin new_origin(std::string_view name);
    std::string_view origin_name(Origin origin) const;

    /// Calls `callback()` at `at`, which is not before now() and is before kSimNever. At now() it runs after the
    /// current event, within the same run_until, in the order of its key among what else is due now. Captures up to 48
    /// bytes live in the event; larger ones do not compile (wrap them in boxed()). A callback may schedule and cancel
    /// anything, but not call run_until. What it throws passes through run_until; the engine stays usable.
    template <class F>
    TimerHandle schedule(SimTime at, EventClass kind, Origin origin, F&& callback) {
        QKDES_EXPECTS(at >= now_ && at < kSimNever);
        QKDES_EXPECTS(origin.index < scheduled_.size());
        std::uint64_t const sequence = scheduled_[origin.index]++;
        QKDES_EXPECTS(sequence < EventRank::kSequenceLimit);
        EventRank const rank{kind, origin, sequence};
        std::uint32_t const slot = slab_.put(rank, std::forward<F>(callback));
        constexpr bool tell = Foreseeing<std::decay_t<F>>;
        queue_.push({static_cast<std::uint64_t>(at.time_since_epoch().count()), rank, slot, tell});
        return {rank, slot};
    }

    /// Whether the event is still to come. Not while it runs, nor ever after.
    bool pending(TimerHandle timer) const { return slab_.holds(timer.slot, timer.rank); }

    /// True if the event was pending: it will not run, and its captures are destroyed before this returns.
    bool cancel(TimerHandle timer);

    /// Runs every event due at `end` or before, those that callbacks add included; then now() == end. A second call
    /// with the same `end` runs what was scheduled for that instant in between. Needs end >= now() and end < kSimNever.
    /// After stop() it returns at once, with now() at the last event that ran.
    void run_until(SimTime end);

    /// Ends the run after the current event, for good. Safe from other threads and from signal handlers.
    void stop() { stopped_.store(true, std::memory_order_relaxed); }
    bool stopped() const { return stopped_.load(std::memory_order_relaxed); }
    /// As stop() once so many events have been executed in all and another one is due.
    void stop_after(std::uint64_t events) { most_ = events; }

    /// Events executed so far.
    std::uint64_t events() const { return executed_; }
    /// Running hash over the keys (time, class, origin, sequence) of executed events.
    std::uint64_t trace_hash() const { return trace_.value(); }

  private:
    SimTime now_ = kSimStart;
    EventSlab slab_;
    EventQueue queue_{slab_};
    std::vector<std::uint64_t> scheduled_; ///< by origin: its sequence counter
    std::vector<std::string> names_;       ///< by origin
    std::uint64_t executed_ = 0;
    std::uint64_t most_ = ~std::uint64_t{0};
    RunningHash trace_;
    bool running_ = false;
    std::atomic<bool> stopped_ = false;
    static_assert(std::atomic<bool>::is_always_lock_free, "stop() is called from signal handlers");
};

/// For callbacks that capture more than an event holds: one allocation each, said aloud.
template <class F>
auto boxed(F&& callback) {
    return [box = std::make_unique<std::decay_t<F>>(std::forward<F>(callback))] { (*box)(); };
}

} // namespace qkdes
