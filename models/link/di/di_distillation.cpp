#include "models/link/di/di_distillation.hpp"

#include "models/link/amplification.hpp"
#include "models/link/correction_cost.hpp"
#include "models/link/di/di_decisions.hpp"
#include "models/link/di/di_game_cost.hpp"
#include "models/postprocessing/cascade.hpp"
#include "models/postprocessing/correction.hpp"
#include "models/postprocessing/verification.hpp"

#include <algorithm>

namespace qkdes {
namespace {

/// Bob's outcomes after correction, given-up frames read out by Alice in clear, since no round may be left out;
/// `leaked` grows by them.
Bits read_out_given_up(CorrectionResult const& result, Bits const& alice, std::uint64_t& leaked) {
    Bits bob = result.corrected;
    if (result.kept.empty()) return bob;
    leaked += result.kept.size() - result.kept.count();
    for (std::size_t i = 0; i < bob.mutable_words().size(); ++i) {
        std::uint64_t const kept = result.kept.words()[i];
        bob.mutable_words()[i] = (bob.words()[i] & kept) | (alice.words()[i] & ~kept);
    }
    return bob;
}

/// What is decided before anything is corrected; true: go on.
bool goes_on(DiProtocolParameters const& protocol, DiStatistics const& statistics, LinkBlock& block) {
    record_exchange(statistics, block.yield);
    if (settings_unhealthy(protocol, statistics)) return block.outcome = BlockOutcome::aborted, false;
    return worth_correcting(protocol, statistics.rounds());
}

} // namespace

LinkBlock distil_di_rounds(DiParameters const& parameters, DiExchange exchange, RngStream public_rng) {
    auto const& p = parameters.protocol;
    LinkBlock block;
    auto& yield = block.yield;
    auto& bits = exchange.outcomes;
    std::uint64_t const rounds = exchange.gathering.statistics.rounds();
    if (!goes_on(p, exchange.gathering.statistics, block)) return block;
    std::uint64_t const test_seed = public_rng.next(), key_seed = public_rng.next(), hash_seed = public_rng.next();
    auto const account = [&](CorrectionResult const& result) {
        yield.error_correction_leak += result.leaked;
        yield.round_trips += result.round_trips;
        yield.frames += result.frames;
        yield.frame_errors += result.failed_frames;
    };

    // Test rounds: what Bob has to change are the games that were lost.
    auto const tests =
        correct_in_frames(bits.alice_test, bits.bob_test, p.cascade_frame, {.qber_estimate = kGameEstimate}, test_seed);
    account(tests);
    if (tests.flips > di_gate(p, rounds).most_losses) return block.outcome = BlockOutcome::aborted, block;

    // Key rounds.
    auto const keys =
        correct_block(p.correction, bits.alice_key, bits.bob_key, p.cascade_frame, planned_key_error(p), key_seed);
    account(keys);
    Bits const bob_key = read_out_given_up(keys, bits.alice_key, yield.error_correction_leak);
    if (too_many_flips(p, bob_key.distance(bits.bob_key), bob_key.size()))
        return block.outcome = BlockOutcome::aborted, block;

    // All outcomes of Alice, as each party has them.
    Bits alice = std::move(bits.alice_test), bob = tests.corrected;
    alice.append(bits.alice_key);
    bob.append(bob_key);
    auto const verification = verify_keys(alice, bob, p.eps_cor, hash_seed);
    yield.verification_bits = verification.disclosed_bits;
    if (!verification.equal) return block.outcome = BlockOutcome::verify_failed, block;

    block.outcome = conclude(p, rounds, yield);
    if (block.outcome != BlockOutcome::key) return block;
    amplify(block, alice, bob, public_rng);
    return block;
}

LinkBlock distil_di_by_drawing(DiParameters const& parameters, DiGathering const& gathering, RngStream& rng,
                               RngStream& key) {
    auto const& p = parameters.protocol;
    auto const& s = gathering.statistics;
    LinkBlock block;
    auto& yield = block.yield;
    if (!goes_on(p, s, block)) return block;
    auto const games = draw_game_cost(s.tests(), s.lost_games(), p.cascade_frame, rng);
    yield.error_correction_leak = games.leaked;
    yield.round_trips += games.round_trips;
    yield.frames = std::max<std::uint64_t>(1, (s.tests() + p.cascade_frame / 2) / p.cascade_frame);
    if (s.lost_games() > di_gate(p, s.rounds()).most_losses) return block.outcome = BlockOutcome::aborted, block;

    auto const keys = draw_correction_cost(p.correction, s.key_rounds, gathering.noisy_errors, p.cascade_frame,
                                           planned_key_error(p), rng);
    yield.error_correction_leak += keys.leaked + keys.lost_bits; // given-up frames are read out
    yield.round_trips += keys.round_trips;
    yield.frames += keys.frames;
    yield.frame_errors = keys.failed_frames;
    if (too_many_flips(p, gathering.noisy_errors, s.key_rounds)) return block.outcome = BlockOutcome::aborted, block;

    yield.verification_bits = verification_tag_bits(s.rounds(), p.eps_cor);
    if (!games.all_correct || !keys.all_correct) return block.outcome = BlockOutcome::verify_failed, block;
    block.outcome = conclude(p, s.rounds(), yield);
    if (block.outcome != BlockOutcome::key) return block;
    draw_keys(block, key);
    return block;
}

} // namespace qkdes
