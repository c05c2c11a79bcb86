// What one block of a QKD link is: a pure function of (parameters, conditions, seed, link name, block index), so that
// it can be computed ahead, on any thread, and again.
#pragma once
#include "models/link/decoy_bb84_parameters.hpp"
#include "sim/base/bits.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace qkdes {

/// How a block is made. `photon` simulates every detection and runs the real post-processing on its bits; `block` draws
/// the block's counts and duration from the distributions that the photon level obeys. Tests hold the two together.
enum class Fidelity : std::uint8_t { photon, block };

/// Scripted conditions of the quantum channel, constant from `from` (since the block's start) until the next step.
struct ConditionStep {
    SimDuration from{0};
    double intercepted = 0.0; ///< fraction of pulses an intercept-resend eavesdropper measures, [0, 1]
    Decibels extra_loss{0.0}; ///< on top of the fibre's, >= 0
    bool operator==(ConditionStep const&) const = default;
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
    Bits alice_key, bob_key; ///< from two separate computations; equal unless verification failed undetected
};

/// One block. `conditions` is sorted by `from`, begins at 0 and is never empty; `horizon` is when the link must stop
/// gathering (a cut, the end of the run). The outcome is then `interrupted` and nothing but `gathering` is set.
LinkBlock simulate_decoy_bb84_block(DecoyBb84Parameters const& parameters, std::span<ConditionStep const> conditions,
                                    SimDuration horizon, Fidelity fidelity, std::uint64_t seed, std::string_view link,
                                    std::uint64_t index);

} // namespace qkdes
