// The engine as one would write it to be obviously right: a sorted map from the whole key to the callback.
#pragma once
#include "sim/base/hash.hpp"
#include "sim/engine/event_key.hpp"

#include <functional>
#include <map>
#include <string_view>
#include <tuple>
#include <vector>

namespace qkdes::test {

class ReferenceLoop {
  public:
    using Handle = std::tuple<std::int64_t, EventClass, std::uint32_t, std::uint64_t>;

    Origin new_origin(std::string_view) {
        sequences_.push_back(0);
        return {static_cast<std::uint32_t>(sequences_.size() - 1)};
    }
    SimTime now() const { return now_; }
    std::uint64_t events() const { return executed_; }
    std::uint64_t trace_hash() const { return trace_.value(); }

    Handle schedule(SimTime at, EventClass kind, Origin origin, std::function<void()> callback) {
        Handle const key{at.time_since_epoch().count(), kind, origin.index, sequences_[origin.index]++};
        events_.emplace(key, std::move(callback));
        return key;
    }
    bool pending(Handle const& handle) const { return events_.contains(handle); }
    bool cancel(Handle const& handle) { return events_.erase(handle) == 1; }

    void run_until(SimTime end) {
        while (!events_.empty() && std::get<0>(events_.begin()->first) <= end.time_since_epoch().count()) {
            auto const first = events_.extract(events_.begin());
            auto const& [time, kind, origin, sequence] = first.key();
            now_ = SimTime{SimDuration{time}};
            ++executed_;
            trace_.add(static_cast<std::uint64_t>(time));
            trace_.add(std::uint64_t{static_cast<std::uint8_t>(kind)} << 62 | std::uint64_t{origin} << 40 | sequence);
            first.mapped()();
        }
        now_ = end;
    }

  private:
    SimTime now_ = kSimStart;
    std::map<Handle, std::function<void()>> events_;
    std::vector<std::uint64_t> sequences_;
    std::uint64_t executed_ = 0;
    RunningHash trace_;
};

} // namespace qkdes::test
