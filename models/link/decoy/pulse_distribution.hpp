// What one pulse does at Bob's detectors: the exact joint distribution that the photon level samples and the block
// level sums. One object holds for one stretch of constant conditions.
//
//   A phase-randomised weak coherent pulse of mean photon number mu reaches detector d as Poisson light of mean
//   mu * T * share_d, independent of the other detectors (a beam splitter splits a coherent state into independent
//   ones, and no phase is left to see). A live detector stays silent with probability (1 - p_dark) exp(-mu T share_d).
//     T        fibre, components, extra loss, Bob's optics and the detector's efficiency
//     share_d  in the basis the light was prepared in: 1 - e_d right, e_d wrong; in the other basis: 1/2, 1/2;
//              times p_Z or 1 - p_Z where a splitter chooses the basis (four detectors)
//   An eavesdropper intercepts a fraction of the pulses: he measures in a random basis and resends the same mean photon
//   number in the state he saw. Half of them are unchanged; the other half are in the other basis with a random bit.
//   So a resent pulse errs with probability 1/4 + e_d/2, and clicks as often as before.
//
// Holds for:  threshold detectors, equal efficiencies, an eavesdropper who is not allowed to count photons.
// Leaves out: timing jitter and neighbouring pulses, detector efficiency mismatch, dead time and afterpulses
//             (photon_sampler.hpp and detection_statistics.hpp add those from pulse to pulse).
// Checked:    tests/models/link/pulse_distribution_test.cpp (closed forms of Ma 2005, section 1 of the physics notes).
#pragma once
#include "models/link/decoy/decoy_bb84_parameters.hpp"
#include "models/link/link_block.hpp"

#include <array>
#include <cstdint>

namespace qkdes {

/// What happened at one pulse, packed: which detectors clicked, what Alice sent, what Bob's modulator chose.
/// Active choice: detector 0/1 is bit 0/1 of Bob's basis. Passive: detectors 0..3 are Z0, Z1, X0, X1.
struct PulseOutcome {
    std::uint16_t packed = 0;
    static constexpr unsigned kStates = 1024;

    constexpr PulseOutcome() = default;
    constexpr explicit PulseOutcome(unsigned bits) : packed{static_cast<std::uint16_t>(bits)} {}
    constexpr PulseOutcome(unsigned clicks, unsigned intensity, bool alice_x, bool alice_bit, bool bob_x,
                           bool intercepted)
        : packed{static_cast<std::uint16_t>(clicks | intensity << 4 | unsigned{alice_x} << 6 |
                                            unsigned{alice_bit} << 7 | unsigned{bob_x} << 8 |
                                            unsigned{intercepted} << 9)} {}
    constexpr unsigned clicks() const { return packed & 15u; }
    constexpr unsigned intensity() const { return packed >> 4 & 3u; }
    constexpr bool alice_x() const { return packed >> 6 & 1u; }
    constexpr bool alice_bit() const { return packed >> 7 & 1u; }
    constexpr bool modulator_x() const { return packed >> 8 & 1u; } ///< active choice only
    constexpr bool intercepted() const { return packed >> 9 & 1u; }
    constexpr PulseOutcome with_clicks(unsigned extra) const { return PulseOutcome{packed | extra}; }
};

class PulseDistribution {
  public:
    PulseDistribution(DecoyBb84Parameters const& parameters, ConditionStep const& condition);

    unsigned detectors() const { return detectors_; }
    unsigned all_detectors() const { return (1u << detectors_) - 1; }
    /// Probability that at least one detector of `live` clicks at a pulse.
    double click_probability(unsigned live) const;
    /// Probability of each packed outcome, when only detectors in `live` can click. Sums to 1; empty patterns included.
    std::array<double, PulseOutcome::kStates> outcomes(unsigned live) const;
    /// Everything between Alice's output and a click: fibre, optics, efficiency.
    double transmittance() const { return transmittance_; }
    double dark_probability() const { return dark_; }

  private:
    struct Preparation { ///< one way a pulse can be, its weight, and how likely each detector stays silent (ln)
        PulseOutcome prepared;
        double weight;
        std::array<double, 4> log_silent;
    };
    unsigned detectors_;
    double transmittance_, dark_;
    std::array<Preparation, 96> preparations_;
    unsigned count_ = 0;
};

/// Loss from Alice's output to a click, as a probability, without extra loss.
double link_transmittance(DecoyBb84Parameters const& parameters);
/// Chance of a dark count of one detector in one gate.
double dark_probability(ReceiverParameters const& receiver);

} // namespace qkdes
