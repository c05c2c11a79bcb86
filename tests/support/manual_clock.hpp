// A Clock that a test winds by hand. Timers of one instant fire in the order they were set.
#pragma once
#include "sim/ports/clock.hpp"

#include <map>
#include <utility>

namespace qkdes::test {

class ManualClock final : public Clock {
  public:
    SimTime now() const override { return now_; }
    ClockTimer call_at(SimTime deadline, std::function<void()> wake) override {
        ClockTimer const timer = next_++;
        auto const due = std::max(deadline, now_);
        timers_.emplace(std::pair{due, timer}, std::move(wake));
        due_.emplace(timer, due);
        return timer;
    }
    void cancel(ClockTimer timer) override {
        auto const found = due_.find(timer);
        if (found == due_.end()) return;
        timers_.erase({found->second, timer});
        due_.erase(found);
    }
    /// Fires everything due until then, in order, and stands at `end`.
    void run_until(SimTime end) {
        while (!timers_.empty() && timers_.begin()->first.first <= end) {
            auto next = timers_.extract(timers_.begin());
            now_ = next.key().first;
            due_.erase(next.key().second);
            next.mapped()();
        }
        now_ = end;
    }
    void run_for(SimDuration span) { run_until(now_ + span); }
    /// A crash: no timer survives it.
    void forget_all() {
        timers_.clear();
        due_.clear();
    }
    std::size_t pending() const { return timers_.size(); }

  private:
    SimTime now_ = kSimStart;
    ClockTimer next_ = 1;
    std::map<std::pair<SimTime, ClockTimer>, std::function<void()>> timers_;
    std::map<ClockTimer, SimTime> due_;
};

} // namespace qkdes::test
