#include "models/link/cv/cv_block_level.hpp"

#include "models/link/amplification.hpp"
#include "models/link/cv/cv_decisions.hpp"
#include "models/link/cv/cv_estimation.hpp"
#include "models/postprocessing/cv/reconciliation_cost.hpp"
#include "models/postprocessing/cv/reconciliation_plan.hpp"
#include "models/postprocessing/verification.hpp"
#include "sim/base/distributions.hpp"

namespace qkdes {
namespace {

struct Cost {
    std::uint64_t frames = 0, failed_frames = 0;
    CvReconciled reconciled;
};

/// Codes follow the estimated channel, failures the true one.
Cost draw_cost(std::uint64_t values, CvReconciliationParameters const& wanted, CvQuadrature const& truth,
               RngStream& rng) {
    auto const chosen = cv::filled_in(wanted);
    auto const plan = cv::make_plan(chosen);
    auto actual = chosen.channel;
    actual.gain = truth.gain;
    actual.noise_variance = truth.noise;

    Cost cost;
    cost.frames = values / plan.frame_symbols();
    cost.failed_frames = sample_binomial(rng, cost.frames, cv_frame_error_rate(plan, chosen.channel, actual));
    std::uint64_t const kept = cost.frames - cost.failed_frames;
    cost.reconciled.kept_values = kept * plan.frame_symbols();
    cost.reconciled.key_bits = kept * plan.frame_symbols() * plan.levels;
    cost.reconciled.raw_entropy = static_cast<double>(kept) * plan.raw_entropy();
    cost.reconciled.leaked = kept * plan.leaked();
    return cost;
}

} // namespace

LinkBlock distil_cv_by_drawing(CvParameters const& p, std::span<ConditionStep const> conditions, std::uint64_t symbols,
                               RngStream& rng, RngStream& key) {
    LinkBlock block;
    auto& yield = block.yield;
    unsigned const per_symbol = values_per_symbol(p.receiver);
    yield.sampled = cv_revealed(p, symbols);
    if (yield.sampled < kFewestRevealed) return block;
    auto const stretches = cv_stretches(p, conditions, symbols);
    auto const seen = draw_cv_fit(p, stretches, symbols, yield.sampled * per_symbol, rng);
    auto const estimate = cv_estimate(p, seen, yield.sampled * per_symbol);
    block.outcome = cv_after_estimation(p, estimate, symbols - yield.sampled, yield);
    if (block.outcome != BlockOutcome::key) return block;
    std::uint64_t const values = (symbols - yield.sampled) * per_symbol;
    auto const plan = cv_reconciliation_plan(p, seen, values);
    if (!cv_can_reconcile(plan, values)) return block.outcome = BlockOutcome::no_key, block;

    auto const cost = draw_cost(values, plan, cv_mean_quadrature(p, stretches, symbols), rng);
    yield.frames = cost.frames;
    yield.frame_errors = cost.failed_frames;
    yield.raw_bits = cost.reconciled.raw_entropy;
    yield.error_correction_leak = cost.reconciled.leaked;
    if (cost.reconciled.kept_values == 0) return block.outcome = BlockOutcome::no_key, block;
    yield.verification_bits = verification_tag_bits(cost.reconciled.key_bits, p.post.eps_cor);
    block.outcome = cv_conclude(p, estimate, cost.reconciled, yield);
    if (block.outcome != BlockOutcome::key) return block;

    draw_keys(block, key);
    return block;
}

} // namespace qkdes
