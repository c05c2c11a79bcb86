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
// `correctness` is log2(2 / eps_cor) in the papers; with a verification hash its disclosed bits take that place.
// Holds for:  general (coherent) attacks; intensities mu1 > mu2 (+ mu3) >= 0, in descending order.
// Leaves out: imperfect intensities and phase randomisation, detector efficiency mismatch.
// Checked:    golden counts R1 and L1 (physics notes, section 1) to the bit, tests/models/link/finite_key_test.cpp.
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

/// `counts.n_z` are the bits that become key (a revealed sample is not among them). `leak` and `correctness` in bits.
FiniteKey finite_key(SourceParameters const& source, SiftedCounts const& counts, double eps_sec, std::uint64_t leak,
                     double correctness);

} // namespace qkdes
