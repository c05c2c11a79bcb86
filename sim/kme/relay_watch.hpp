// When a relay's time is over: while it is under way, at its deadline exactly; once it is done, some time after, when
// another begins, since nobody waits for that. Relays stand in their table in the order in which they began, with the
// time when they did or ended, so one timer and one look at the front of the table serve them all.
//
// Checked: tests/sim/kme/relay_watch_test.cpp.
#pragma once
#include "sim/kme/relay_table.hpp"
#include "sim/ports/clock.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace qkdes {

template <class Value>
class RelayWatch {
  public:
    struct Hooks {
        std::function<bool(std::uint64_t)> live; ///< whether one that is in the table is under way
        /// Its time is over; live no longer when this returns.
        std::function<void(std::uint64_t)> due;
        std::function<void(std::uint64_t)> forget; ///< one that was done: takes it out of the table
    };
    /// One that is under way is due `timeout` after its time in the table. One that is done is forgotten two timeouts
    /// after that or when another begins then, at most a timeout late, or two behind another that ended later.
    RelayWatch(Clock& clock, SerialTable<Value>& table, SimDuration timeout, Hooks hooks)
        : timeout_{timeout}, clock_{clock}, table_{table}, hooks_{std::move(hooks)} {}
    ~RelayWatch() { clear(); }
    RelayWatch(RelayWatch const&) = delete;
    RelayWatch& operator=(RelayWatch const&) = delete;

    /// One has been added, under way, at this time.
    void began() {
        // While the node is at hand; two for one, so that none stay behind.
        for (int i = 0; i < 2 && over(); ++i)
            hooks_.forget(table_.first());
        if (timer_ == 0 && !waking_) arm(after(clock_.now(), timeout_));
    }
    /// The table has been emptied.
    void clear() {
        if (timer_ != 0) clock_.cancel(timer_);
        timer_ = 0;
    }

  private:
    static SimTime after(SimTime time, SimDuration delay) { return time + std::min(delay, kSimNever - time); }
    /// The first in the table is to be forgotten.
    bool over() const {
        return !table_.empty() && after(after(table_.time(table_.first()), timeout_), timeout_) <= clock_.now() &&
               !hooks_.live(table_.first());
    }
    void arm(SimTime at) {
        timer_ = clock_.call_at(at, [this] { wake(); });
    }
    void wake() {
        timer_ = 0;
        waking_ = true;
        SimTime const now = clock_.now();
        SimTime next = after(now, timeout_);
        for (under_way_ = std::max(under_way_, table_.first()); under_way_ < table_.end(); ++under_way_) {
            if (!table_.contains(under_way_) || !hooks_.live(under_way_)) continue;
            if (SimTime const deadline = after(table_.time(under_way_), timeout_); deadline > now) {
                next = std::min(next, deadline);
                break;
            }
            hooks_.due(under_way_);
        }
        while (over())
            hooks_.forget(table_.first());
        waking_ = false;
        if (!table_.empty()) arm(next);
    }

    // First what began() asks for: a node is cold whenever a message comes.
    ClockTimer timer_ = 0;
    bool waking_ = false;
    SimDuration timeout_;
    Clock& clock_;
    SerialTable<Value>& table_;
    std::uint64_t under_way_ = 0; ///< none under way has a smaller serial
    Hooks hooks_;
};

} // namespace qkdes
