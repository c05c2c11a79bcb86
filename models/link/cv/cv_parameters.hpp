// What describes one CV-QKD link (GG02): coherent states, coherent detection. Plain data, filled from a scenario's
// device and link objects. Ranges are those the scenario table enforces; a model may rely on them.
//
// Noise is in shot-noise units (SNU): the variance of the vacuum in one quadrature is 1. Excess noise is quoted at the
// channel's input, as the papers do.
#pragma once
#include "models/link/channel/fibre.hpp"
#include "models/postprocessing/cv/reconciliation.hpp"

#include <cstdint>

namespace qkdes {

enum class CvModulation : std::uint8_t {
    gaussian, ///< both quadratures normal
    qam,      ///< a square constellation, its security after Denys, Brown, Leverrier (discrete_modulation.hpp)
};
enum class QamShaping : std::uint8_t {
    uniform,  ///< all points as likely
    binomial, ///< per quadrature as sums of fair coins: near a Gaussian without a parameter
    normal,   ///< per quadrature e^(-strength k^2), k = .. -1/2, 1/2 .. the level's number from the middle
};
enum class CvDetection : std::uint8_t {
    homodyne,   ///< one quadrature a symbol, which one is told afterwards
    heterodyne, ///< both, at half the light each
};
enum class DetectorTrust : std::uint8_t {
    trusted,   ///< the detector's loss and noise are calibrated and out of Eve's reach
    untrusted, ///< they are the channel's: Eve's
};

/// Alice.
struct CvSourceParameters {
    Hertz symbol_rate{100e6};     ///< slots per second, reference pulses among them, (0, 1e11]
    double reference_share = 0.1; ///< of the slots, for phase and clock: no key from them, [0, 0.9]
    double variance = 4.0;        ///< V_A per quadrature, SNU; twice the mean photon number, (0, 100]
    CvModulation modulation = CvModulation::gaussian;
    unsigned constellation = 64; ///< points, for `qam`: 4, 16, 64, 256; then variance <= 30
    QamShaping shaping = QamShaping::normal;
    double shaping_strength = 0.3; ///< of `normal`, [0, 2]; best about .35, .3, .1 for 16, 64, 256 points at V_A of 5
};

/// Bob.
struct CvReceiverParameters {
    CvDetection detection = CvDetection::heterodyne;
    DetectorTrust trust = DetectorTrust::trusted;
    double efficiency = 0.6;        ///< eta: optics times photodiodes, (0, 1]
    double electronic_noise = 0.05; ///< v_el, SNU at the detector's output, per quadrature, [0, 10]
    Hertz filter_bandwidth{100e9};  ///< of the optical filter: how thin stray light is spread, > 0
};

/// Excess noise by mechanism (cv_channel.hpp sums them up). For a local local oscillator add its phase noise here.
struct CvNoiseParameters {
    double at_input = 0.005;      ///< eps_A + eps_L: preparation and leakage, whatever the loss, SNU, >= 0
    double at_detection = 0.0005; ///< eps_B: digitisation and imperfect balance, SNU at detection, >= 0
    double phase_variance = 0.0;  ///< V_err, rad^2: what phase recovery leaves, >= 0
    Hertz linewidths{0.0};        ///< local oscillator made by Bob: sum of both lasers' linewidths, >= 0
    SimDuration pilot_delay{0};   ///< between a symbol and the reference pulse that tells its phase, >= 0
    double pilot_snr = 0.0;       ///< of that reference pulse; 0: no noise from it
};

/// Reverse reconciliation: Alice corrects her data towards Bob's.
struct CvPostParameters {
    std::uint64_t block = 10'000'000; ///< symbols that make a block, reference pulses apart, [1e4, 1e9]
    double reveal = 0.5;              ///< share of them revealed for estimation, (0, 0.9]
    CvReconciliationMethod method = CvReconciliationMethod::automatic;
    double beta = 0;                  ///< reconciliation efficiency asked for, (0, 1]; 0: leaves about 5 % frame errors
    std::uint64_t frame = 0;          ///< quadrature values a reconciliation frame, 0 or [2e4, 2e6]; 0: 1e6 for
                                      ///< rotation, 2e5 for slices
    bool finite_size = true;          ///< false: asymptotic key of the estimates, for comparison only
    double eps_estimation = 1e-10;    ///< a channel worse than the worst case allowed for, (0, 1e-3]
    double eps_smoothing = 1e-10;     ///< of the smooth min-entropy, (0, 1e-3]
    double eps_amplification = 1e-10; ///< of privacy amplification, (0, 1e-3]
    double eps_cor = 1e-15;           ///< correctness of a block, (0, 1e-3]
    double abort_excess_noise = 0.5;  ///< an estimate above it yields nothing, SNU
    Hertz throughput{20e6};           ///< symbols per second that the hardware post-processes, > 0
    SimDuration longest_gathering = std::chrono::hours{1}; ///< a block is closed then, full or not
};

struct CvParameters {
    CvSourceParameters source;
    FibreParameters fibre;
    CvReceiverParameters receiver;
    CvNoiseParameters noise;
    CvPostParameters post;
};

} // namespace qkdes
