// When a classical channel can be used at all: satellites and mesh by duty cycle, disrupted links by chance, jammed
// ones by windows. Slow ones (HF radio) differ by their rate alone.
#pragma once
#include "sim/base/units.hpp"

#include <cstdint>
#include <vector>

namespace qkdes {

enum class ContactProfile : std::uint8_t { custom, denied, disrupted, intermittent, low_rate };

struct JammingWindow {
    SimTime from, until; ///< half open, from < until
};

/// In contact for `on` of each period, from `phase` and up to `jitter` after the period's begin; whole periods fail
/// with a chance of 1 - `availability`, independently of each other.
struct ContactSpec {
    ContactProfile profile = ContactProfile::custom;
    SimDuration period{0}; ///< 0: always in contact, jamming aside
    SimDuration on{0};     ///< on + phase + jitter <= period
    SimDuration phase{0}, jitter{0};
    double availability = 1.0;
    std::vector<JammingWindow> jamming; ///< ascending, apart from each other
};

} // namespace qkdes
