// The channel of a CV-QKD link: its transmittance, its excess noise by mechanism, and what Bob's detector makes of it.
//
//   at the channel's input, SNU:
//     xi = at_input + at_detection / (eta T) + 2 V_A (1 - k) + 2 n / T + 2 f
//     k  = e^(-V_err/2) (1 - 2 e),  V_err = phase_variance + 2 pi linewidths pilot_delay + 1 / pilot_snr
//   distance law: T. Wang, P. Huang, Y. Zhou, W. Liu, G. Zeng, Opt. Express 27, 13372 (2019); phase noise of a local
//   local oscillator: B. Qi, P. Lougovski, R. Pooser, W. Grice, M. Bobrek, Phys. Rev. X 5, 041009 (2015),
//   doi:10.1103/PhysRevX.5.041009; partial intercept-resend: J. Lodewyck, T. Debuisschert, R. Garcia-Patron,
//   R. Tualle-Brouri, N. Cerf, P. Grangier, Phys. Rev. Lett. 98, 030503 (2007), doi:10.1103/PhysRevLett.98.030503.
//
// How scripted conditions enter:
//   extra_loss   on T.
//   extra_error  e: a phase that recovery does not follow. It is the error a phase-coded qubit would see, so that the
//                mean cosine of the phase is 1 - 2 e; e = 1/2 leaves no phase at all.
//   stray_light  R photons a second, spread evenly over Bob's filter of bandwidth B and two polarisations: n = R/(2 B)
//                photons in the mode that the local oscillator selects, thermal, hence 2 n SNU at Bob's input.
//   intercept_resend on a share f: Eve measures both quadratures and sends a new coherent state: one vacuum for her
//                splitting, one for the new state, 2 SNU on the symbols she took.
// Holds for:  noise independent from symbol to symbol. Phase noise is taken as Gaussian noise of its variance.
// Leaves out: the other attacks and every impairment (they are about photon counting or about device-independent
//             links); saturation of coherent detectors; drift of V_A or of the shot-noise calibration.
// Checked:    tests/models/link/cv/cv_channel_test.cpp.
#pragma once
#include "models/link/cv/cv_parameters.hpp"
#include "models/link/link_block.hpp"

namespace qkdes {

struct CvChannel {
    double transmittance = 1; ///< of fibre and extra loss, without the detector, (0, 1]
    double excess_noise = 0;  ///< at the channel's input, without what Eve adds, SNU
    double intercepted = 0;   ///< share of the symbols that Eve takes

    /// Mean over symbols, Eve's 2 SNU included.
    double mean_excess_noise() const { return excess_noise + kInterceptNoise * intercepted; }
    static constexpr double kInterceptNoise = 2.0;
};
CvChannel cv_channel(CvParameters const& parameters, ConditionStep const& conditions);

/// What one real quadrature of Bob's is: y = gain x + z, in units of his own shot noise.
struct CvQuadrature {
    double gain = 1, noise = 1;
    double snr(double variance) const { return gain * gain * variance / noise; }
};
CvQuadrature cv_quadrature(CvReceiverParameters const& receiver, double transmittance, double excess_noise);

/// Real values that one symbol gives: 1 or 2.
inline unsigned values_per_symbol(CvReceiverParameters const& receiver) {
    return receiver.detection == CvDetection::heterodyne ? 2 : 1;
}

/// Symbols per second that carry data.
inline double data_rate(CvSourceParameters const& source) {
    return source.symbol_rate.value * (1 - source.reference_share);
}

} // namespace qkdes
