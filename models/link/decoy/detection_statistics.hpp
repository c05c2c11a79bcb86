// The rates at which Bob's detectors click when dead time and afterpulsing act, in closed form: what the block level
// draws from, and what decoy_bb84_yield.hpp turns into rates. All per pulse.
//
// Dead time N gates, light hazard q (chance of a click at a live gate):
//   `all`   one alternating renewal process: a click, N dead gates, a geometric live gap. With light alone the rate is
//           q / (1 + q N): the non-paralysable limit; the cycle has variance (1 - q) / q^2.
//   `each`  the detectors are alternating renewal processes of their own, independent but for pulses at which two click
//           (first order). An event is kept when all detectors were live: with chance prod 1 / (1 + h_d N). How much
//           the kept counts fluctuate follows from the renewal density, integrated on a grid.
// Afterpulses: a click leaves a carrier with probability p_ap, released after an exponential time of mean tau gates; it
// clicks if its detector is live then. Seen from a click, with live hazard h and z = exp(-1/tau), that chance is
//           a0 = (1 - z) z^N / (1 - (1 - h) z - h z^(N+1)),
// the generating function of the renewal process at z. Each afterpulse can leave another carrier. First order:
// Y0_eff = 2 p_dark + p_ap Q_tot (on T12: published_test.cpp); the photon level has all orders.
//
// Holds for:  p_ap up to .1 to better than the error of 1e6 counts (tests below); beyond, clusters thicken the tails.
// Leaves out: the transient at a block's first microseconds.
// Checked:    tests/models/link/decoy: against the photon level, fidelity_test.cpp; limits,
// detection_statistics_test.cpp.
#pragma once
#include "models/link/decoy/pulse_distribution.hpp"

#include <array>

namespace qkdes {

/// Chances of a kept event to be sifted: [intensity][0 right, 1 wrong]. With three states, `x` is the dark port's
/// clicks: 1 when Alice had sent |+>, 0 when she had sent a time bin (the reference that errors are measured against).
struct SiftedChances {
    std::array<std::array<double, 2>, 3> z{}, x{};
    double touched_z = 0; ///< sifted in Z and touched by Eve, of any intensity
    double total_z() const;
    double total_x() const;
};

struct DetectionStatistics {
    double kept = 0;        ///< events that sifting may use, per pulse: all of Bob's detectors were live
    double detections = 0;  ///< pulses at which any detector clicked, per pulse
    double dispersion = 1;  ///< variance over mean of the number of kept events in a long time
    double light_share = 1; ///< kept events that photons or dark counts made; the rest are carriers' releases
    double live_clicks = 0; ///< chance of a click at a pulse when every detector is live
    SiftedChances chances;  ///< given a kept event
};

DetectionStatistics detection_statistics(DecoyBb84Parameters const& parameters, ConditionStep const& condition);

/// Whole gates that a detector misses after a click: those that begin within the dead time.
std::uint64_t dead_gates(DecoyBb84Parameters const& parameters);

} // namespace qkdes
