#include "models/link/cv/cv_block_level.hpp"

#include "models/link/cv/cv_decisions.hpp"
#include "models/link/cv/cv_estimation.hpp"
#include "models/postprocessing/cv/reconciliation_cost.hpp"
#include "models/postprocessing/verification.hpp"

#include <cmath>

namespace qkdes {

LinkBlock distil_cv_by_drawing(CvParameters const& p, std::span<ConditionStep const> conditions, std::uint64_t symbols,
                               RngStream& rng, RngStream& key) {
    LinkBlock block;
    auto& yield = block.yield;
    unsigned const per_symbol = values_per_symbol(p.receiver);
    yield.sampled = cv_revealed(p, symbols);
    if (yield.sampled < kFewestRevealed) return block;
    auto const seen = draw_cv_fit(p, cv_stretches(p, conditions, symbols), symbols, yield.sampled * per_symbol, rng);
    auto const estimate = cv_estimate(p, seen, yield.sampled * per_symbol);
    block.outcome = cv_after_estimation(p, estimate, symbols - yield.sampled, yield);
    if (block.outcome != BlockOutcome::key) return block;
    std::uint64_t const values = (symbols - yield.sampled) * per_symbol;
    auto const plan = cv_reconciliation_plan(p, seen, values);
    if (!cv_can_reconcile(plan, values)) return block.outcome = BlockOutcome::no_key, block;

    auto const cost = draw_cv_reconciliation_cost(values, plan, rng);
    yield.frames = cost.frames;
    yield.frame_errors = cost.failed_frames;
    yield.error_correction_leak = cost.leaked;
    if (cost.symbols == 0) return block.outcome = BlockOutcome::no_key, block;
    // The strings' length matters to the tag alone; their entropy is at most that.
    auto const bits = static_cast<std::uint64_t>(std::ceil(cost.raw_entropy));
    yield.verification_bits = verification_tag_bits(bits, p.post.eps_cor);
    block.outcome = cv_conclude(p, estimate, {cost.symbols, bits, cost.raw_entropy, cost.leaked}, yield);
    if (block.outcome != BlockOutcome::key) return block;

    std::vector<std::uint64_t> words((yield.secret + 63) / 64);
    key.fill(std::span{words});
    block.alice_key = Bits{yield.secret, std::move(words)};
    block.bob_key = block.alice_key;
    return block;
}

} // namespace qkdes
