// What describes one device-independent link: two boxes that share heralded entanglement, made by two photons that meet
// in a station halfway. Plain data; ranges are those the scenario table enforces, and a model may rely on them.
//
// The defaults are the trapped-ion experiment of D. P. Nadlinger et al., "Experimental quantum key distribution
// certified by Bell's theorem", Nature 607, 682 (2022), doi:10.1038/s41586-022-04941-5: 1.5e6 rounds at 53 a second,
// S = 2.677, Q = 1.44 %, tests in 13 of 256 rounds, planned for S = 2.64 and Q = 1.8 %. The collection of photons and
// the station's efficiency are not told apart there: only their product matters, and it is set so that an attempt is
// heralded with probability 2.18e-4, as in L. J. Stephenson et al., Phys. Rev. Lett. 124, 110501 (2020),
// doi:10.1103/PhysRevLett.124.110501. Attempts per second are what is left when the machine's own pauses are counted.
#pragma once
#include "models/link/channel/fibre.hpp"
#include "models/postprocessing/correction.hpp"
#include "sim/base/units.hpp"

#include <cstdint>

namespace qkdes {

/// Where pairs come from. Each node sends a photon entangled with its memory to the station; two clicks herald a pair.
struct DiSourceParameters {
    Hertz attempts{242e3};            ///< attempts per second without fibre, (0, 1e11]; the photons' flight to the
                                      ///< station and the herald's way back are added to each
    double herald_probability = 0;    ///< per attempt, where measured, [0, 1]; 0: from the four figures below and fibre
    double collection = 0.0604;       ///< a node's photon enters its fibre, (0, 1]
    double station_efficiency = 0.35; ///< a photon that reaches the station is detected, (0, 1]
    double bell_measurement = 0.5;    ///< photon pairs that the station can tell apart, (0, 1]; linear optics: 1/2
    double station_dark = 0;          ///< dark counts per detector and attempt, [0, 0.1]; false heralds come of them
    double interference = 1;          ///< how alike the photons are, [0, 1]; takes coherence, not the key's correlation
};

/// The state that a true herald leaves, and how the boxes measure it. Alice measures Z (x = 0) or X (x = 1); Bob
/// cos(angle) Z +- sin(angle) X in a test and Z for key. A failed detection gives outcome 0: nothing is left out.
struct DiBoxParameters {
    double correlation_key = 0.9712;                       ///< <ZZ>, [0, 1]: Q = (1 - <ZZ>) / 2
    double correlation_conjugate = 0.9217;                 ///< <XX>, [0, 1]: S = 2 (cos(angle) <ZZ> + sin(angle) <XX>)
    double angle = 0.78539816339744831;                    ///< of Bob's test settings, (0, pi/2)
    double efficiency_alice = 1, efficiency_bob = 1;       ///< a round's outcome is seen, (0, 1]
    double readout_error_alice = 0, readout_error_bob = 0; ///< an outcome that is seen is wrong, [0, 0.5]
    double window_ns = 100; ///< heralds count when they fall in a window of this length, > 0
    double jitter_ns = 10;  ///< of one herald's time of arrival, > 0
};

struct DiProtocolParameters {
    std::uint64_t rounds = 1'500'000;     ///< n, rounds that make a block, [1e4, 1e10]
    double test_probability = 13.0 / 256; ///< gamma: a round plays the Bell game, (0, 1)
    double expected_chsh = 2.64;          ///< S that the link is planned for, (2, 2 sqrt 2); decides the gate
    double tolerance = 3;         ///< standard deviations of lost games that the gate forgives, [0, 10]; completeness:
                                  ///< a link as planned stops with probability 1.3e-3 at 3
    double expected_qber = 0.018; ///< Q that error correction is set up for, [0, 0.5)
    double abort_qber = 0.0715;   ///< a block above it yields nothing, [0, 0.5]
    double noise = 0;             ///< p: Alice flips her key outcomes with it before correction (Ho 2020), [0, 0.5)
    double eps_sound = 1e-10;     ///< soundness of a block, (1e-16, 1e-2]
    double rng_alarm = 1e-9;      ///< a block whose setting bits are less likely than this is thrown away, [0, 1)
    CorrectionMethod correction = CorrectionMethod::cascade; ///< of the key rounds; test rounds take Cascade
    std::uint64_t cascade_frame = 100'000;                   ///< bits per frame, [1e3, 1e6]
    double eps_cor = 0x1p-61;                                ///< of the verification hash, (0, 1e-3]
    BitsPerSecond throughput{20e6};                         ///< rounds per second that the hardware post-processes, > 0
    SimDuration longest_gathering = std::chrono::hours{24}; ///< a block is closed then, full or not
};

struct DiParameters {
    DiSourceParameters source;
    FibreParameters fibre{.length = Kilometres{0.0035}, .attenuation = DecibelsPerKm{30.0}}; ///< 422 nm: 30 dB/km
    DiBoxParameters boxes;
    DiProtocolParameters protocol;
};

/// <ZZ> and <XX> of an isotropic state of this fidelity, in [1/4, 1].
inline double isotropic_correlation(double fidelity) { return (4 * fidelity - 1) / 3; }

} // namespace qkdes
