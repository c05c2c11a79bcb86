#include "models/link/stated/stated_block.hpp"

#include "sim/base/rng.hpp"

#include <cmath>
#include <string>
#include <vector>

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
    std::vector<std::uint64_t> words((block.yield.secret + 63) / 64);
    rng.fill(std::span{words});
    block.alice_key = block.bob_key = Bits{block.yield.secret, std::move(words)};
    return block;
}

} // namespace qkdes
