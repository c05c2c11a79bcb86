#include "models/link/cv/cv_decisions.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

constexpr double kLowestSnr = 0.025, kHighestSnr = 40;
constexpr std::uint64_t kShortestFrame = 20'000, kRotationFrame = 1'000'000, kSlicesFrame = 200'000;

/// chi_BE and Delta of one symbol.
double cost_per_symbol(CvParameters const& p, CvInformation const& worst, double symbols) {
    if (!p.post.finite_size) return worst.holevo;
    return worst.holevo + cv_finite_size_cost(symbols, p.post.eps_smoothing, p.post.eps_amplification);
}

} // namespace

BlockOutcome cv_after_estimation(CvParameters const& p, CvEstimate const& estimate, std::uint64_t used_symbols,
                                 BlockYield& yield) {
    yield.transmittance = estimate.transmittance;
    yield.excess_noise = estimate.excess_noise;
    if (estimate.excess_noise > p.post.abort_excess_noise) return BlockOutcome::aborted;
    if (estimate.least_transmittance <= 0 || used_symbols == 0) return BlockOutcome::no_key;
    // Nobody corrects what could not give key if correction were perfect.
    auto const seen = cv_information(p, std::min(1.0, estimate.transmittance), std::max(0.0, estimate.excess_noise));
    auto const worst = cv_information(p, estimate.least_transmittance, estimate.most_excess_noise);
    bool const hope = seen.mutual > cost_per_symbol(p, worst, static_cast<double>(used_symbols));
    return hope ? BlockOutcome::key : BlockOutcome::no_key;
}

CvReconciliationParameters cv_reconciliation_plan(CvParameters const& p, CvQuadrature const& seen,
                                                  std::uint64_t values) {
    CvReconciliationParameters plan;
    plan.channel = {.gain = seen.gain, .noise_variance = seen.noise, .alice_variance = p.source.variance};
    plan.method = p.post.method;
    bool const gaussian = p.source.modulation == CvModulation::gaussian;
    if (plan.method == CvReconciliationMethod::automatic)
        plan.method = gaussian ? cv_method_for(plan.channel.snr()) : CvReconciliationMethod::rotation;
    plan.beta = p.post.beta;
    std::uint64_t const usual = plan.method == CvReconciliationMethod::rotation ? kRotationFrame : kSlicesFrame;
    std::uint64_t const frames = std::max<std::uint64_t>(1, (values + usual / 2) / usual);
    plan.frame_symbols = p.post.frame > 0 ? p.post.frame : values / frames;
    return plan;
}

bool cv_can_reconcile(CvReconciliationParameters const& plan, std::uint64_t values) {
    double const snr = plan.channel.snr();
    return plan.channel.gain > 0 && snr >= kLowestSnr && snr <= kHighestSnr && plan.frame_symbols >= kShortestFrame &&
           values >= plan.frame_symbols;
}

BlockOutcome cv_conclude(CvParameters const& p, CvEstimate const& estimate, CvReconciled const& reconciled,
                         BlockYield& yield) {
    if (reconciled.kept_values == 0) return BlockOutcome::no_key;
    double const symbols = static_cast<double>(reconciled.kept_values) / values_per_symbol(p.receiver);
    auto const worst = cv_information(p, estimate.least_transmittance, estimate.most_excess_noise);
    double const length =
        std::floor(reconciled.raw_entropy - static_cast<double>(reconciled.leaked) -
                   symbols * cost_per_symbol(p, worst, symbols) - static_cast<double>(yield.verification_bits));
    if (length < 1) return BlockOutcome::no_key;
    yield.secret = std::min(reconciled.key_bits, static_cast<std::uint64_t>(length));
    return BlockOutcome::key;
}

} // namespace qkdes
