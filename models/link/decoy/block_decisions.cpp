#include "models/link/decoy/block_decisions.hpp"

#include "models/link/decoy/finite_key.hpp"
#include "models/postprocessing/estimation.hpp"

#include <cmath>

namespace qkdes {

QberEstimate qber_estimate(SiftedCounts const& counts, std::uint64_t sampled, std::uint64_t sample_errors) {
    std::uint64_t const trials = sampled > 0 ? sampled : counts.total_x();
    std::uint64_t const errors = sampled > 0 ? sample_errors : counts.errors_x();
    if (trials == 0) return {};
    return {static_cast<double>(errors) / static_cast<double>(trials), qber_for_correction(errors, trials)};
}

bool worth_correcting(DecoyBb84Parameters const& p, SiftedCounts key_counts) {
    key_counts.m_z = {};
    return key_counts.total_z() > 0 && finite_key(p.source, key_counts, p.post.eps_sec, 0, 0).secret > 0;
}

BlockOutcome conclude(DecoyBb84Parameters const& p, SiftedCounts const& key_counts, BlockYield& yield) {
    if (yield.qber_z > p.post.abort_qber) return BlockOutcome::aborted;
    auto const key = finite_key(p.source, key_counts, p.post.eps_sec, yield.error_correction_leak,
                                static_cast<double>(yield.verification_bits));
    yield.vacuum = key.vacuum;
    yield.single_photon = key.single_photon;
    yield.phase_error = key.phase_error;
    yield.secret = std::min(key.secret, key_counts.total_z());
    return yield.secret > 0 ? BlockOutcome::key : BlockOutcome::no_key;
}

std::uint64_t sample_size(PostProcessingParameters const& post, std::uint64_t sifted) {
    if (post.estimation != EstimationMethod::sampling) return 0;
    return static_cast<std::uint64_t>(std::nearbyint(post.sample_fraction * static_cast<double>(sifted)));
}

} // namespace qkdes
