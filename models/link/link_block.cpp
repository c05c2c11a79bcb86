#include "models/link/link_block.hpp"

#include "models/link/block_gathering.hpp"
#include "models/link/block_level.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace qkdes {

LinkBlock simulate_decoy_bb84_block(DecoyBb84Parameters const& p, std::span<ConditionStep const> conditions,
                                    SimDuration horizon, Fidelity, std::uint64_t seed, std::string_view link,
                                    std::uint64_t index) {
    QKDES_EXPECTS(!conditions.empty() && conditions.front().from == SimDuration{0});
    std::string const name = "link/" + std::string{link};
    SimDuration const longest = std::min(horizon, p.post.longest_gathering);
    std::uint64_t const end = first_pulse_at(longest, p.source.clock);

    RngStream rng{seed, name + "/block", index}, key{seed, name + "/key", index};
    Gathering const gathering = draw_gathering(p, conditions, end, rng);
    LinkBlock block;
    if (!gathering.full && horizon < p.post.longest_gathering) {
        block.outcome = BlockOutcome::interrupted;
        block.gathering = horizon;
        return block;
    }
    block = distil_by_drawing(p, gathering, rng, key);
    block.gathering =
        gathering.full ? std::min(longest, from_seconds(static_cast<double>(gathering.pulses) / p.source.clock.value))
                       : longest;
    block.computing = from_seconds(static_cast<double>(block.yield.sifted.total_z() + block.yield.sifted.total_x()) /
                                   p.post.throughput.value);
    return block;
}

} // namespace qkdes
