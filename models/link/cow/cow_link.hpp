// What the detectors of a coherent-one-way (COW) link see: clicks, error rate, visibility. No key.
//
//   D. Stucki, N. Brunner, N. Gisin, V. Scarani, H. Zbinden, "Fast and simple one-way quantum key distribution", Appl.
//   Phys. Lett. 87, 194108 (2005), doi:10.1063/1.2126792; device of B. Korzh et al., Nat. Photonics 9, 163 (2015),
//   doi:10.1038/nphoton.2014.327. A bit is one filled and one empty slot; a share of decoys fills both. With pulse rate
//   c, mean mu, decoys f, transmittance T, detector efficiency eta, coupler t to the data detector:
//     light     c (1 + f)/2 mu T eta t        noise   darks + stray light
//     clicks    R / (1 + R dead)              qber    [e light + noise/2] / (light + noise)     of the bits, f left out
//     visibility V light / (light + noise)    of the monitored pairs of filled slots
//
// NO KEY IS SAFE: a zero-error attack gives Eve everything at these losses and leaves the error rate and the visibility
// as they are, and the rates that are proven scale as the square of the transmittance: J. Gonzalez-Payo, R. Trenyi, W.
// Wang, M. Curty, Phys. Rev. Lett. 125, 260510 (2020), doi:10.1103/PhysRevLett.125.260510; R. Trenyi, M. Curty, New J.
// Phys. 23, 093005 (2021), doi:10.1088/1367-2630/ac1e41. So `secret` is 0 whatever the link, and kCowVerdict says why.
//
// Holds for:  threshold detectors, noise that falls evenly over the slots, free-running detectors.
// Leaves out: afterpulses beyond a chosen hold-off (fold them into `optical_error`), jitter (the same), blocks.
// Checked:    Korzh 2015, error rates at 203 and 307 km, tests/models/link/channel/cow_test.cpp.
#pragma once
#include "models/link/channel/fibre.hpp"

#include <string_view>

namespace qkdes {

struct CowParameters {
    Hertz clock{625e6};    ///< slots per second
    double mu = 0.1;       ///< mean photons of a filled slot
    double decoys = 0.155; ///< share of pairs with both slots filled
    FibreParameters fibre;
    double data_share = 0.9; ///< t, of the coupler
    Decibels receiver_loss{0.5};
    double efficiency = 0.22; ///< of each detector, (0, 1]
    Hertz dark_counts{10};    ///< of the data detector
    SimDuration dead_time{50'000};
    double optical_error = 0.01; ///< light in the wrong slot: extinction and jitter, [0, 1/2]
    double visibility = 0.98;    ///< of the interferometer and the laser
};

struct CowYield {
    double clicks = 0; ///< data detector, per second, after dead time
    double sifted = 0; ///< bits per second, decoys left out
    double qber = 0;
    double visibility = 0; ///< as the monitor line sees it
    double secret = 0;     ///< always 0
};

CowYield cow_yield(CowParameters const& parameters);

/// For users who ask where the key is.
inline constexpr std::string_view kCowVerdict =
    "no key: coherent-one-way QKD has no security proof at useful rates (Phys. Rev. Lett. 125, 260510 (2020))";

/// Korzh 2015 at 203 or 307 km. Published: clock, attenuation, loss, darks, hold-off, mu. Knob: optical error .0105,
/// the same at both. Assumed: efficiency .22, coupler .9.
CowParameters korzh_2015_203km();
CowParameters korzh_2015_307km();

} // namespace qkdes
