#include "models/link/decoy/block_level.hpp"

#include "models/link/amplification.hpp"
#include "models/link/correction_cost.hpp"
#include "models/link/decoy/block_decisions.hpp"
#include "models/postprocessing/verification.hpp"

namespace qkdes {
namespace {

/// Frames given up take a uniform choice of the wrong bits and of the right ones with them.
void give_up(std::array<std::array<std::uint64_t, 2>, 3>& z, CorrectionCost const& cost, RngStream& rng) {
    if (cost.lost_bits == 0) return;
    for (unsigned wrong : {0u, 1u}) {
        auto alike = z;
        for (auto& cell : alike)
            cell[1 - wrong] = 0;
        auto const lost = draw_sample(alike, wrong == 1 ? cost.lost_errors : cost.lost_bits - cost.lost_errors, rng);
        for (std::size_t k = 0; k < z.size(); ++k)
            z[k][wrong] -= lost[k][wrong];
    }
}

} // namespace

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
    SiftedCounts kept = gathering.sifted();
    if (!worth_correcting(p, kept)) return block;

    auto const cost = draw_correction_cost(p.post.correction, kept.total_z(), kept.errors_z(), p.post.cascade_frame,
                                           estimate.for_correction, rng);
    yield.error_correction_leak = cost.leaked;
    yield.round_trips += cost.round_trips;
    yield.frames = cost.frames;
    yield.frame_errors = cost.failed_frames;
    give_up(gathering.z, cost, rng);
    kept = gathering.sifted();
    yield.verification_bits = verification_tag_bits(kept.total_z(), p.post.eps_cor);
    if (!cost.all_correct) return block.outcome = BlockOutcome::verify_failed, block;

    block.outcome = conclude(p, kept, yield);
    if (block.outcome != BlockOutcome::key) return block;
    yield.known_to_eve = known_to_eve(gathering.known, kept.total_z(), yield);
    draw_keys(block, key);
    return block;
}

} // namespace qkdes
