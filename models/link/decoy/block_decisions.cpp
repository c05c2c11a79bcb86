#include "models/link/decoy/block_decisions.hpp"

#include "models/link/decoy/finite_key.hpp"
#include "models/postprocessing/authentication.hpp"
#include "models/postprocessing/estimation.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {

QberEstimate qber_estimate(DecoyBb84Parameters const& p, SiftedCounts const& counts, std::uint64_t sampled,
                           std::uint64_t sample_errors) {
    std::uint64_t const errors = sampled > 0 ? sample_errors : counts.errors_x();
    std::uint64_t const trials = sampled > 0 ? sampled : std::max(errors, x_trials(p.source, counts));
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

void observe(DecoyBb84Parameters const& p, BlockYield& yield) {
    auto const ratio = [](std::uint64_t part, std::uint64_t whole) {
        return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
    };
    SiftedCounts const& counts = yield.sifted;
    yield.detections = counts.total_z() + counts.total_x() + yield.basis_mismatch + yield.dropped;
    yield.qber_z = ratio(counts.errors_z(), counts.total_z());
    yield.qber_x = std::min(1.0, ratio(counts.errors_x(), x_trials(p.source, counts)));
    yield.round_trips = kFixedRoundTrips;
    yield.authentication_bits = AuthenticationPolicy{}.bits_per_block();
}

double known_to_eve(double known, std::uint64_t kept, BlockYield const& yield) {
    std::uint64_t const sifted = yield.sifted.total_z();
    if (known <= 0 || sifted == 0) return 0;
    auto const bits = static_cast<double>(kept), secret = static_cast<double>(yield.secret);
    double const unknown = bits * (1 - known / static_cast<double>(sifted)) -
                           static_cast<double>(yield.error_correction_leak + yield.verification_bits);
    return std::clamp(secret - unknown, 0.0, secret);
}

std::uint64_t sample_size(PostProcessingParameters const& post, std::uint64_t sifted) {
    if (post.estimation != EstimationMethod::sampling) return 0;
    return static_cast<std::uint64_t>(std::nearbyint(post.sample_fraction * static_cast<double>(sifted)));
}

} // namespace qkdes
