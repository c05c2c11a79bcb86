#include "models/link/decoy/finite_key.hpp"

#include "models/link/binary_entropy.hpp"
#include "models/link/small_math.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qkdes {
namespace {

using Counts = std::array<std::uint64_t, 3>;

double total(Counts const& n) { return static_cast<double>(n[0] + n[1] + n[2]); }

/// Hoeffding: how far the count of one intensity may stray from its expectation.
double stray(double n, double security_terms, double eps_sec) {
    return std::sqrt(n / 2 * portable_log(security_terms / eps_sec));
}

/// Chance that a pulse of the mixed source holds n photons.
double photon_number(SourceParameters const& source, int n) {
    double tau = 0;
    for (std::size_t k = 0; k < source.intensities.size(); ++k) {
        double const mu = source.intensities[k];
        tau += source.probabilities[k] * portable_exp(-mu) * (n == 0 ? 1 : mu);
    }
    return tau;
}

/// Counts as if every pulse had been of intensity k, pushed up (+1) or down (-1) by their statistical stray.
double scaled(SourceParameters const& source, Counts const& n, std::size_t k, int sign, double delta) {
    return portable_exp(source.intensities[k]) / source.probabilities[k] * (static_cast<double>(n[k]) + sign * delta);
}

struct BasisBounds {
    double vacuum = 0, single = 0;
};

/// `wrong`: the chance that an empty pulse's click counts as an error.
BasisBounds one_decoy(SourceParameters const& source, Counts const& n, Counts const& m, double wrong, double eps_sec) {
    double const mu1 = source.intensities[0], mu2 = source.intensities[1];
    double const tau0 = photon_number(source, 0), tau1 = photon_number(source, 1);
    double const dn = stray(total(n), 19, eps_sec), dm = stray(total(m), 19, eps_sec);
    // An empty pulse errs with a known chance, so errors bound the empty ones from above; the tighter intensity counts.
    double most_vacuum = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < 2; ++k)
        most_vacuum = std::min(most_vacuum, (tau0 * scaled(source, m, k, +1, dm) + dn) / wrong);
    double const low2 = scaled(source, n, 1, -1, dn), high1 = scaled(source, n, 0, +1, dn);
    return {std::max(0.0, tau0 / (mu1 - mu2) * (mu1 * low2 - mu2 * high1)),
            std::max(0.0, tau1 * mu1 / (mu2 * (mu1 - mu2)) *
                              (low2 - mu2 * mu2 / (mu1 * mu1) * high1 -
                               (mu1 * mu1 - mu2 * mu2) / (mu1 * mu1) * most_vacuum / tau0))};
}

BasisBounds two_decoys(SourceParameters const& source, Counts const& n, double eps_sec) {
    double const mu1 = source.intensities[0], mu2 = source.intensities[1], mu3 = source.intensities[2];
    double const tau0 = photon_number(source, 0), tau1 = photon_number(source, 1);
    double const dn = stray(total(n), 21, eps_sec);
    double const vacuum =
        std::max(0.0, tau0 / (mu2 - mu3) * (mu2 * scaled(source, n, 2, -1, dn) - mu3 * scaled(source, n, 1, +1, dn)));
    double const single = tau1 * mu1 / (mu1 * (mu2 - mu3) - mu2 * mu2 + mu3 * mu3) *
                          (scaled(source, n, 1, -1, dn) - scaled(source, n, 2, +1, dn) -
                           (mu2 * mu2 - mu3 * mu3) / (mu1 * mu1) * (scaled(source, n, 0, +1, dn) - vacuum / tau0));
    return {vacuum, std::max(0.0, single)};
}

/// The dark port's clicks when a time bin had been sent.
Counts references(SiftedCounts const& counts) {
    Counts r{};
    for (std::size_t k = 0; k < r.size(); ++k)
        r[k] = counts.n_x[k] - counts.m_x[k];
    return r;
}

/// How much the phase error of c key bits may exceed the error rate b seen on d test bits (Lim 2014, gamma).
double sampling_excess(double eps_sec, double b, double c, double d) {
    double const inner = (c + d) / (c * d * (1 - b) * b) * 21 * 21 / (eps_sec * eps_sec);
    return std::sqrt((c + d) * (1 - b) * b / (c * d * 0x1.62e42fefa39efp-1) * portable_log2(inner));
}

} // namespace

std::uint64_t x_trials(SourceParameters const& source, SiftedCounts const& counts) {
    if (source.encoding == Encoding::polarisation_four_state) return counts.total_x();
    return static_cast<std::uint64_t>(
        std::nearbyint(2 * total(references(counts)) * (1 - source.basis_bias) / source.basis_bias));
}

FiniteKey finite_key(SourceParameters const& source, SiftedCounts const& counts, double eps_sec, std::uint64_t leak,
                     double correctness) {
    bool const two = source.intensities.size() == 3;
    QKDES_EXPECTS(source.intensities.size() >= 2);
    double const terms = two ? 21 : 19;
    auto const bounds = [&](Counts const& n, Counts const& m, double wrong) {
        return two ? two_decoys(source, n, eps_sec) : one_decoy(source, n, m, wrong, eps_sec);
    };
    auto const z = bounds(counts.n_z, counts.m_z, 0.5);
    BasisBounds x;
    if (source.encoding == Encoding::time_bin_three_state) {
        double const p_x = 1 - source.basis_bias;
        x = bounds(references(counts), counts.m_x, p_x);
        x.single *= 2 * p_x / source.basis_bias;
        x.single -= stray(x.single, terms, eps_sec);
    } else {
        x = bounds(counts.n_x, counts.m_x, 0.5);
    }

    double const dm = stray(total(counts.m_x), terms, eps_sec);
    std::size_t const high = two ? 1 : 0, low = high + 1;
    double const errors =
        std::max(0.0, photon_number(source, 1) / (source.intensities[high] - source.intensities[low]) *
                          (scaled(source, counts.m_x, high, +1, dm) - scaled(source, counts.m_x, low, -1, dm)));

    FiniteKey key{z.vacuum, z.single, 0.5, 0};
    if (z.single > 0 && x.single > 0) {
        // With no error seen at all the paper's bound divides by 0: one error is assumed, which is pessimistic.
        double const rate = std::max(errors, 1.0) / x.single;
        if (rate < 0.5) key.phase_error = std::min(0.5, rate + sampling_excess(eps_sec, rate, z.single, x.single));
    }
    double const length = z.vacuum + z.single * (1 - binary_entropy(key.phase_error)) - static_cast<double>(leak) -
                          6 * portable_log2(terms / eps_sec) - correctness;
    if (length >= 1) key.secret = static_cast<std::uint64_t>(length);
    return key;
}

} // namespace qkdes
