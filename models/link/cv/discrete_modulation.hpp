// Square QAM constellations for CV-QKD: what they carry, and what they are worth against collective attacks.
//
//   A. Denys, P. Brown, A. Leverrier, Quantum 5, 540 (2021), doi:10.22331/q-2021-09-13-540: the key is at least that of
//   the Gaussian state whose correlation is
//     Z* = 2 sqrt(T) Tr(t^1/2 a t^1/2 a+) - sqrt(2 T xi W),   t = sum_k p_k |alpha_k><alpha_k|,
//     W  = sum_k p_k (<alpha_k| a_t+ a_t |alpha_k> - |<alpha_k| a_t |alpha_k>|^2),   a_t = t^1/2 a t^-1/2,
//   in place of Gaussian modulation's sqrt(T (V^2 - 1)); xi at the channel's input, V = V_A + 1.
//
// Computed in a Fock space that holds the farthest point's Poisson tail to 1e-15. t^-1/2 acts on the support of t only,
// where eigenvalues above 1e-14 count; the rest weighs less than 1e-6 in Z*.
// Points: levels -(m-1), -(m-3) .. m-1 in each quadrature, scaled to variance V_A; m = sqrt(M).
// Holds for:  T and xi as they follow from Bob's variance and correlation with Alice (linear channel); M = 4, 16, 64,
//             256; V_A <= 30.
// Leaves out: composable security for finite blocks, which is not proven for these constellations: the finite-size
//             terms of cv_rates.hpp are used as for Gaussian modulation.
// Checked:    never above the Gaussian bound and tending to it with M, QPSK far below, the rate of A. Hajomer et al.,
//             Optica 11, 1197 (2024): tests/models/link/cv/discrete_modulation_test.cpp.
#pragma once
#include "models/link/cv/cv_parameters.hpp"
#include "models/link/cv/holevo.hpp"

#include <vector>

namespace qkdes {

/// One quadrature of a constellation: the other is the same and independent.
struct QamLevels {
    std::vector<double> values;        ///< ascending, SNU: mean 0, variance V_A
    std::vector<double> probabilities; ///< sum 1
};
QamLevels qam_levels(CvSourceParameters const& source);

/// The two numbers of the constellation that the bound needs. Kept per thread: it costs up to .1 s.
struct QamMoments {
    double coherence = 0; ///< Tr(t^1/2 a t^1/2 a+); at most sqrt(n (n + 1)), n = V_A / 2, which a Gaussian has
    double spread = 0;    ///< W; 0 for a Gaussian
};
QamMoments qam_moments(CvSourceParameters const& source);

/// The state whose Holevo bound holds for the constellation.
TwoModeState qam_state(CvSourceParameters const& source, double transmittance, double excess_noise);

/// Information of a quadrature sent through y = x + z, z normal with variance V_A / snr: bits, by quadrature of the
/// mixture's entropy to 1e-9.
double qam_information(CvSourceParameters const& source, double snr);

} // namespace qkdes
