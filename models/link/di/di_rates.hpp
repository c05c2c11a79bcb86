// Key rates of a device-independent link in the limit of endless blocks: what S and Q alone promise, per key round.
//
//   A. Acin et al., Phys. Rev. Lett. 98, 230501 (2007), doi:10.1103/PhysRevLett.98.230501; S. Pironio et al., New J.
//   Phys. 11, 045021 (2009), doi:10.1088/1367-2630/11/4/045021:   r = 1 - h(Q) - h((1 + sqrt((S/2)^2 - 1)) / 2)
//   With noise p that Alice adds to her own outcomes, M. Ho et al., Phys. Rev. Lett. 124, 230502 (2020),
//   doi:10.1103/PhysRevLett.124.230502:
//     r = 1 - I_p - h(Q + p - 2 Q p),  I_p = h((1 + sqrt((S/2)^2 - 1)) / 2) - h((1 + sqrt(1 - p (1-p) (8 - S^2))) / 2)
//
// Holds for:  collective attacks, and general ones in the limit (entropy accumulation); S in [0, 2 sqrt 2].
// Leaves out: finite-key terms (di_finite_key.hpp), random key settings, two-way distillation.
// Checked:    .5834 at S = 2.677, Q = 1.44 %; thresholds under white noise 7.149 % (p = 0) and 8.08 % (best p):
//             tests/models/link/di/di_rates_test.cpp.
#pragma once

namespace qkdes {

/// Least entropy of Alice's key outcome for Eve, in bits, given the CHSH value: 1 - I_p. 0 at S <= 2 for p = 0.
double di_entropy(double chsh, double noise = 0);

/// The same by the probability to win the CHSH game, w = (4 + S) / 8, with its slope in w. Games lost on purpose count
/// as won: symmetric about w = 1/2. Convex. `winning` within the quantum bounds (1 -+ 1/sqrt 2) / 2.
struct DiEntropySlope {
    double value, slope;
};
DiEntropySlope di_entropy_of_winning(double winning, double noise = 0);

/// r above, per key round; may be negative.
double di_rate(double chsh, double qber, double noise = 0);
/// The same with the noise that gives most, found to 1e-6.
struct DiNoisyRate {
    double rate, noise;
};
DiNoisyRate di_best_noisy_rate(double chsh, double qber);

inline double winning_of_chsh(double chsh) { return (4 + chsh) / 8; }
inline double chsh_of_winning(double winning) { return 8 * winning - 4; }

} // namespace qkdes
