#include "models/link/entangled/entangled_decisions.hpp"

#include "models/postprocessing/authentication.hpp"
#include "models/postprocessing/estimation.hpp"

#include <algorithm>

namespace qkdes {
namespace {

double ratio(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0.0 : static_cast<double>(part) / static_cast<double>(whole);
}

} // namespace

void record_sifting(EntangledCounts const& counts, BlockYield& yield) {
    yield.sifted.n_z[0] = counts.total_key();
    yield.sifted.m_z[0] = counts.key[1];
    yield.sifted.n_x[0] = counts.total_other();
    yield.sifted.m_x[0] = counts.other_basis[1];
    yield.detections = counts.total();
    yield.basis_mismatch = counts.unused + counts.total_tests();
    yield.qber_z = ratio(counts.key[1], counts.total_key());
    yield.qber_x = ratio(counts.other_basis[1], counts.total_other());
    yield.tests = counts.total_tests();
    yield.chsh = counts.chsh();
    yield.round_trips = kFixedRoundTrips;
    yield.authentication_bits = AuthenticationPolicy{}.bits_per_block();
}

QberEstimate entangled_estimate(EntangledParameters const& p, EntangledCounts const& counts, std::uint64_t sampled,
                                std::uint64_t sample_errors) {
    if (sampled > 0 || p.protocol == EntangledProtocol::bbm92) {
        std::uint64_t const trials = sampled > 0 ? sampled : counts.total_other();
        std::uint64_t const errors = sampled > 0 ? sample_errors : counts.other_basis[1];
        if (trials == 0) return {};
        return {ratio(errors, trials), qber_for_correction(errors, trials)};
    }
    if (counts.total_tests() == 0) return {};
    double const rate = (1 - counts.chsh() * 0x1.6a09e667f3bcdp-2) / 2; // S = 2 sqrt 2 (1 - 2 Q)
    double const least = qber_for_correction(0, counts.total_tests());
    return {std::max(0.0, rate), std::clamp(rate, least, 0.5)};
}

BlockOutcome before_correction(EntangledParameters const& p, EntangledCounts const& counts,
                               QberEstimate const& estimate, std::uint64_t key_bits) {
    if (estimate.observed > p.post.abort_qber) return BlockOutcome::aborted;
    if (p.protocol == EntangledProtocol::e91 && counts.total_tests() > 0 && counts.chsh() <= p.chsh_threshold)
        return BlockOutcome::aborted;
    return entangled_key(p.protocol, counts, key_bits, p.post.eps_sec, 0, 0).secret > 0 ? BlockOutcome::key
                                                                                        : BlockOutcome::no_key;
}

BlockOutcome conclude_entangled(EntangledParameters const& p, EntangledCounts const& counts, std::uint64_t key_bits,
                                BlockYield& yield) {
    if (yield.qber_z > p.post.abort_qber) return BlockOutcome::aborted;
    auto const key = entangled_key(p.protocol, counts, key_bits, p.post.eps_sec, yield.error_correction_leak,
                                   static_cast<double>(yield.verification_bits));
    yield.single_photon = static_cast<double>(key_bits);
    yield.phase_error = key.phase_error;
    yield.secret = key.secret;
    return yield.secret > 0 ? BlockOutcome::key : BlockOutcome::no_key;
}

} // namespace qkdes
