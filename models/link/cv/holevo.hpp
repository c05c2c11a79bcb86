// What Eve can know of Bob's quadratures at most, collective attacks, reverse reconciliation: the Holevo bound of the
// Gaussian state with the covariances of the one that Alice and Bob share (Gaussian states maximise it).
//
//   R. Garcia-Patron, N. Cerf, Phys. Rev. Lett. 97, 190503 (2006), doi:10.1103/PhysRevLett.97.190503; M. Navascues,
//   F. Grosshans, A. Acin, Phys. Rev. Lett. 97, 190502 (2006), doi:10.1103/PhysRevLett.97.190502; trusted detectors:
//   J. Lodewyck et al., Phys. Rev. A 76, 042305 (2007), doi:10.1103/PhysRevA.76.042305; S. Fossier, E. Diamanti,
//   T. Debuisschert, R. Tualle-Brouri, P. Grangier, J. Phys. B 42, 114014 (2009),
//   doi:10.1088/0953-4075/42/11/114014:
//     chi_BE = S(AB) - S(A.. | b),  S = sum of G((nu - 1)/2),  G(x) = (x + 1) log2(x + 1) - x log2 x
//   over symplectic eigenvalues nu of covariance matrices.
//
// A trusted detector's noise is referred to its input, chi_hom = (1 - eta + v_el) / eta or chi_het = (2 - eta + 2 v_el)
// / eta, and the bound depends on nothing else of it. So the detector is computed as one of pure loss with the same
// chi, which for both is eta / (1 + v_el): one vacuum mode, no entangled pair for its electronics, no special case at
// eta = 1. An untrusted one belongs to the channel.
//
// Holds for:  states that exist: alice >= 1, bob >= 1, symplectic eigenvalues >= 1.
// Checked:    against the closed forms for l_1..l_4 of Fossier et al., tests/models/link/cv/holevo_test.cpp; the rates
// of
//             three experiments, tests/models/link/cv/cv_rates_test.cpp.
#pragma once
#include "models/link/cv/cv_parameters.hpp"

namespace qkdes {

/// Covariances of Alice's and Bob's modes, before his detector: [[alice 1, c Z], [c Z, bob 1]], Z = diag(1, -1), SNU.
struct TwoModeState {
    double alice = 1, bob = 1, correlation = 0;
};
/// Gaussian modulation of variance V_A over a channel.
TwoModeState gaussian_state(double variance, double transmittance, double excess_noise);

/// Bits per symbol; never negative.
double holevo_bound(TwoModeState const& state, CvReceiverParameters const& receiver);

} // namespace qkdes
