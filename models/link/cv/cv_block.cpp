#include "models/link/cv/cv_block.hpp"

#include "models/link/cv/cv_block_level.hpp"
#include "models/link/cv/cv_channel.hpp"
#include "models/link/cv/cv_decisions.hpp"
#include "models/link/cv/symbol_level.hpp"
#include "models/postprocessing/authentication.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace qkdes {

LinkBlock simulate_cv_block(CvParameters const& p, std::span<ConditionStep const> conditions, SimDuration horizon,
                            Fidelity fidelity, std::uint64_t seed, std::string_view link, std::uint64_t index) {
    QKDES_EXPECTS(!conditions.empty() && conditions.front().from == SimDuration{0});
    std::string const name = "link/" + std::string{link};
    // Every symbol is detected, so that the time a block takes is known before it begins.
    SimDuration const longest = std::min(horizon, p.post.longest_gathering);
    double const rate = data_rate(p.source), block_seconds = static_cast<double>(p.post.block) / rate;
    bool const full = block_seconds <= seconds(longest);
    bool const closes = p.post.longest_gathering <= horizon; // a block that is not full is closed, not interrupted
    if (!full && !closes) {
        LinkBlock interrupted;
        interrupted.outcome = BlockOutcome::interrupted;
        interrupted.gathering = horizon;
        return interrupted;
    }
    std::uint64_t const symbols = full ? p.post.block : static_cast<std::uint64_t>(std::floor(rate * seconds(longest)));

    LinkBlock block;
    if (fidelity == Fidelity::photon) {
        block = distil_symbols(p, conditions, symbols, seed, name, index);
    } else {
        RngStream rng{seed, name + "/counts", index}, key{seed, name + "/key", index};
        block = distil_cv_by_drawing(p, conditions, symbols, rng, key);
    }
    auto& yield = block.yield;
    yield.detections = symbols;
    yield.pulses = static_cast<std::uint64_t>(std::ceil(static_cast<double>(symbols) / (1 - p.source.reference_share)));
    yield.round_trips = kCvRoundTrips;
    yield.authentication_bits = AuthenticationPolicy{}.bits_per_block();
    block.gathering = full ? std::min(longest, from_seconds(block_seconds)) : longest;
    block.computing = from_seconds(static_cast<double>(symbols) / p.post.throughput.value);
    return block;
}

} // namespace qkdes
