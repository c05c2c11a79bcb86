// What a delivered key was cut into, for whoever is not at its ends: an adversary that has come by shares.
#pragma once
#include "sim/ports/telemetry.hpp"

#include <cstdint>
#include <vector>

namespace qkdes {

struct KeyInShares {
    std::uint8_t k = 0, n = 0;
    bool vouched = false;      ///< shares are packages that vouch for each other (sim/kme/shares/cross_mac.hpp)
    std::vector<KeyId> shares; ///< as they were relayed; number i lies at x = i + 1
};

} // namespace qkdes
