// What describes one decoy-BB84 link: plain data, filled from a scenario's device and link objects. Ranges are those
// the scenario table enforces; a model may rely on them.
#pragma once
#include "models/link/channel/fibre.hpp"
#include "models/link/post_processing_parameters.hpp"

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

struct DecoyBb84Parameters {
    SourceParameters source;
    FibreParameters fibre;
    ReceiverParameters receiver;
    PostProcessingParameters post;
};

} // namespace qkdes
