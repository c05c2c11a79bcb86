// What describes one decoy-BB84 link: plain data, filled from a scenario's device and link objects. Ranges are those
// the scenario table enforces; a model may rely on them.
#pragma once
#include "models/link/channel/fibre.hpp"
#include "models/link/post_processing_parameters.hpp"

#include <cstdint>
#include <vector>

namespace qkdes {

/// Which states are sent, and what Bob can tell apart.
enum class Encoding : std::uint8_t {
    /// Two states in each basis, by polarisation or phase (BB84; with a large p_Z also T12: M. Lucamarini et al., Opt.
    /// Express 21, 24550 (2013), doi:10.1364/OE.21.024550).
    polarisation_four_state,
    /// Two time bins in Z, one superposition |+> in X; Bob's interferometer has a detector at its dark port alone, and
    /// half of the light that enters it leaves beside the slot where the bins meet (A. Boaron et al., Phys. Rev. Lett.
    /// 121, 190502 (2018), doi:10.1103/PhysRevLett.121.190502). Needs passive basis choice.
    time_bin_three_state,
};

/// How the counts of a block bound its key (finite_key.hpp).
enum class DecoyAnalysis : std::uint8_t {
    standard, ///< as Lim 2014 and Rusca 2018: counts stray by Hoeffding's bound of the basis' total
    refined,  ///< counts stray by their own Chernoff bound, empty pulses pooled: needed where decoys are rare (T12)
};

/// Alice: phase-randomised weak coherent pulses.
struct SourceParameters {
    Hertz clock{1e9};                            ///< pulses per second, (0, 1e11]
    std::vector<double> intensities{0.5, 0.1};   ///< mean photons: signal, then 1 or 2 decoys, descending, in [0, 2]
    std::vector<double> probabilities{0.5, 0.5}; ///< how often each is sent; same size, sum 1
    double basis_bias = 0.8;                     ///< p_Z, key basis, in (0, 1)
    Encoding encoding = Encoding::polarisation_four_state;
    DecoyAnalysis analysis = DecoyAnalysis::standard;
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
    /// A light or photocurrent monitor that sees bright light: a block during which detectors are blinded is aborted.
    bool blinding_monitor = false;
    /// Share of its efficiency that one detector of a basis loses where the other has all of its own, [0, 1]: what a
    /// time-shift attack lives on. At the nominal time of arrival all detectors are equal.
    double efficiency_mismatch = 0.0;
};

struct DecoyBb84Parameters {
    SourceParameters source;
    FibreParameters fibre;
    ReceiverParameters receiver;
    PostProcessingParameters post;
};

} // namespace qkdes
