#include "models/link/entangled/entangled_block.hpp"

#include "models/link/entangled/block_counts.hpp"
#include "models/link/entangled/photon_tags.hpp"
#include "sim/base/contracts.hpp"
#include "sim/base/distributions.hpp"

#include <algorithm>
#include <string>

namespace qkdes {
namespace {

/// Pairs that a continuous source emitted, or pulses of a pulsed one.
std::uint64_t emitted(PairSourceParameters const& source, SimDuration during, RngStream rng) {
    if (source.emission == PairEmission::pulsed)
        return static_cast<std::uint64_t>(seconds(during) * source.clock.value);
    return sample_poisson(rng, std::min(0x1p62, seconds(during) * source.pair_rate.value));
}

} // namespace

LinkBlock simulate_entangled_block(EntangledParameters const& p, std::span<ConditionStep const> conditions,
                                   SimDuration horizon, Fidelity fidelity, std::uint64_t seed, std::string_view link,
                                   std::uint64_t index) {
    QKDES_EXPECTS(!conditions.empty() && conditions.front().from == SimDuration{0});
    std::string const name = "link/" + std::string{link};
    SimDuration const longest = std::min(horizon, p.post.longest_gathering);
    bool const closes = p.post.longest_gathering <= horizon; // a block that is not full is closed, not interrupted

    LinkBlock block;
    bool full = false;
    SimDuration gathered{0};
    if (fidelity == Fidelity::photon) {
        auto exchange = gather_tags(p, conditions, longest, RngStream{seed, name + "/photons", index});
        full = exchange.full;
        gathered = exchange.gathered;
        if (full || closes) block = distil_tags(p, std::move(exchange), RngStream{seed, name + "/public", index});
    } else {
        RngStream rng{seed, name + "/counts", index}, key{seed, name + "/key", index};
        auto const exchange = draw_exchange(p, conditions, longest, rng);
        full = exchange.full;
        gathered = exchange.gathered;
        if (full || closes) block = distil_counts(p, exchange, rng, key);
    }
    if (!full && !closes) {
        block.outcome = BlockOutcome::interrupted;
        block.gathering = horizon;
        return block;
    }
    block.gathering = full ? gathered : longest;
    block.yield.pulses = emitted(p.source, block.gathering, RngStream{seed, name + "/emitted", index});
    block.computing = from_seconds(static_cast<double>(block.yield.sifted.total_z() + block.yield.sifted.total_x()) /
                                   p.post.throughput.value);
    return block;
}

} // namespace qkdes
