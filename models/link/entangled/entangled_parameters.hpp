// What describes one link with a source of entangled pairs between its ends: plain data, filled from a scenario. Ranges
// are those the scenario table enforces; a model may rely on them.
#pragma once
#include "models/link/channel/fibre.hpp"
#include "models/link/post_processing_parameters.hpp"

#include <cstdint>

namespace qkdes {

enum class EntangledProtocol : std::uint8_t {
    bbm92, ///< two bases a side; Z is key, X bounds the phase error
    e91,   ///< three settings a side; two pairs of them are key, four measure CHSH's S
};
enum class PairEmission : std::uint8_t { continuous, pulsed };
enum class PairStatistics : std::uint8_t {
    poisson, ///< many modes: pairs independent of each other
    thermal, ///< one mode per polarisation: P(n) = (n+1) l^n / (1+l)^(n+2), mean 2 l (pulsed sources only)
};

/// The source, somewhere along the fibre.
struct PairSourceParameters {
    PairEmission emission = PairEmission::continuous;
    Hertz pair_rate{5e6};                                ///< continuous: pairs per second, (0, 1e11]
    Hertz clock{1e9};                                    ///< pulsed: pulses per second, (0, 1e11]
    double pairs_per_pulse = 0.02;                       ///< pulsed: mean, (0, 2]
    PairStatistics statistics = PairStatistics::poisson; ///< of the pairs in a pulse; continuous ones are Poisson
    double position = 0.5;                               ///< along the fibre: 0 at Alice, 1 at Bob
    double misalignment = 0.01; ///< e_pol: a pair's bits differ in equal bases, any basis, [0, 1/2]
};

/// One end: passive choice of the setting, two threshold detectors for each (four with BBM92, six with E91).
struct ArmParameters {
    Decibels loss{2.0};        ///< optics without fibre and detectors, >= 0
    double efficiency = 0.6;   ///< of the detectors, (0, 1]
    Hertz dark_counts{100.0};  ///< per detector, >= 0
    SimDuration dead_time{50}; ///< a tag blanks all detectors of the end: no anti-correlated bits, [0, 1 ms]
    double jitter_ps = 60.0;   ///< detector and time tagger, full width at half maximum, >= 0
    double basis_bias = 0.8;   ///< BBM92: p_Z, key basis, (0, 1)
};

/// When photons arrive, and what the two time taggers make of it.
struct TimingParameters {
    double window_ps = 250.0;          ///< tags closer than half of it are a coincidence, [1, 1e5]; below a period
    double dispersion = 17.0;          ///< of the fibre, ps/(nm km), any sign
    double bandwidth_nm = 0.1;         ///< of a photon, full width at half maximum, >= 0
    SimDuration clock_offset{12'345};  ///< of Bob's clock at the block's start, within +- offset_range
    double clock_drift_ppb = 1.0;      ///< of Bob's clock, within +- drift_range_ppb
    SimDuration offset_range{100'000}; ///< where the search looks for the offset, (0, 10 ms]
    double drift_range_ppb = 10.0;     ///< and for the drift, [0, 1000]
};

struct EntangledParameters {
    EntangledProtocol protocol = EntangledProtocol::bbm92;
    PairSourceParameters source;
    FibreParameters fibre; ///< both arms together
    ArmParameters alice, bob;
    TimingParameters timing;
    double chsh_setting = 1.0 / 3; ///< E91: how often an end takes the setting that only tests S, (0, 1)
    double chsh_threshold = 2.0;   ///< E91: a block with S at or below it yields nothing, [2, 2 sqrt 2]
    PostProcessingParameters post;
};

} // namespace qkdes
