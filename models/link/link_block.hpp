// What one block of a QKD link is, whatever the family (link_model.hpp makes them).
#pragma once
#include "models/link/di/di_statistics.hpp"
#include "sim/base/key_string.hpp"
#include "sim/base/units.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace qkdes {

/// How a block is made. `photon` simulates every detection and runs the real post-processing on its bits; `block` draws
/// the block's counts and duration from the distributions that the photon level obeys. Tests hold the two together.
enum class Fidelity : std::uint8_t { photon, block };

/// What an eavesdropper does to a share of the signals.
enum class Attack : std::uint8_t {
    none,
    intercept_resend,        ///< measured in a random basis, a new signal sent on
    photon_number_splitting, ///< single photons blocked, one photon kept of each multi-photon pulse
    blinding,                ///< detectors made linear by bright light and steered by Eve's faked states
    time_shift,              ///< arrival times shifted to where the detectors' efficiencies differ
};
/// What is wrong with the devices of a link (key-management operations of device-independent links name them F2 to F6).
enum class Impairment : std::uint8_t {
    none,
    sync_drift,  ///< clocks apart: a share of the trials is discarded
    rng_bias,    ///< settings drawn with a bias: P(1) = 1/2 + severity/2
    saturation,  ///< detectors saturate: a share of the clicks is missing
    timing_step, ///< a step in timing, as from new firmware: a share of the clicks falls out of the window
};

/// Conditions of the quantum channel, constant from `from` (since the block's start) until the next step.
struct ConditionStep {
    SimDuration from{0};
    Attack attack = Attack::none;
    double attacked = 0.0;    ///< share of the signals that the attack takes, [0, 1]
    Decibels extra_loss{0.0}; ///< on top of the channel's, >= 0
    double extra_error = 0.0; ///< added to the misalignment: drift of polarisation or phase, [0, 1/2]
    Hertz stray_light{0.0};   ///< photons per second at the receiver's input on top of the channel's, >= 0
    Impairment impairment = Impairment::none;
    double severity = 0.0; ///< of the impairment, [0, 1]
    bool operator==(ConditionStep const&) const = default;
    bool calm() const { return *this == ConditionStep{from}; }
};

/// Counts of one block, per intensity (signal first). Z is the key basis.
struct SiftedCounts {
    std::array<std::uint64_t, 3> n_z{}, m_z{}, n_x{}, m_x{}; ///< sifted events and errors among them
    std::uint64_t total_z() const { return n_z[0] + n_z[1] + n_z[2]; }
    std::uint64_t total_x() const { return n_x[0] + n_x[1] + n_x[2]; }
    std::uint64_t errors_z() const { return m_z[0] + m_z[1] + m_z[2]; }
    std::uint64_t errors_x() const { return m_x[0] + m_x[1] + m_x[2]; }
};

/// Where the bits of a block went: detections = sifted (Z and X) + basis_mismatch + dropped; sifted Z = sampled + key
/// basis; key basis -> secret after what was paid.
struct BlockYield {
    std::uint64_t pulses = 0;                ///< emitted while gathering
    std::uint64_t detections = 0;            ///< pulses at which Bob registered a click, any basis
    std::uint64_t basis_mismatch = 0;        ///< of these, Alice had sent in the other basis
    std::uint64_t dropped = 0;               ///< of these, another of Bob's detectors was dead (dead-time mode `each`)
    SiftedCounts sifted;                     ///< as observed (after revealing), exact counts
    std::uint64_t sampled = 0;               ///< Z bits revealed for estimation
    double qber_z = 0, qber_x = 0;           ///< observed; 0 when nothing was seen
    double single_photon = 0, vacuum = 0;    ///< finite-key lower bounds s_Z1 and s_Z0
    double phase_error = 0.5;                ///< finite-key upper bound
    std::uint64_t error_correction_leak = 0; ///< parities disclosed, bit by bit
    std::uint64_t verification_bits = 0;
    std::uint32_t round_trips = 0;         ///< of the whole post-processing conversation
    std::uint64_t secret = 0;              ///< key bits, before authentication is paid from the pool
    std::uint64_t authentication_bits = 0; ///< to be paid from the pool: tags of the block's transcript
    /// Of `secret`, what the attacks of the conditions really gave away, whatever the parties believe: for the auditor.
    double known_to_eve = 0;
    // What only some families measure; 0 elsewhere.
    double chsh = 0;                            ///< S of the test rounds (E91, device-independent)
    std::uint64_t tests = 0;                    ///< rounds that S was measured on
    double transmittance = 0, excess_noise = 0; ///< CV: channel estimates; noise in shot-noise units at its input
    double raw_bits = 0;                        ///< CV: entropy of the reconciled strings, before the leak
    std::uint64_t frames = 0, frame_errors = 0; ///< error-correction frames, and those thrown away
};

enum class BlockOutcome : std::uint8_t {
    key,             ///< secret > 0, both ends hold it
    no_key,          ///< the finite-key length came out 0
    aborted,         ///< QBER above the limit
    verify_failed,   ///< the hashes differ: an undetected error after correction; the block is thrown away
    interrupted,     ///< the horizon came before the block was full
    unauthenticated, ///< the reserve could not pay for the tags (set by the world, never by a model)
};

struct LinkBlock {
    BlockOutcome outcome = BlockOutcome::no_key;
    SimDuration gathering{0}; ///< quantum exchange, from the block's start to its last pulse
    SimDuration computing{0}; ///< post-processing at the given throughput, without round trips
    BlockYield yield;
    std::optional<DiStatistics> di; ///< device-independent links: what operations watch
    /// Photon level: from two separate computations, equal unless verification failed undetected. Block level: a place
    /// in the link's stream.
    KeyString alice_key, bob_key;
};

} // namespace qkdes
