#include "models/link/decoy/block_level.hpp"

#include "models/link/cascade_cost.hpp"
#include "models/link/decoy/block_decisions.hpp"
#include "models/postprocessing/verification.hpp"

namespace qkdes {
LinkBlock distil_by_drawing(DecoyBb84Parameters const& p, Gathering gathering, RngStream& rng, RngStream& key) {
    LinkBlock block;
    auto& yield = block.yield;
    yield.pulses = gathering.pulses;
    yield.basis_mismatch = gathering.basis_mismatch;
    yield.dropped = gathering.dropped;
    yield.sifted = gathering.sifted();
    observe(p, yield);
    if (gathering.alarm) return block.outcome = BlockOutcome::aborted, block;

    yield.sampled = sample_size(p.post, yield.sifted.total_z());
    auto const sample = draw_sample(gathering.z, yield.sampled, rng);
    auto const estimate = qber_estimate(p, yield.sifted, yield.sampled, sample[0][1] + sample[1][1] + sample[2][1]);
    if (estimate.observed > p.post.abort_qber) return block.outcome = BlockOutcome::aborted, block;
    SiftedCounts const kept = gathering.sifted();
    if (!worth_correcting(p, kept)) return block;

    auto const cost =
        draw_cascade_cost(kept.total_z(), kept.errors_z(), p.post.cascade_frame, estimate.for_correction, rng);
    yield.error_correction_leak = cost.leaked;
    yield.round_trips += cost.round_trips;
    yield.verification_bits = verification_tag_bits(kept.total_z(), p.post.eps_cor);
    if (!cost.all_correct) return block.outcome = BlockOutcome::verify_failed, block;

    block.outcome = conclude(p, kept, yield);
    if (block.outcome != BlockOutcome::key) return block;
    yield.known_to_eve = known_to_eve(gathering.known, kept.total_z(), yield);
    block.alice_key = Bits{yield.secret};
    key.fill(block.alice_key.mutable_words());
    if (yield.secret % 64 != 0) block.alice_key.mutable_words().back() &= (std::uint64_t{1} << (yield.secret % 64)) - 1;
    block.bob_key = block.alice_key;
    return block;
}

} // namespace qkdes
