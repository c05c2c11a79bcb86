// How a node treats its applications when key is short: sim/kme/congestion/front_door.hpp and ready_keys.hpp.
#pragma once
#include "sim/base/ids.hpp"
#include "sim/base/units.hpp"
#include "sim/ports/telemetry.hpp"

#include <cstdint>
#include <map>
#include <vector>

namespace qkdes {

struct ApplicationPolicy {
    std::uint32_t priority = 0;   ///< higher goes first
    double rate = 0;              ///< bits of key per second; 0: no limit
    std::uint64_t burst_bits = 0; ///< at least one request's
};

/// Keys kept ready at both ends before anybody asks.
struct ReadyKeysSpec {
    AppId from, to;
    std::uint32_t key_bits = 256;
    std::uint32_t low = 4, high = 16;         ///< below `low` keys the node relays new ones, up to `high`; low < high
    SecurityClass worst = SecurityClass::pqc; ///< a path that protects less is no route
};

struct CongestionConfig {
    std::map<AppId, ApplicationPolicy> applications; ///< those that are not here: priority 0, no limit
    std::uint64_t reserve_bits = 0;                  ///< of each pool, for priorities above 0
    SimDuration wait_limit{0};                       ///< for key on the first hop; 0: refused at once
    std::uint32_t waiting_limit = 1000;
    std::vector<ReadyKeysSpec> ready; ///< those of other nodes' applications do not count here
};

} // namespace qkdes
