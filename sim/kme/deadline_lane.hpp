// Things that all wait equally long, in one queue behind one timer: adding is a push, being done in time costs nothing.
// Entries come due in the order they were added, each at exactly its deadline.
#pragma once
#include "sim/base/cache_hint.hpp"
#include "sim/base/ring.hpp"
#include "sim/ports/clock.hpp"

#include <functional>
#include <utility>

namespace qkdes {

template <class Item>
class DeadlineLane {
  public:
    /// `due` may add to the lane. Entries that are no longer `live` are skipped without a wake of their own.
    DeadlineLane(Clock& clock, SimDuration delay, std::function<void(Item const&)> due,
                 std::function<bool(Item const&)> live)
        : clock_{clock}, delay_{delay}, live_{std::move(live)}, due_{std::move(due)} {}
    ~DeadlineLane() { disarm(); }
    DeadlineLane(DeadlineLane const&) = delete;
    DeadlineLane& operator=(DeadlineLane const&) = delete;

    void add(Item item) {
        SimTime const now = clock_.now();
        if (delay_ >= kSimNever - now) return; // beyond the end of time
        // Most are over long before they are due: they make room for those that come, two for one.
        for (int i = 0; i < 2 && !waiting_.empty() && !live_(waiting_.front().second); ++i)
            waiting_.pop_front();
        make_room(waiting_);
        waiting_.push_back({now + delay_, std::move(item)});
        if (timer_ == 0 && !waking_) arm();
    }
    /// Asks the processor for what add() looks at first.
    void prefetch() const {
        if (waiting_.empty()) return;
        cache_hint(&waiting_.front());
        cache_hint(&waiting_.back());
    }
    std::size_t size() const { return waiting_.size(); }
    void clear() {
        waiting_.clear();
        disarm();
    }
    /// For a host whose timers do not survive a crash.
    void rearm() {
        disarm();
        if (!waiting_.empty()) arm();
    }

  private:
    void arm() {
        timer_ = clock_.call_at(waiting_.front().first, [this] { wake(); });
    }
    void disarm() {
        if (timer_ != 0) clock_.cancel(timer_);
        timer_ = 0;
    }
    void wake() {
        timer_ = 0;
        waking_ = true;
        while (!waiting_.empty()) {
            bool const is_due = waiting_.front().first <= clock_.now();
            if (!is_due && live_(waiting_.front().second)) break;
            Item const item = std::move(waiting_.front().second);
            waiting_.pop_front();
            if (is_due && live_(item)) due_(item);
        }
        waking_ = false;
        if (!waiting_.empty()) arm();
    }

    // First what add() asks for: a node has many lanes, and is cold whenever a message comes.
    Clock& clock_;
    SimDuration delay_;
    Ring<std::pair<SimTime, Item>> waiting_;
    ClockTimer timer_ = 0;
    bool waking_ = false;
    std::function<bool(Item const&)> live_;
    std::function<void(Item const&)> due_;
};

} // namespace qkdes
