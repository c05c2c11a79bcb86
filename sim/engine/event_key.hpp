// What orders the events of a run. The order is total and depends on nothing but the events themselves: not on who was
// scheduled first among different origins, not on the layout of the queue, not on threads.
#pragma once
#include "sim/base/units.hpp"

#include <cstdint>

namespace qkdes {

/// At one instant faults strike first, then mail arrives, then timers fire, then we measure.
enum class EventClass : std::uint8_t { fault = 0, arrival = 1, timer = 2, sample = 3 };

/// An actor: a node, a link, a demand. Its index is its place in the order of creation.
struct Origin {
    std::uint32_t index = 0;
    constexpr auto operator<=>(Origin const&) const = default;
};

/// (class, origin, sequence) in one number that compares as the three do. `sequence` counts what the origin scheduled,
/// so a rank names one event for the whole run and is never used twice.
class EventRank {
  public:
    static constexpr std::uint32_t kOriginLimit = (1u << 22) - 1;           ///< origins of one engine
    static constexpr std::uint64_t kSequenceLimit = std::uint64_t{1} << 40; ///< events of one origin

    constexpr EventRank() = default; ///< of no event; above all others
    constexpr EventRank(EventClass kind, Origin origin, std::uint64_t sequence)
        : packed_{std::uint64_t{static_cast<std::uint8_t>(kind)} << 62 | std::uint64_t{origin.index} << 40 | sequence} {
    }
    constexpr std::uint64_t packed() const { return packed_; }
    constexpr auto operator<=>(EventRank const&) const = default;

  private:
    std::uint64_t packed_ = ~std::uint64_t{0};
};

/// Times of events are never negative, so that they compare as unsigned numbers.
struct EventKey {
    std::uint64_t at; ///< nanoseconds since the start
    EventRank rank;
    std::uint32_t slot; ///< where the callback lives; no part of the order, as what follows
    bool tell = false;  ///< the callback is still to be told that its turn comes
};

/// One comparison of 128 bits: no branch on equal times.
constexpr bool before(EventKey const& a, EventKey const& b) {
    __extension__ using Wide = unsigned __int128;
    return (Wide{a.at} << 64 | a.rank.packed()) < (Wide{b.at} << 64 | b.rank.packed());
}

/// Names an event until it fires or is cancelled, and nothing afterwards: ranks are not reused, slots are.
struct TimerHandle {
    EventRank rank;
    std::uint32_t slot = 0;
    constexpr bool operator==(TimerHandle const&) const = default;
};

} // namespace qkdes
