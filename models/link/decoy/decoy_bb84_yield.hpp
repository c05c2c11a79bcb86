// Rates of a decoy-state BB84 link in the limit of endless blocks: no finite-key terms; infinitely many decoys, or a
// vacuum and one weak decoy.
//
//   X. Ma, B. Qi, Y. Zhao, H.-K. Lo, "Practical decoy state for quantum key distribution", Phys. Rev. A 72, 012326
//   (2005), doi:10.1103/PhysRevA.72.012326; key rate after D. Gottesman, H.-K. Lo, N. Lütkenhaus, J. Preskill (GLLP):
//     Q = Y0 + 1 - e^(-eta mu),  E Q = Y0/2 + e_d (1 - e^(-eta mu)),  Y1 = Y0 + eta - Y0 eta,  e1 Y1 = Y0/2 + e_d eta,
//     R = Q1 [1 - h(e1)] - f Q h(E),  Q1 = Y1 mu e^(-mu)
//   Vacuum (gain Y0) and a weak decoy nu < mu bound the same two from what is seen (the paper's section on vacuum +
//   weak):
//     Y1 >= mu / (mu nu - nu^2) [Q_nu e^nu - Q_mu e^mu nu^2/mu^2 - (mu^2 - nu^2)/mu^2 Y0]
//     e1 <= (E_nu Q_nu e^nu - Y0/2) / (Y1 nu)
//
// Holds for:  weak coherent pulses, threshold detectors, phase-randomised source.
// Leaves out: finite-key terms (finite_key.hpp). Dead time and afterpulses enter decoy_bb84_yield() as in
//             detection_statistics.hpp.
// Checked:    GYS cut-off and rate, both kinds of decoys: tests/models/link/decoy/decoy_bb84_yield_test.cpp.
#pragma once
#include "models/link/decoy/decoy_bb84_parameters.hpp"

namespace qkdes {

/// The channel as the paper writes it, per pulse.
struct PulseChannel {
    double transmittance = 0; ///< eta: fibre, optics and detector, [0, 1]
    double dark_yield = 0;    ///< Y0: click without a photon, [0, 1]
    double misalignment = 0;  ///< e_d: a photon goes to the wrong detector, [0, 1/2]
};

struct PulseYield {
    double gain = 0, qber = 0;                ///< Q and E of the signal
    double single_gain = 0, single_error = 0; ///< Q1 and e1
    double secret = 0; ///< per pulse whose bases match; never negative, exactly 0 beyond the cut-off
};
PulseYield asymptotic_yield(PulseChannel const& channel, double mu, double error_correction_efficiency);

/// What a vacuum and a weak decoy of mean `nu` guarantee, 0 < nu < mu: never above asymptotic_yield(), and tends to it
/// as nu goes to 0.
PulseYield vacuum_weak_yield(PulseChannel const& channel, double mu, double nu, double error_correction_efficiency);

/// A whole link, per second; every stage a key bit passes, so that a plot can show where it is lost.
struct LinkYield {
    double clicks = 0; ///< detections registered
    double usable = 0; ///< that no other detector's dead time spoils
    double sifted = 0; ///< Z bits, of any intensity
    double qber = 0;   ///< of the Z bits
    double secret = 0; ///< of the signal's Z bits
};
/// Without an eavesdropper. `error_correction_efficiency` is f >= 1.
LinkYield decoy_bb84_yield(DecoyBb84Parameters const& parameters, double error_correction_efficiency = 1.05);

} // namespace qkdes
