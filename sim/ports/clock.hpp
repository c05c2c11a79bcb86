// Time as the node sees it. A simulation hands out the engine's clock, a deployment the operating system's.
#pragma once
#include "sim/base/units.hpp"

#include <cstdint>
#include <functional>

namespace qkdes {

using ClockTimer = std::uint64_t; ///< 0 is never a timer

class Clock {
  public:
    virtual ~Clock() = default;
    /// Never goes backwards.
    virtual SimTime now() const = 0;
    /// Wakes once at the deadline, never from inside call_at itself; a deadline in the past wakes as soon as possible.
    virtual ClockTimer call_at(SimTime deadline, std::function<void()> wake) = 0;
    /// Harmless when the timer has already fired.
    virtual void cancel(ClockTimer timer) = 0;
};

} // namespace qkdes
