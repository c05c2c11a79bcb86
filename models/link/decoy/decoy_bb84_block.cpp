#include "models/link/decoy/decoy_bb84_block.hpp"

#include "models/link/decoy/attack_on_pulse.hpp"
#include "models/link/decoy/block_gathering.hpp"
#include "models/link/decoy/block_level.hpp"
#include "models/link/decoy/photon_level.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <string>

namespace qkdes {

LinkBlock simulate_decoy_bb84_block(DecoyBb84Parameters const& p, std::span<ConditionStep const> conditions,
                                    SimDuration horizon, Fidelity fidelity, std::uint64_t seed, std::string_view link,
                                    std::uint64_t index, DetectionStatistics const* calm) {
    QKDES_EXPECTS(!conditions.empty() && conditions.front().from == SimDuration{0});
    std::string const name = "link/" + std::string{link};
    SimDuration const longest = std::min(horizon, p.post.longest_gathering);
    std::uint64_t const end = first_pulse_at(longest, p.source.clock);
    bool const closes = p.post.longest_gathering <= horizon; // a block that is not full is closed, not interrupted

    LinkBlock block;
    bool full = false;
    if (fidelity == Fidelity::photon) {
        auto exchange = gather_photons(p, conditions, end, RngStream{seed, name + "/photons", index});
        full = exchange.full;
        exchange.alarm = blinding_seen(p, conditions, exchange.pulses);
        if (full || closes) block = distil_photons(p, std::move(exchange), RngStream{seed, name + "/public", index});
    } else {
        RngStream rng{seed, name + "/counts", index}, key{seed, name + "/key", index};
        auto gathering = draw_gathering(p, conditions, end, rng, calm);
        full = gathering.full;
        gathering.alarm = blinding_seen(p, conditions, gathering.pulses);
        if (full || closes) block = distil_by_drawing(p, gathering, rng, key);
    }
    if (!full && !closes) {
        block.outcome = BlockOutcome::interrupted;
        block.gathering = horizon;
        return block;
    }
    double const gathered = static_cast<double>(block.yield.pulses) / p.source.clock.value;
    block.gathering = full ? std::min(longest, from_seconds(gathered)) : longest;
    block.computing = from_seconds(static_cast<double>(block.yield.sifted.total_z() + block.yield.sifted.total_x()) /
                                   p.post.throughput.value);
    return block;
}

} // namespace qkdes
