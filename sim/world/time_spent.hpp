// How long something was in each of a few states, and how often and how long at most in one stretch.
#pragma once
#include "sim/base/units.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace qkdes {

template <std::size_t States>
class TimeSpent {
  public:
    explicit TimeSpent(std::size_t state = 0, SimTime since = kSimStart)
        : state_{state}, since_{since}, counted_{since} {
        entered_[state] = 1;
    }

    /// From `at` on, never earlier than the last call; the same state again changes nothing.
    void become(std::size_t state, SimTime at) {
        count(at);
        if (state == state_) return;
        state_ = state;
        since_ = at;
        ++entered_[state];
    }
    /// Up to `at`, which no later call precedes.
    void count(SimTime at) {
        at = std::max(at, counted_);
        spent_[state_] += at - counted_;
        longest_[state_] = std::max(longest_[state_], at - since_);
        counted_ = at;
    }
    std::size_t state() const { return state_; }
    SimTime since() const { return since_; } ///< when the state began
    SimDuration spent(std::size_t state) const { return spent_[state]; }
    SimDuration longest(std::size_t state) const { return longest_[state]; }
    std::uint64_t entered(std::size_t state) const { return entered_[state]; } ///< the first state counts

  private:
    std::size_t state_;
    SimTime since_, counted_;
    std::array<SimDuration, States> spent_{}, longest_{};
    std::array<std::uint64_t, States> entered_{};
};

} // namespace qkdes
