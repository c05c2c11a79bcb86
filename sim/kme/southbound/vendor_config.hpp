// How a vendor's key server treats requests: sim/kme/southbound/vendor_kms.hpp.
#pragma once
#include "sim/base/units.hpp"

#include <cstdint>

namespace qkdes {

struct VendorKmsConfig {
    enum class WhenEmpty : std::uint8_t { refuse, wait };
    std::uint32_t queue_limit = 64; ///< requests waiting for the worker, in service or parked; more are refused
    WhenEmpty when_empty = WhenEmpty::refuse;
    SimDuration wait_limit{5'000'000'000}; ///< parked no longer than this after it was asked
};

} // namespace qkdes
