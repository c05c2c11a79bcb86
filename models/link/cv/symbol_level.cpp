#include "models/link/cv/symbol_level.hpp"

#include "models/link/amplification.hpp"
#include "models/link/cv/cv_decisions.hpp"
#include "models/link/cv/cv_estimation.hpp"
#include "models/postprocessing/verification.hpp"

namespace qkdes {
namespace {

constexpr std::size_t kFramesAtATime = 4;

/// Both parties' strings, grown batch by batch of frames.
class Reconciliation {
  public:
    Reconciliation(CvReconciliationParameters const& plan, RngStream bob_private)
        : plan_{plan}, private_{bob_private} {}

    void add(CvSymbols const& symbols, unsigned per_symbol) {
        auto const sent = symbols.alice(), measured = symbols.bob();
        for (std::size_t i = 0; i < symbols.size(); ++i) {
            if (symbols.revealed().get(i)) continue;
            for (std::size_t k = i * per_symbol; k < (i + 1) * per_symbol; ++k) {
                alice_.push_back(static_cast<float>(sent[k]));
                bob_.push_back(static_cast<float>(measured[k]));
            }
        }
        if (alice_.size() >= kFramesAtATime * plan_.frame_symbols) flush();
    }
    /// Reconciles what is there; values that fill no frame stay for the next call.
    void flush() {
        if (alice_.empty()) return;
        auto const done = reconcile_reverse(alice_, bob_, plan_, private_.next());
        alice.append(done.alice);
        bob.append(done.bob);
        frames += done.frames;
        failed_frames += done.failed_frames;
        result.kept_values += done.symbols;
        result.raw_entropy += done.raw_entropy;
        result.leaked += done.leaked;
        auto const left = static_cast<std::ptrdiff_t>(done.unused_symbols);
        alice_.erase(alice_.begin(), alice_.end() - left);
        bob_.erase(bob_.begin(), bob_.end() - left);
    }

    Bits alice, bob;
    CvReconciled result;
    std::uint64_t frames = 0, failed_frames = 0;

  private:
    CvReconciliationParameters plan_;
    RngStream private_;
    std::vector<float> alice_, bob_;
};

} // namespace

LinkBlock distil_symbols(CvParameters const& p, std::span<ConditionStep const> conditions, std::uint64_t symbols,
                         std::uint64_t seed, std::string const& name, std::uint64_t index) {
    LinkBlock block;
    auto& yield = block.yield;
    unsigned const per_symbol = values_per_symbol(p.receiver);
    auto const exchange = [&] { return CvSymbols{p, conditions, symbols, seed, name, index}; };

    // Estimation, from what is revealed.
    CvFit fit;
    for (auto source = exchange(); source.next();)
        fit.add(source, per_symbol);
    yield.sampled = fit.values() / per_symbol;
    if (yield.sampled < kFewestRevealed) return block;
    auto const estimate = cv_estimate(p, fit.result(), fit.values());
    block.outcome = cv_after_estimation(p, estimate, symbols - yield.sampled, yield);
    if (block.outcome != BlockOutcome::key) return block;
    std::uint64_t const values = (symbols - yield.sampled) * per_symbol;
    auto const plan = cv_reconciliation_plan(p, estimate.seen, values);
    if (!cv_can_reconcile(plan, values)) return block.outcome = BlockOutcome::no_key, block;

    // Reconciliation, of the rest: the same symbols again.
    Reconciliation both{plan, RngStream{seed, name + "/bob", index}};
    for (auto source = exchange(); source.next();)
        both.add(source, per_symbol);
    both.flush();
    yield.frames = both.frames;
    yield.frame_errors = both.failed_frames;
    yield.raw_bits = both.result.raw_entropy;
    yield.error_correction_leak = both.result.leaked;
    both.result.key_bits = both.bob.size();
    if (both.bob.empty()) return block.outcome = BlockOutcome::no_key, block;

    RngStream public_rng{seed, name + "/public", index};
    auto const verification = verify_keys(both.alice, both.bob, p.post.eps_cor, public_rng.next());
    yield.verification_bits = verification.disclosed_bits;
    if (!verification.equal) return block.outcome = BlockOutcome::verify_failed, block;
    block.outcome = cv_conclude(p, estimate, both.result, yield);
    if (block.outcome != BlockOutcome::key) return block;

    amplify(block, both.alice, both.bob, public_rng);
    return block;
}

} // namespace qkdes
