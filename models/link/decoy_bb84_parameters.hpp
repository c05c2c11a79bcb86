// What describes one decoy-BB84 link: plain data, filled from a scenario's device and link objects. Ranges are those
// the scenario table enforces; a model may rely on them.
#pragma once
#include "sim/base/units.hpp"

#include <cstdint>
#include <vector>

namespace qkdes {

/// Alice: phase-randomised weak coherent pulses.
struct SourceParameters {
    Hertz clock{1e9};                            ///< pulses per second, (0, 1e11]
    std::vector<double> intensities{0.5, 0.1};   ///< mean photons: signal, then 1 or 2 decoys, descending, in [0, 2]
    std::vector<double> probabilities{0.5, 0.5}; ///< how often each is sent; same size, sum 1
    double basis_bias = 0.8;                     ///< p_Z, key basis, in (0, 1)
};

enum class BasisChoice : std::uint8_t {
    active,  ///< a modulator chooses the basis, then two detectors
    passive, ///< a beam splitter chooses, four detectors
};
enum class DeadTimeMode : std::uint8_t {
    all,  ///< a click blanks every detector of Bob (common in products: no anti-correlated bits)
    each, ///< only the detector that clicked; sifting drops what falls into another detector's dead time
};

/// Bob: optics and threshold detectors.
struct ReceiverParameters {
    double basis_bias = 0.8;                        ///< p_Z; for passive choice the splitter's ratio
    BasisChoice basis_choice = BasisChoice::active; ///< two or four detectors
    Decibels loss{2.0};                             ///< Bob's optics without detectors, >= 0
    double misalignment = 0.01;                     ///< e_d: a photon goes to the wrong detector, [0, 0.5]
    double efficiency = 0.2;                        ///< detector efficiency, (0, 1]
    Hertz dark_counts{100.0};                       ///< per detector, per second of open gate, >= 0
    double gate_ps = 1000.0;                        ///< open gate per pulse, ps, (0, clock period]
    SimDuration dead_time{10'000};                  ///< hold-off after a click, >= 0
    DeadTimeMode dead_time_mode = DeadTimeMode::all;
    double afterpulse_probability = 0.0; ///< a click leaves a trapped carrier that fires again, [0, 0.5]
    SimDuration afterpulse_decay{5'000}; ///< mean release time of that carrier, > 0
};

enum class EstimationMethod : std::uint8_t {
    other_basis, ///< phase error from the X basis alone; every Z bit is key (the X bits are revealed)
    sampling,    ///< a random sample of the Z bits is revealed to set up error correction, and is lost to the key
};

struct PostProcessingParameters {
    std::uint64_t block = 1'000'000; ///< sifted Z bits that make a block, [1e4, 1e9]
    EstimationMethod estimation = EstimationMethod::other_basis;
    double sample_fraction = 0.05;         ///< of the Z bits, for `sampling`, (0, 0.5]
    std::uint64_t cascade_frame = 100'000; ///< bits per Cascade frame, [1e3, 1e6]
    double eps_sec = 1e-9;                 ///< secrecy of a block, (0, 1e-3]
    double eps_cor = 1e-15;                ///< correctness of a block, (0, 1e-3]
    BitsPerSecond throughput{20e6};        ///< sifted bits per second that the hardware post-processes, > 0
    SimDuration longest_gathering = std::chrono::hours{1}; ///< a block is closed then, full or not
    double abort_qber = 0.11;                              ///< a block above it yields nothing
};

/// Fibre and what stands in it.
struct FibreParameters {
    Kilometres length{20.0};        ///< >= 0
    DecibelsPerKm attenuation{0.2}; ///< >= 0
    Decibels components{0.0};       ///< connectors, splices, multiplexers, >= 0
    double group_index = 1.4682;    ///< light takes length * group_index / c
};

struct DecoyBb84Parameters {
    SourceParameters source;
    FibreParameters fibre;
    ReceiverParameters receiver;
    PostProcessingParameters post;
};

/// One-way flight time of light through the fibre.
SimDuration flight_time(FibreParameters const& fibre);

} // namespace qkdes
