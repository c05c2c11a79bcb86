// Secret bits of a CV-QKD symbol: from a channel known exactly, and from one estimated from some of the symbols.
//
//   I_hom = 1/2 log2(1 + SNR), I_het = log2(1 + SNR);  asymptotic K = beta I - chi_BE (holevo.hpp).
//   A. Leverrier, F. Grosshans, P. Grangier, Phys. Rev. A 81, 062343 (2010), doi:10.1103/PhysRevA.81.062343:
//     K = (n/N) (1 - FER) [beta I - chi_BE(T_min, xi_max) - Delta(n)]
//     Delta(n) = 7 sqrt(log2(2 / eps_smoothing) / n) + (2 / n) log2(1 / eps_amplification)
//   Estimation, from m pairs of real values y = t x + z:
//     t_min = t - q sqrt(s2 / (m V_A)),  s2_max = s2 + q s2 sqrt(2 / m),  q = normal quantile of eps_estimation / 2
//     T_min = t_min^2 / eta,  xi_max = (s2_max - 1 - v_el) / (eta T_min);  heterodyne: eta / 2 for eta.
//
// Holds for:  collective attacks, Gaussian statistics of the estimators (m above some thousands). A heterodyne symbol
//             gives two real values, which are independent.
// Leaves out: coherent attacks and composability (Delta is the collective-attack correction of the paper, with the
//             dimension of one binary value as the experiments use it); errors of V_A and of the shot-noise unit.
// Checked:    Lodewyck 2007, three rows of Zhang 2020: tests/models/link/cv/cv_rates_test.cpp.
#pragma once
#include "models/link/cv/cv_channel.hpp"
#include "models/link/cv/cv_parameters.hpp"

#include <cstdint>

namespace qkdes {

/// Bits per symbol.
struct CvInformation {
    double mutual = 0; ///< I(A:B)
    double holevo = 0; ///< chi_BE; for a constellation its upper bound
};
CvInformation cv_information(CvParameters const& parameters, double transmittance, double excess_noise);

/// beta I - chi_BE, never negative, exactly 0 beyond the cut-off.
double cv_asymptotic_key(CvInformation const& information, double beta);

/// Delta(n), bits per symbol.
double cv_finite_size_cost(double symbols, double eps_smoothing, double eps_amplification);

/// The number that a normal variable exceeds with chance `tail`, (0, 1/2].
double normal_quantile(double tail);

/// What the revealed symbols said, and what they exclude.
struct CvEstimate {
    CvQuadrature seen;                                     ///< gain and noise as estimated
    std::uint64_t values = 0;                              ///< pairs of real numbers revealed
    double transmittance = 0;                              ///< of the channel
    double excess_noise = 0;                               ///< at its input; may come out negative
    double least_transmittance = 0, most_excess_noise = 0; ///< the worst case; the noise at least 0
};
/// `seen` and `values` turned into the rest. With post.finite_size off the worst case is the estimate itself.
CvEstimate cv_estimate(CvParameters const& parameters, CvQuadrature const& seen, std::uint64_t values);

} // namespace qkdes
