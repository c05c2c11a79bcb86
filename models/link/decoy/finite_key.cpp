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

/// What every bound asks for, once: of the mixed source, and of the chance that any of the bounds fails.
struct Common {
    Common(SourceParameters const& of, double terms, double eps_sec)
        : source{of}, log_terms{portable_log(terms / eps_sec)} {
        for (std::size_t k = 0; k < source.intensities.size(); ++k) {
            double const mu = source.intensities[k], p = source.probabilities[k], empty = p * portable_exp(-mu);
            weight[k] = portable_exp(mu) / p;
            tau0 += empty;
            tau1 += empty * mu;
        }
    }
    /// Hoeffding: how far the count of one intensity may stray from its expectation.
    double stray(double n) const { return std::sqrt(n / 2 * log_terms); }

    SourceParameters const& source;
    double log_terms;
    std::array<double, 3> weight{}; ///< of a count of one intensity, for what it would be had all pulses been of it
    double tau0 = 0, tau1 = 0;      ///< chances that a pulse of the mixed source holds none and one photon
};

/// Counts as if every pulse had been of intensity k, pushed up (+1) or down (-1) as far as they may have strayed.
class Scaled {
  public:
    Scaled(Common const& common, Counts const& n) : common_{common}, n_{n}, stray_{common.stray(total(n))} {}
    double operator()(std::size_t k, int sign) const {
        return common_.weight[k] * bound(static_cast<double>(n_[k]), sign);
    }

  private:
    double bound(double n, int sign) const {
        if (common_.source.analysis == DecoyAnalysis::standard) return n + sign * stray_;
        double const b = common_.log_terms;
        return sign > 0 ? n + b + std::sqrt(2 * b * n + b * b)
                        : std::max(0.0, n - b / 2 - std::sqrt(2 * b * n + b * b / 4));
    }
    Common const& common_;
    Counts const& n_;
    double stray_;
};

struct BasisBounds {
    double vacuum = 0, single = 0;
};

/// `wrong`: the chance that an empty pulse's click counts as an error.
BasisBounds one_decoy(Common const& common, Counts const& n, Counts const& m, double wrong) {
    double const mu1 = common.source.intensities[0], mu2 = common.source.intensities[1];
    double const tau0 = common.tau0, tau1 = common.tau1;
    double const dn = common.stray(total(n));
    Scaled const seen{common, n}, errors{common, m};
    // An empty pulse errs with a known chance, so errors bound the empty ones from above; the tighter intensity counts.
    double most_vacuum = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < 2; ++k)
        most_vacuum = std::min(most_vacuum, (tau0 * errors(k, +1) + dn) / wrong);
    double const low2 = seen(1, -1), high1 = seen(0, +1);
    return {std::max(0.0, tau0 / (mu1 - mu2) * (mu1 * low2 - mu2 * high1)),
            std::max(0.0, tau1 * mu1 / (mu2 * (mu1 - mu2)) *
                              (low2 - mu2 * mu2 / (mu1 * mu1) * high1 -
                               (mu1 * mu1 - mu2 * mu2) / (mu1 * mu1) * most_vacuum / tau0))};
}

BasisBounds two_decoys(Common const& common, Counts const& n) {
    auto const& intensities = common.source.intensities;
    double const mu1 = intensities[0], mu2 = intensities[1], mu3 = intensities[2];
    double const tau0 = common.tau0, tau1 = common.tau1;
    Scaled const seen{common, n};
    double const vacuum = std::max(0.0, tau0 / (mu2 - mu3) * (mu2 * seen(2, -1) - mu3 * seen(1, +1)));
    double const single =
        tau1 * mu1 / (mu1 * (mu2 - mu3) - mu2 * mu2 + mu3 * mu3) *
        (seen(1, -1) - seen(2, +1) - (mu2 * mu2 - mu3 * mu3) / (mu1 * mu1) * (seen(0, +1) - vacuum / tau0));
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
    QKDES_EXPECTS(source.intensities.size() == 2 || two);
    double const terms = two ? 21 : 19;
    Common const common{source, terms, eps_sec};
    auto const bounds = [&](Counts const& n, Counts const& m, double chance_of_error) {
        return two ? two_decoys(common, n) : one_decoy(common, n, m, chance_of_error);
    };
    auto const z = bounds(counts.n_z, counts.m_z, 0.5);
    BasisBounds x;
    if (source.encoding == Encoding::time_bin_three_state) {
        double const p_x = 1 - source.basis_bias;
        x = bounds(references(counts), counts.m_x, p_x);
        x.single *= 2 * p_x / source.basis_bias;
        x.single -= common.stray(x.single);
    } else {
        x = bounds(counts.n_x, counts.m_x, 0.5);
    }

    std::size_t const high = two ? 1 : 0, low = high + 1;
    Scaled const wrong{common, counts.m_x};
    double errors =
        common.tau1 / (source.intensities[high] - source.intensities[low]) * (wrong(high, +1) - wrong(low, -1));
    bool const pooled = source.encoding == Encoding::polarisation_four_state; // else n_X counts other rounds than n_Z
    if (two && pooled && source.analysis == DecoyAnalysis::refined && z.single > 0) {
        auto const in_x = [&](double in_z) {
            double const expected = in_z * total(counts.n_x) / total(counts.n_z);
            return std::max(0.0, expected - common.stray(expected));
        };
        x.single = std::max(x.single, in_x(z.single));
        double const empty = in_x(z.vacuum);
        double const empty_wrong = std::max(0.0, empty / 2 - common.stray(empty)) / common.tau0;
        for (std::size_t k : {std::size_t{0}, std::size_t{1}})
            errors = std::min(errors, common.tau1 / source.intensities[k] * (wrong(k, +1) - empty_wrong));
    }
    errors = std::max(0.0, errors);

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
