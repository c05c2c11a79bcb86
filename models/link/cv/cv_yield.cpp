#include "models/link/cv/cv_yield.hpp"

#include "models/link/cv/cv_rates.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {

CvYield cv_yield(CvParameters const& p) {
    auto const channel = cv_channel(p, {});
    auto const seen = cv_quadrature(p.receiver, channel.transmittance, channel.mean_excess_noise());
    auto const truth = cv_information(p, channel.transmittance, channel.mean_excess_noise());
    double const rate = data_rate(p.source);
    CvYield out{.transmittance = channel.transmittance,
                .excess_noise = channel.mean_excess_noise(),
                .snr = seen.snr(p.source.variance),
                .symbols = rate};
    out.used = rate * (1 - p.post.reveal);
    out.mutual = out.used * truth.mutual;
    double const kept = out.used * (1 - p.post.planned_fer);
    out.corrected = kept * p.post.planned_beta * truth.mutual;
    out.holevo = kept * truth.holevo;
    out.secret_asymptotic = rate * cv_asymptotic_key(truth, p.post.planned_beta);

    // One block.
    double const block = std::min(static_cast<double>(p.post.block), rate * seconds(p.post.longest_gathering));
    double const values = std::floor(block * p.post.reveal) * values_per_symbol(p.receiver);
    if (values < 1) return out;
    auto const estimate = cv_estimate(p, seen, static_cast<std::uint64_t>(values));
    if (estimate.least_transmittance <= 0) return out;
    auto const worst = cv_information(p, estimate.least_transmittance, estimate.most_excess_noise);
    double const cost = p.post.finite_size ? cv_finite_size_cost(block * (1 - p.post.reveal) * (1 - p.post.planned_fer),
                                                                 p.post.eps_smoothing, p.post.eps_amplification)
                                           : 0;
    out.secret = kept * std::max(0.0, p.post.planned_beta * truth.mutual - worst.holevo - cost);
    return out;
}

} // namespace qkdes
