// The baseline of event_queue_bench: what one writes first. std::priority_queue of std::function under the same total
// order, cancelled lazily: a cancelled event stays in the heap until its time comes. Written with care, so that beating
// it means something: keys are compared as one wide number, callbacks are moved out of the top, a handle is a slot and
// a generation in two flat arrays.
#pragma once
#include "sim/base/hash.hpp"
#include "sim/engine/event_key.hpp"

#include <functional>
#include <queue>
#include <string_view>
#include <vector>

namespace qkdes::bench {

class PriorityQueueLoop {
  public:
    struct Handle {
        std::uint32_t slot = 0, generation = 0;
    };

    Origin new_origin(std::string_view) {
        sequences_.push_back(0);
        return {static_cast<std::uint32_t>(sequences_.size() - 1)};
    }
    SimTime now() const { return now_; }
    std::uint64_t events() const { return executed_; }
    std::uint64_t trace_hash() const { return trace_.value(); }

    Handle schedule(SimTime at, EventClass kind, Origin origin, std::function<void()> callback) {
        if (free_.empty()) {
            free_.push_back(static_cast<std::uint32_t>(generations_.size()));
            generations_.push_back(1);
        }
        std::uint32_t const slot = free_.back();
        free_.pop_back();
        EventRank const rank{kind, origin, sequences_[origin.index]++};
        queue_.push({{static_cast<std::uint64_t>(at.time_since_epoch().count()), rank, slot},
                     generations_[slot],
                     std::move(callback)});
        return {slot, generations_[slot]};
    }
    bool cancel(Handle handle) {
        if (handle.generation == 0 || generations_[handle.slot] != handle.generation) return false;
        release(handle.slot);
        return true;
    }
    void run_until(SimTime end) {
        auto const last = static_cast<std::uint64_t>(end.time_since_epoch().count());
        while (!queue_.empty() && queue_.top().key.at <= last) {
            Event event = std::move(const_cast<Event&>(queue_.top())); // the order does not look at what is moved
            queue_.pop();
            if (generations_[event.key.slot] != event.generation) continue;
            release(event.key.slot);
            now_ = SimTime{SimDuration{static_cast<SimDuration::rep>(event.key.at)}};
            ++executed_;
            trace_.add(event.key.at);
            trace_.add(event.key.rank.packed());
            event.callback();
        }
        now_ = end;
    }

  private:
    struct Event {
        EventKey key;
        std::uint32_t generation;
        std::function<void()> callback;
    };
    struct Later {
        bool operator()(Event const& a, Event const& b) const { return before(b.key, a.key); }
    };
    void release(std::uint32_t slot) {
        ++generations_[slot];
        free_.push_back(slot);
    }

    SimTime now_ = kSimStart;
    std::priority_queue<Event, std::vector<Event>, Later> queue_;
    std::vector<std::uint64_t> sequences_;
    std::vector<std::uint32_t> generations_, free_;
    std::uint64_t executed_ = 0;
    RunningHash trace_;
};

} // namespace qkdes::bench
