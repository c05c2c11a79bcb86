// One click of one end, as its time tagger writes it: picoseconds of the end's own clock and a detector.
#pragma once
#include <cstdint>

namespace qkdes {

/// Times within +- 6 days. Tags of one end are compared by `packed`, which orders them by time.
struct TimeTag {
    std::int64_t packed = 0;
    static TimeTag make(std::int64_t time_ps, unsigned channel, bool paired) {
        return {time_ps * 16 + static_cast<std::int64_t>(channel | (paired ? 8u : 0u))};
    }
    std::int64_t time_ps() const { return packed >> 4; }
    unsigned channel() const { return static_cast<unsigned>(packed) & 7; } ///< as TagChannel
    /// The simulation's own note that both ends' photons of a pair reached a detector. No party reads it; tests do.
    bool paired() const { return packed & 8; }
};

} // namespace qkdes
