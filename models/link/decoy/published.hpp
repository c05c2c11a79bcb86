// Decoy-BB84 links that were built and published, as parameter sets: what `qkdes reproduce links` and the tests run.
//
// Each entry says which inputs are published, which are knobs (fitted once, on the figure named) and which are assumed.
// Other rows of the same table must then follow. Rates are session_yield.hpp's, finite-key terms included.
// Checked: tests/models/link/decoy/published_test.cpp, with perturbed rows (loss, dark counts, block size).
#pragma once
#include "models/link/channel/satellite_pass.hpp"
#include "models/link/decoy/decoy_bb84_parameters.hpp"
#include "models/link/decoy/decoy_bb84_yield.hpp"
#include "models/link/decoy/session_yield.hpp"

#include <array>

namespace qkdes {

/// A published link, how long its sessions are and what its error correction leaks.
struct PublishedLink {
    DecoyBb84Parameters parameters;
    SimDuration session{0};             ///< 0: a session ends when `parameters.post.block` bits are sifted
    double correction_efficiency = 1.1; ///< f of the leak f n h(q)
    SessionYield yield(ConditionStep const& condition = {}) const;
};

/// C. Gobby, Z. L. Yuan, A. J. Shields (2004), as X. Ma et al., Phys. Rev. A 72, 012326 (2005), use it, doi:10.1103/
/// PhysRevA.72.012326: all inputs published. The channel per pulse, for asymptotic_yield() with kGysMu and
/// kGysCorrection; half of the pulses have matching bases.
PulseChannel gys_2004(Kilometres length);
inline constexpr double kGysMu = 0.48, kGysCorrection = 1.22;

/// M. Lucamarini et al., Opt. Express 21, 24550 (2013), doi:10.1364/OE.21.024550 (T12). Published: clock, intensities
/// and their probabilities, p_X, APD efficiency, darks (per detector and gate), afterpulses, sessions of 20 minutes,
/// fibre. Knobs: Bob's optics 2.85 dB (on the sifted counts of u at 50 km), misalignment .013 (on the QBER at 50 km),
/// f 1.05 (on the key at 50 km). Assumed: no dead time, traps of 50 ns, eps 1e-10.
PublishedLink lucamarini_2013(Kilometres length);

/// A. Boaron et al., Phys. Rev. Lett. 121, 190502 (2018), doi:10.1103/PhysRevLett.121.190502, at its three distances
/// with tabulated inputs: 251.7, 354.5 and 404.9 km. Published: clock, attenuation, intensities, block sizes, eps_sec.
/// Knob: one efficiency for Bob's optics and detectors, .38. Chosen for the most key, since not published: p_Z of both
/// sides and the signal's probability. Assumed: .1 dark counts a second (detectors at .8 K behind cold filters), bins
/// of 200 ps, errors of .5 % in either basis, Cascade with f 1.05, hold-off 30 ns.
struct BoaronRow {
    Kilometres length;
    Decibels loss;
    double mu1, mu2;
    std::uint64_t block;
    double p_z, p_mu1; ///< chosen
};
inline constexpr std::array<BoaronRow, 3> kBoaronRows{{
    {Kilometres{251.7}, Decibels{42.7}, 0.49, 0.18, 8'200'000, 0.86, 0.70},
    {Kilometres{354.5}, Decibels{60.6}, 0.35, 0.15, 6'200'000, 0.86, 0.70},
    {Kilometres{404.9}, Decibels{69.3}, 0.35, 0.15, 410'000, 0.70, 0.50},
}};
PublishedLink boaron_2018(BoaronRow const& row);

/// Z. L. Yuan et al., J. Lightwave Technol. 36, 3427 (2018), doi:10.1109/JLT.2018.2843136. Published: clock, channel
/// loss of 2 dB, self-differencing APDs, blocks of 1e8, and what its post-processing takes in at most. Knob: APD
/// efficiency .35 (within a factor on the key). Assumed: the T12 device for the rest, decoys 1/32 and 1/64.
PublishedLink yuan_2018();
/// What a post-processing chain can take in.
struct ProcessingCaps {
    Hertz sifting{0};            ///< clicks
    BitsPerSecond correction{0}; ///< sifted key bits
    BitsPerSecond amplification{0};
};
inline constexpr ProcessingCaps kYuanCaps{Hertz{60e6}, BitsPerSecond{55e6}, BitsPerSecond{108e6}};
/// Secret bits per second when the slowest stage decides which share of the blocks is processed.
double capped(SessionYield const& yield, ProcessingCaps const& caps);

/// M. Sasaki et al., Opt. Express 19, 10387 (2011), doi:10.1364/OE.19.010387: NEC's link, 45 km and 14.5 dB. Knobs:
/// detector efficiency .15 (on the key), misalignment .0265 (on the QBER). Assumed: clock 1.25 GHz, .5/.15/.001 sent
/// .8/.15/.05, passive receiver of 3 dB, 200 darks a second, hold-off 40 ns, blocks of 1e7, f 1.1.
PublishedLink tokyo_nec_2011();

/// J. F. Dynes et al., npj Quantum Inf. 5, 101 (2019), doi:10.1038/s41534-019-0221-4: the Cambridge network's link
/// of 10.6 km and 3.9 dB. Knob: Bob's optics 5.0 dB, which takes in the filters against classical light (on the key).
/// Assumed: the T12 device for the rest, blocks of 1e9.
PublishedLink cambridge_2019();

/// S.-K. Liao et al., Nature 549, 43 (2017), doi:10.1038/nature23655: the Micius satellite over Xinglong. Published:
/// clock, intensities and how often each, detectors, 2 ns windows, the station's optics (16 %), beam and pointing, a
/// pass of 273 s from 1200 km to 645 km and back. No knob. Chosen within the published range: 3 dB of air at the
/// zenith. Assumed: misalignment .005, hold-off 40 ns, half of the bits in Z. pass_steps() makes the conditions.
PublishedLink micius_2017();
SatellitePass micius_2017_pass();

} // namespace qkdes
