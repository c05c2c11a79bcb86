#include "models/link/cv/cv_yield.hpp"

#include "models/link/cv/cv_decisions.hpp"
#include "models/link/cv/cv_rates.hpp"
#include "models/link/cv/cv_symbols.hpp"
#include "models/postprocessing/cv/reconciliation_cost.hpp"
#include "models/postprocessing/cv/reconciliation_plan.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

double block_symbols(CvParameters const& p) {
    return std::min(static_cast<double>(p.post.block), data_rate(p.source) * seconds(p.post.longest_gathering));
}

CvQuadrature expected(CvParameters const& p) {
    auto const channel = cv_channel(p, {});
    return cv_quadrature(p.receiver, channel.transmittance, channel.mean_excess_noise());
}

} // namespace

CvYield cv_yield_at(CvParameters const& p, double efficiency, double frame_error_rate, double in_frames) {
    auto const channel = cv_channel(p, {});
    double const xi = channel.mean_excess_noise(), rate = data_rate(p.source);
    auto const seen = expected(p);
    auto const truth = cv_information(p, channel.transmittance, xi);
    CvYield out{.transmittance = channel.transmittance,
                .excess_noise = xi,
                .snr = seen.snr(p.source.variance),
                .efficiency = efficiency,
                .frame_error_rate = frame_error_rate,
                .symbols = rate};
    out.used = rate * (1 - p.post.reveal) * in_frames;
    out.mutual = out.used * truth.mutual;
    double const kept = out.used * (1 - frame_error_rate);
    out.corrected = kept * efficiency * truth.mutual;
    out.holevo = kept * truth.holevo;
    out.secret_asymptotic = rate * cv_asymptotic_key(truth, efficiency);

    // One block.
    auto const values = cv_revealed(p, static_cast<std::uint64_t>(block_symbols(p))) * values_per_symbol(p.receiver);
    double const kept_symbols = block_symbols(p) * kept / rate;
    if (values == 0 || kept_symbols < 1) return out;
    auto const estimate = cv_estimate(p, seen, values);
    if (estimate.least_transmittance <= 0) return out;
    auto const worst = cv_information(p, estimate.least_transmittance, estimate.most_excess_noise);
    double const cost =
        p.post.finite_size ? cv_finite_size_cost(kept_symbols, p.post.eps_smoothing, p.post.eps_amplification) : 0;
    out.secret = kept * std::max(0.0, efficiency * truth.mutual - worst.holevo - cost);
    return out;
}

CvYield cv_yield(CvParameters const& p) {
    // The codes that a block would take, were its estimate exact.
    auto const values =
        static_cast<std::uint64_t>(block_symbols(p) * (1 - p.post.reveal)) * values_per_symbol(p.receiver);
    auto const wanted = cv_reconciliation_plan(p, expected(p), values);
    if (!cv_can_reconcile(wanted, values)) return cv_yield_at(p, 0, 1);
    auto const plan = cv::make_plan(cv::filled_in(wanted));
    double const efficiency = plan.beta(wanted.channel.capacity());
    std::uint64_t const in_frames = values - values % plan.frame_symbols();
    return cv_yield_at(p, efficiency, cv_frame_error_rate(plan, wanted.channel, wanted.channel),
                       static_cast<double>(in_frames) / static_cast<double>(values));
}

} // namespace qkdes
