// What light and darkness do at the two ends of an entangled link: the joint chances that the photon level draws from,
// and the rates of coincidences that follow from them, which the block level draws from.
//
// Settings: BBM92: 0 is Z, 1 is X. E91 (Ekert 1991), polariser angles: Alice 0, 22.5, 45 degrees, Bob 22.5, 45, 67.5;
// equal angles are key, S = E(a0,b0) - E(a0,b2) + E(a2,b0) + E(a2,b2). A setting that only tests S is taken with chance
// q, the others with (1-q)/2, so q = 1/3 gives 2/9 key and 4/9 tests. A pair gives equal bits with chance
// (1 + V cos 2 angle) / 2, V = 1 - 2 e_pol.
//
// Continuous source: pairs are a Poisson process, so those seen at both ends, at Alice only and at Bob only are three
// independent ones; the latter two join the dark counts.
//
// Pulsed source: chances per pulse of every pattern of clicks, from the generating function of the pair number:
// P(silent) = G(z), z the chance that a pair leaves the detectors in question silent. Thermal pairs live in two modes,
// each of which feeds one detector of each end (Ma, Fung, Lo 2007). Two clicks at one end: one at random.
//
// Dead time: end_dead_time.hpp.
//
// Ambiguity: of two candidates for a tag the earlier wins (coincidence_matcher.hpp): with k true coincidences and u_A,
// u_B other tags a second, accidentals come at u_A u_B w + k (u_A + u_B) w/2, and of true ones a share
// u_B (w/2 - t_B)+ + u_A (w/2 - t_A)+ is lost to an intruder. To first order in (rate x window).
//
// Holds for:  rate x window < .01, rate x dead time < .1 (rates to a few parts in 1e3 up to .3); windows and timing
//             spreads below a pulse's period.
// Leaves out: several pairs of a pulse that passive choice sends to different settings; angles other than 0 and 90
//             degrees beyond the leading order in the transmittance for thermal pairs; the dispersion of counts that
//             dead time brings (below a percent of their spread at rate x dead time = .1).
// Checked:    tests/models/link/entangled/: coincidence_statistics_test.cpp (against Ma's Q and E, sums, limits),
//             matching_test.cpp and fidelity_test.cpp (against the tags).
#pragma once
#include "models/link/entangled/entangled_parameters.hpp"
#include "models/link/link_block.hpp"

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

namespace qkdes {

/// What one end registers: setting and bit in one number below 6.
struct TagChannel {
    static constexpr unsigned kNone = 7;
    static constexpr unsigned of(unsigned setting, unsigned bit) { return setting << 1 | bit; }
    static constexpr unsigned setting(unsigned channel) { return channel >> 1; }
    static constexpr bool bit(unsigned channel) { return channel & 1; }
};

/// What a pair of settings is good for.
enum class RoundKind : std::uint8_t { key, other_basis, test, unused };
RoundKind round_kind(EntangledProtocol protocol, unsigned alice, unsigned bob);
/// Which of the four tests, 0 to 3 in the order of S above; the second enters with a minus.
unsigned chsh_test(unsigned alice, unsigned bob);

/// What the ends' detectors see before dead time, under one condition.
struct LightModel {
    bool pulsed = false;
    double events = 0; ///< continuous: pairs seen at both ends per second; pulsed: chance of any light click at a pulse
    /// Given an event: Alice's channel + 8 x Bob's, with kNone where an end saw nothing. Weights sum to 1.
    std::vector<std::pair<std::uint16_t, double>> outcomes;
    double noise_a = 0, noise_b = 0; ///< per second: tags without a partner at any fixed distance in time
    std::array<double, 3> noise_settings_a{}, noise_settings_b{}; ///< which setting they show, sum 1
    double emitted = 0;                                           ///< pairs per second; pulsed: pulses
    double spread_ps = 0;     ///< full width of the difference of a pair's arrival times
    double dispersion_ps = 0; ///< of it, what the fibre adds
};
LightModel light_model(EntangledParameters const& parameters, ConditionStep const& condition);

/// Per second. [0] equal bits, [1] different ones.
struct CoincidenceStatistics {
    double tags_a = 0, tags_b = 0;
    double partners = 0;    ///< tags of one pair at both ends, whatever their distance in time
    double true_found = 0;  ///< of these, matched
    double accidentals = 0; ///< matched without being of one pair
    std::array<double, 2> key{}, other_basis{};
    std::array<std::array<double, 2>, 4> tests{};
    double unused = 0;
    double known_to_eve =
        0; ///< of a key bit, what an attack tells her: half of one she intercepted, all of a steered one
    double total() const { return true_found + accidentals; }
    double chsh() const; ///< of `tests`; 0 without them
};
CoincidenceStatistics coincidence_statistics(EntangledParameters const& parameters, ConditionStep const& condition);

/// erf(sqrt(ln 2) window / spread): the share of a normal peak of this full width at half maximum inside the window.
double window_share(double window_ps, double spread_ps);
/// S of four tests' counts or rates; a test without rounds counts as 0.
double chsh_value(std::array<std::array<double, 2>, 4> const& tests);

} // namespace qkdes
