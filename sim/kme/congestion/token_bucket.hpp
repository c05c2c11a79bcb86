// How fast an application may take key: a token bucket, kept as the one time at which it will be full again (virtual
// scheduling form of the generic cell rate algorithm, ITU-T I.371 annex A): no clock ticks, no rounding that adds up.
//
//   a request of b bits conforms at t when max(t, full) + b / rate - t <= burst / rate; it then moves `full` there.
//
// Holds:   in any interval of length T, at most burst + rate * T bits conform.
// Checked: tests/sim/kme/congestion_test.cpp.
#pragma once
#include "sim/base/units.hpp"

#include <algorithm>
#include <cstdint>

namespace qkdes {

class TokenBucket {
  public:
    /// `bits_per_second` > 0.
    TokenBucket(double bits_per_second, std::uint64_t burst_bits)
        : rate_{bits_per_second}, burst_{from_seconds(static_cast<double>(burst_bits) / bits_per_second)} {}

    /// Takes the bits, or leaves everything as it was.
    bool take(SimTime now, std::uint64_t bits) {
        SimTime const next = std::max(now, full_) + from_seconds(static_cast<double>(bits) / rate_);
        if (next - now > burst_) return false;
        full_ = next;
        return true;
    }

  private:
    double rate_;
    SimDuration burst_;
    SimTime full_ = kSimStart;
};

} // namespace qkdes
