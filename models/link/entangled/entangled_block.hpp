// One block of a link with entangled pairs (BBM92 or E91), at either fidelity.
//
//   BBM92: C. H. Bennett, G. Brassard, N. D. Mermin, Phys. Rev. Lett. 68, 557 (1992), doi:10.1103/PhysRevLett.68.557.
//   E91:   A. K. Ekert, Phys. Rev. Lett. 67, 661 (1991), doi:10.1103/PhysRevLett.67.661.
//
// photon   every time tag of both ends (tag_source.hpp), clocks found from the tags alone (clock_search.hpp), matched
//          (coincidence_matcher.hpp), sifted, then the real error correction, verification and Toeplitz
//          hash.
// block    counts and duration drawn from coincidence_statistics.hpp, the cost of correction from
// ../correction_cost.hpp.
//
// What BlockYield holds: pulses = pairs emitted (pulsed source: pulses); detections = coincidences found; sifted =
// index 0 of n_z (key) and, BBM92, n_x; basis_mismatch = the rest, E91's tests among them; chsh, tests = S and the
// rounds it was measured on. single_photon = n_z that became key: every pair counts as one.
//
// Conditions: extra_loss is the fibre's and falls on the two arms as its length does. extra_error adds to e_pol.
// stray_light enters both ends. intercept_resend: Eve sits on Bob's arm, measures a share of the photons in one of two
// conjugate bases of the settings' plane and sends what she saw: their correlations halve (QBER 1/4, S at most
// sqrt 2). blinding: Bob clicks only where his basis is Eve's; a share of his photons is lost but for one of two (E91:
// three) and no error shows, S neither. photon_number_splitting and time_shift have nothing to act on, impairments
// belong to device-independent links: none has an effect.
#pragma once
#include "models/link/entangled/entangled_parameters.hpp"
#include "models/link/link_block.hpp"

#include <span>
#include <string_view>

namespace qkdes {

/// As simulate_block() of link_model.hpp, for this family.
LinkBlock simulate_entangled_block(EntangledParameters const& parameters, std::span<ConditionStep const> conditions,
                                   SimDuration horizon, Fidelity fidelity, std::uint64_t seed, std::string_view link,
                                   std::uint64_t index);

} // namespace qkdes
