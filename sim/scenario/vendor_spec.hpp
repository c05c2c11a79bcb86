// The QKD vendor's key server beside a node, as a scenario describes it (sim/kme/southbound/vendor_kms.hpp): how long
// it takes for a request, and what it does when its buffer is empty.
#pragma once
#include "sim/base/units.hpp"

#include <cstdint>
#include <optional>

namespace qkdes {

/// Service time of a request: log-normal around `latency`, sometimes with a stall on top, on a level that drifts.
struct VendorSpec {
    enum class WhenEmpty : std::uint8_t { refuse, wait };

    SimDuration latency{100'000'000};        ///< median
    double spread = 0.1;                     ///< standard deviation of the logarithm of the service time, [0, 3]
    double stall = 0.0;                      ///< probability that a request stalls, [0, 1)
    SimDuration stall_time{1'000'000'000};   ///< mean of the exponential time that a stall adds
    double drift = 0.0;                      ///< standard deviation of the logarithm of the level, [0, 3]
    SimDuration drift_time{600'000'000'000}; ///< over which the level forgets where it was
    std::optional<std::uint64_t> buffer;     ///< bits, for both ends' halves; else the node's store_capacity
    std::uint32_t queue_limit = 64;
    WhenEmpty when_empty = WhenEmpty::refuse;
    SimDuration wait_limit{5'000'000'000};
};

} // namespace qkdes
