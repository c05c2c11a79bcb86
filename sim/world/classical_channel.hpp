// The classical channel of a link: each direction serialises messages at its rate, delays, and loses some.
//
// Distribution: a message of B bytes that enters at t leaves the sender at s = max(t, end of the previous message in
// that direction) + 8 B / rate, is lost with probability `loss` (independent of everything), and otherwise arrives at
// s + latency. Order within a direction is kept while the latency does not change. An outage swallows what is sent in
// it and what would arrive in it.
#pragma once
#include "sim/base/rng.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/timeline.hpp"

#include <array>
#include <optional>

namespace qkdes {

class alignas(64) ClassicalChannel {
  public:
    /// The timeline is whole by now.
    ClassicalChannel(ClassicalSpec const& spec, LinkTimeline const& timeline, RngStream losses)
        : rate_{spec.rate}, latency_{spec.latency}, calm_{spec.loss == 0 && timeline.classical.empty() &&
                                                          timeline.extra_latency_s.empty() && timeline.loss.empty()},
          loss_{spec.loss}, timeline_{timeline}, losses_{losses} {}

    /// When a message of `bytes` handed over at `now` arrives; nothing when it is lost. `direction` 0: a to b, 1: b to
    /// a.
    std::optional<SimTime> arrival(SimTime now, unsigned direction, std::size_t bytes);

    /// One-way latency now, without serialisation.
    SimDuration latency(SimTime now) const;
    bool up(SimTime now) const { return !timeline_.classical.contains(now); }

    std::uint64_t messages() const { return messages_; }
    std::uint64_t lost() const { return lost_; }

  private:
    // A calm channel asks for no more than these, one line of cache.
    BitsPerSecond rate_;
    SimDuration latency_;
    std::array<SimTime, 2> busy_until_{};
    std::uint64_t messages_ = 0;
    bool calm_; ///< nothing ever disturbs it
    std::uint64_t lost_ = 0;
    double loss_;
    LinkTimeline const& timeline_;
    RngStream losses_;
};

} // namespace qkdes
