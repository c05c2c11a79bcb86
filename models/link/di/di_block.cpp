#include "models/link/di/di_block.hpp"

#include "models/link/decoy/block_gathering.hpp"
#include "models/link/di/di_distillation.hpp"
#include "models/link/di/di_round.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <string>

namespace qkdes {

DiBlock simulate_di_block_with_statistics(DiParameters const& p, std::span<ConditionStep const> conditions,
                                          SimDuration horizon, Fidelity fidelity, std::uint64_t seed,
                                          std::string_view link, std::uint64_t index) {
    QKDES_EXPECTS(!conditions.empty() && conditions.front().from == SimDuration{0});
    std::string const name = "link/" + std::string{link};
    auto const& protocol = p.protocol;
    auto const rate = attempt_rate(p);
    SimDuration const longest = std::min(horizon, protocol.longest_gathering);
    std::uint64_t const end = first_pulse_at(longest, rate);
    bool const closes = protocol.longest_gathering <= horizon; // a block that is not full is closed, not interrupted

    DiBlock made;
    auto& block = made.block;
    bool full = false;
    if (fidelity == Fidelity::photon) {
        auto exchange = gather_di_rounds(p, conditions, end, RngStream{seed, name + "/rounds", index});
        full = exchange.gathering.full;
        made.statistics = exchange.gathering.statistics;
        if (full || closes) block = distil_di_rounds(p, std::move(exchange), RngStream{seed, name + "/public", index});
    } else {
        RngStream rng{seed, name + "/counts", index}, key{seed, name + "/key", index};
        auto const gathering = draw_di_rounds(p, conditions, end, rng);
        full = gathering.full;
        made.statistics = gathering.statistics;
        if (full || closes) block = distil_di_by_drawing(p, gathering, rng, key);
    }
    if (!full && !closes) {
        made.statistics = {};
        block.outcome = BlockOutcome::interrupted;
        block.gathering = horizon;
        return made;
    }
    double const gathered = static_cast<double>(block.yield.pulses) / rate.value;
    block.gathering = full ? std::min(longest, from_seconds(gathered)) : longest;
    block.computing = from_seconds(static_cast<double>(made.statistics.rounds()) / protocol.throughput.value);
    made.statistics.herald_seconds = seconds(block.gathering);
    return made;
}

LinkBlock simulate_di_block(DiParameters const& p, std::span<ConditionStep const> conditions, SimDuration horizon,
                            Fidelity fidelity, std::uint64_t seed, std::string_view link, std::uint64_t index) {
    return simulate_di_block_with_statistics(p, conditions, horizon, fidelity, seed, link, index).block;
}

} // namespace qkdes
