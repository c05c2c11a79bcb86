// Rates of a link with entangled pairs in the limit of endless blocks.
//
// Pulsed: X. Ma, C.-H. F. Fung, H.-K. Lo, "Quantum key distribution with entangled photon sources", Phys. Rev. A 76,
//   012307 (2007), doi:10.1103/PhysRevA.76.012307. Pairs per pulse P(n) = (n+1) l^n / (1+l)^(n+2), mean 2 l:
//     Q   = 1 - (1-Y0A)/(1+eta_A l)^2 - (1-Y0B)/(1+eta_B l)^2 + (1-Y0A)(1-Y0B)/(1+eta_A l+eta_B l-eta_A eta_B l)^2
//     E Q = e0 Q - 2 (e0-e_d) eta_A eta_B l (1+l) / [(1+eta_A l)(1+eta_B l)(1+eta_A l+eta_B l-eta_A eta_B l)],  e0=1/2
//     R   = q Q [1 - f h(E) - h(E)]
// Continuous: S. P. Neumann, T. Scheidl, M. Selimovic, M. Pivoluska, B. Liu, M. Bohmann, R. Ursin, "Model for
//   optimizing quantum key distribution with continuous-wave pumped entangled-photon sources", Phys. Rev. A 104, 022406
//   (2021), doi:10.1103/PhysRevA.104.022406:
//     S_i = B eta_i + DC_i,  CC_t = B eta_A eta_B,  eta_tcc = erf(sqrt(ln 2) t_CC / t_D),  CC_acc = S_A S_B t_CC,
//     CC_m = eta_tcc CC_t + CC_acc,  E = (eta_tcc CC_t e_pol + CC_acc / 2) / CC_m,  R = q CC_m [1 - f h(E) - h(E)];
//   dead time: eta_i -> eta_i / (1 + S_i tau). t_D adds jitters and dispersion in quadrature, full widths.
// CHSH: J. F. Clauser, M. A. Horne, A. Shimony, R. A. Holt, Phys. Rev. Lett. 23, 880 (1969); for a depolarised pair
//   S = 2 sqrt 2 (1 - 2 Q). Eve's information on a key bit is at most h((1 + sqrt((S/2)^2 - 1)) / 2): A. Acín et al.,
//   Phys. Rev. Lett. 98, 230501 (2007), doi:10.1103/PhysRevLett.98.230501.
//
// Holds for:  threshold detectors, fair sampling, pairs whose polarisation is depolarised alike in every basis.
// Leaves out: finite-key terms (entangled_key.hpp). entangled_yield() is built on coincidence_statistics.hpp and so has
//             dead time and ambiguous coincidences to the next order.
// Checked:    Honjo 2008, Neumann 2022, Naik 2000 and limits: tests/models/link/entangled/entangled_yield_test.cpp.
#pragma once
#include "models/link/entangled/entangled_parameters.hpp"

namespace qkdes {

/// Per pulse; `secret` per pulse whose bases match (q of the papers is 1), never negative.
struct PairPulseYield {
    double gain = 0, qber = 0, secret = 0;
};
struct PairPulseChannel {
    double eta_a = 0, eta_b = 0;   ///< transmittance of each arm with its detectors
    double dark_a = 0, dark_b = 0; ///< Y0 of each end: click of any detector without light, per pulse
    double misalignment = 0;       ///< e_d
};
PairPulseYield pulsed_pair_yield(PairPulseChannel const& channel, double half_mean, double efficiency_f);

/// A continuous source's link, rates per second.
struct PairStreamChannel {
    double eta_a = 0, eta_b = 0;   ///< transmittance of each arm with its detectors
    double dark_a = 0, dark_b = 0; ///< counts without pairs, all detectors of an end
    double dead_a = 0, dead_b = 0; ///< dead time, s
    double timing_ps = 0;          ///< t_D: full width of the difference of arrival times
    double misalignment = 0;       ///< e_pol
};
struct PairStreamYield {
    double singles_a = 0, singles_b = 0; ///< registered
    double coincidences = 0;             ///< CC_m
    double accidentals = 0;              ///< CC_acc
    double qber = 0, secret = 0;         ///< secret per second, all bases matched (q = 1)
};
PairStreamYield stream_pair_yield(PairStreamChannel const& channel, double pair_rate, double window_ps,
                                  double efficiency_f);
/// The window and the pair rate that give the most key; the rate is searched up to `highest_rate`.
double best_window_ps(PairStreamChannel const& channel, double pair_rate, double efficiency_f);
struct PairStreamOptimum {
    double pair_rate = 0, window_ps = 0;
    PairStreamYield yield;
};
PairStreamOptimum best_pair_stream(PairStreamChannel const& channel, double highest_rate, double efficiency_f);

/// S of a depolarised pair with this error rate in equal bases, and back.
double chsh_from_qber(double qber);
double qber_from_chsh(double s);
/// What Eve can know of a key bit: 1 for S <= 2, 0 at 2 sqrt 2.
double eve_information(double s);

/// A whole link, per second, calm conditions; every stage a key bit passes.
struct EntangledYield {
    double pairs = 0;                    ///< emitted
    double singles_a = 0, singles_b = 0; ///< tags of each end
    double coincidences = 0;             ///< found
    double accidentals = 0;              ///< of these, tags that no pair has in common
    double sifted = 0;                   ///< key basis
    double qber = 0;                     ///< of the sifted bits
    double chsh = 0;                     ///< S that a test on these coincidences gives
    double secret = 0;                   ///< BBM92: 1 - h(E) - f h(E) a bit; E91: priced by S; 0 below its threshold
};
EntangledYield entangled_yield(EntangledParameters const& parameters, double efficiency_f = 1.05);

} // namespace qkdes
