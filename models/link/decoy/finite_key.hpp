// How long a decoy-BB84 key may be, from the counts of one finite block.
//
//   Two decoys: C. C. W. Lim, M. Curty, N. Walenta, F. Xu, H. Zbinden, "Concise security bounds for practical
//   decoy-state quantum key distribution", Phys. Rev. A 89, 022307 (2014), doi:10.1103/PhysRevA.89.022307.
//   One decoy: D. Rusca, A. Boaron, F. Grünenfelder, A. Martin, H. Zbinden, "Finite-key analysis for the 1-decoy state
//   QKD protocol", Appl. Phys. Lett. 112, 171104 (2018), doi:10.1063/1.5023340. Its (A18) lacks the factor e^mu/p as
//   printed; it stands here.
//
//   l = floor[ s_Z0 + s_Z1 (1 - h(phi)) - leak - 6 log2(K / eps_sec) - correctness ],  K = 21 (two decoys), 19 (one)
//
// Three states (Encoding): D. Rusca, A. Boaron, M. Curty, A. Martin, H. Zbinden, "Security proof for a simplified
// BB84-like quantum key distribution protocol", Phys. Rev. A 98, 052336 (2018), doi:10.1103/PhysRevA.98.052336. The two
// time bins mix to what |+> and |-> mix to, so the dark port's clicks R when a bin was sent are half of what X rounds
// would have shown at both ports, had both states been sent:
//     e_ph = v_X1 / N_X1,   N_X1 = 2 s_R1 (1 - p_Z) / p_Z - stray,
// v_X1 single-photon errors (|+> at the dark port), s_R1 the decoy bound on R. Empty pulses click at the dark port
// whatever was sent: V_R <= (v_X0 + stray) / (1 - p_Z). This stands on balanced ports and on detection that does not
// depend on the basis; an Eve who favours one port is not looked for.
//
// DecoyAnalysis::refined replaces n +- sqrt(n_total/2 ln(K/eps)) by the inverse of Chernoff's bound for the intensity's
// own count, with b = ln(K/eps):  n + b + sqrt(2 b n + b^2)  and  n - b/2 - sqrt(2 b n + b^2/4)
// (H.-L. Yin et al., Sci. Rep. 10, 14312 (2020), doi:10.1038/s41598-020-71107-6). With two decoys and four states it
// also pools the bases: empty pulses and single photons are the same on average in both, so r = n_X/n_Z of those found
// in Z click in X as well, and half of the empty ones err,
//     s_X1 >= r s_Z1 - stray,  V = (r s_Z0 - strays)/2,
//     v_X1 <= min over signal and first decoy of tau_1/mu_k [e^mu_k/p_k m^+_X,k - V/tau_0];
// the standard bounds stay where they are tighter. Like Lim's this stands on detection that knows no basis.
//
// `correctness` is log2(2 / eps_cor) in the papers; with a verification hash its disclosed bits take that place.
// Holds for:  general (coherent) attacks; intensities mu1 > mu2 (+ mu3) >= 0, in descending order.
// Leaves out: imperfect intensities and phase randomisation, detector efficiency mismatch.
// Checked:    golden counts R1 and L1 to the bit, and each variant, tests/models/link/decoy/finite_key_test.cpp.
#pragma once
#include "models/link/decoy/decoy_bb84_parameters.hpp"
#include "models/link/link_block.hpp"

#include <cstdint>

namespace qkdes {

struct FiniteKey {
    double vacuum = 0;        ///< s_Z0, lower bound on key bits that came from empty pulses, >= 0
    double single_photon = 0; ///< s_Z1, lower bound on key bits that came from single photons, >= 0
    double phase_error = 0.5; ///< phi_Z, upper bound, in [0, 1/2]
    std::uint64_t secret = 0; ///< l, 0 when nothing can be distilled
};

/// Rounds that the X errors are counted among: sifted X events; with three states, those that two ports would have
/// seen.
std::uint64_t x_trials(SourceParameters const& source, SiftedCounts const& counts);

/// `counts.n_z` are the bits that become key (a revealed sample is not among them). `leak` and `correctness` in bits.
FiniteKey finite_key(SourceParameters const& source, SiftedCounts const& counts, double eps_sec, std::uint64_t leak,
                     double correctness);

} // namespace qkdes
