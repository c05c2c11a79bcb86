#include "models/link/stated/stated_block.hpp"

#include "sim/base/rng.hpp"

#include <cmath>
#include <string>

namespace qkdes {

LinkBlock simulate_stated_block(StatedParameters const& parameters, std::span<ConditionStep const> /*conditions*/,
                                SimDuration horizon, Fidelity /*fidelity*/, std::uint64_t seed, std::string_view link,
                                std::uint64_t index) {
    LinkBlock block;
    if (parameters.every > horizon) {
        block.outcome = BlockOutcome::interrupted;
        block.gathering = horizon;
        return block;
    }
    block.gathering = parameters.every;
    RngStream rng{seed, std::string{link} + "/stated", index};
    double const bits = parameters.rate.value * seconds(parameters.every), whole = std::floor(bits);
    block.yield.secret = static_cast<std::uint64_t>(whole) + (rng.bernoulli(bits - whole) ? 1 : 0);
    if (block.yield.secret == 0) return block;
    block.outcome = BlockOutcome::key;
    block.alice_key = block.bob_key = KeyString{rng, block.yield.secret};
    return block;
}

} // namespace qkdes
