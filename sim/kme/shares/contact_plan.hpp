// When a denied, disrupted, intermittent or slow link can carry a message, and how long that takes: satellites and mesh
// by their duty cycle, jamming by its windows, HF radio by its rate (1.2 to 9.6 kbit/s).
//
// A message needs its whole sending time in the open: contact and jamming cut it off, and it begins anew when the
// contact is back (no fragments). One at a time, in the order of asking.
//
// Leaves out: loss while the contact lasts and delay of propagation, which are the channel's.
// Checked:    windows, edges and messages that never fit, tests/sim/kme/shares_availability_test.cpp.
#pragma once
#include "sim/base/units.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace qkdes {

struct ContactWindow {
    SimTime from{}, until{}; ///< half open
};

struct ContactPlan {
    SimDuration period{}, contact{}, offset{}; ///< in contact for the first `contact` of each period; 0: always
    std::vector<ContactWindow> jammed;         ///< ascending, apart from each other
    BitsPerSecond rate{9600.0};

    SimDuration sending_time(std::size_t bytes) const;
    bool open(SimTime at) const;
    /// Share of time in contact, jamming aside.
    double duty() const;
    /// When a message asked for at `ready` has been sent; nothing when no gap before `horizon` holds it.
    std::optional<SimTime> sent_by(SimTime ready, std::size_t bytes, SimTime horizon) const;

  private:
    SimTime closes(SimTime at) const;    ///< end of the opening that holds `at`
    SimTime next_open(SimTime at) const; ///< at, or the beginning of the next opening
};

} // namespace qkdes
