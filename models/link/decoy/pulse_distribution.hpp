// What one pulse does at Bob's detectors: the exact joint distribution that the photon level samples and the block
// level sums. One object holds for one stretch of constant conditions.
//
//   A phase-randomised weak coherent pulse of mean photon number mu reaches detector d as Poisson light of mean
//   mu * T * share_d, independent of the other detectors (a beam splitter splits a coherent state into independent
//   ones, and no phase is left to see). A live detector stays silent with probability
//   (1 - p_dark) exp(-mu T share_d - stray_d).
//     T        fibre, components, extra loss, Bob's optics and the detector's efficiency
//     share_d  in the basis the light was prepared in: 1 - e right, e wrong; in the other basis: 1/2, 1/2;
//              times p_Z or 1 - p_Z where a splitter chooses the basis (four detectors)
//     e        misalignment plus the drift of the condition, at most 1/2
//     stray_d  classical light's photons in a gate that are seen, shared equally by a basis' detectors
//   Three states (Encoding): Alice's X bit is always 0; of detectors X0 and X1 only X1, the dark port, exists, and it
//   gets half the light: the other half leaves the interferometer before or after the slot where the bins meet.
//   Eavesdroppers act as attack_on_pulse.hpp says.
//
// Holds for:  threshold detectors, equal efficiencies but for a time-shift attack.
// Leaves out: timing jitter and neighbouring pulses, dead time and afterpulses (photon_sampler.hpp and
//             detection_statistics.hpp add those from pulse to pulse).
// Checked:    tests/models/link/decoy/pulse_distribution_test.cpp (closed forms of Ma 2005), attacks_test.cpp.
#pragma once
#include "models/link/decoy/decoy_bb84_parameters.hpp"
#include "models/link/link_block.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace qkdes {

/// What happened at one pulse, packed: which detectors clicked, what Alice sent, what Bob's modulator chose, whether an
/// eavesdropper touched it (photon-number splitting: whether she kept a photon of it).
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
    /// One way a pulse can be, its weight, and how likely each detector stays silent (ln).
    struct Preparation {
        PulseOutcome prepared;
        double weight;
        std::array<double, 4> log_silent;
    };
    unsigned detectors_;
    double transmittance_, dark_;
    std::vector<Preparation> preparations_;
};

/// Loss from Alice's output to a click, as a probability, without extra loss.
double link_transmittance(DecoyBb84Parameters const& parameters);
/// Chance of a dark count of one detector in one gate.
double dark_probability(ReceiverParameters const& receiver);
/// Stray photons that Bob's detectors together see in one gate, on average.
double stray_photons(DecoyBb84Parameters const& parameters, ConditionStep const& condition);

} // namespace qkdes
