// Servers of random pools from which both ends of a demand compute the same key, checked: `digital` in a scenario.
#pragma once
#include "sim/base/ids.hpp"
#include "sim/base/units.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace qkdes {

struct DigitalServerSpec {
    std::string id;
    NodeId node;
    std::optional<SimTime> compromised_from; ///< its pools are copied then, and every later one
};

enum class SeedSecrecy : std::uint8_t {
    secret, ///< what protects the seeds holds
    known,  ///< the adversary recorded the offers and reads the seeds
};

struct DigitalSpec {
    std::vector<DigitalServerSpec> servers; ///< at least one
    SimDuration epoch = std::chrono::hours{1}, grace = std::chrono::minutes{1};
    std::uint64_t pool_bits = 8'388'608; ///< a multiple of 64
    SimDuration time_to_live = std::chrono::hours{1};
    SimDuration deadline = std::chrono::minutes{1};
    SimDuration repeat = std::chrono::seconds{1};
    std::uint32_t attempts = 0; ///< 0: until the deadline
    SeedSecrecy seed = SeedSecrecy::secret;
};

} // namespace qkdes
