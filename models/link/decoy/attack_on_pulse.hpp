// What an eavesdropper makes of one pulse: in which ways it reaches Bob, how often each, and what she learns.
//
//   intercept-resend        She measures in a random basis, resends the same mean photon number in the state she saw:
//                           errs with 1/4 + e/2 (C. H. Bennett, G. Brassard 1984).
//   photon-number splitting She counts photons without disturbing them, blocks single ones, keeps one of several and
//                           sends the rest over a line without loss (G. Brassard, N. Lutkenhaus, T. Mor, B. C.
//                           Sanders, Phys. Rev. Lett. 85, 1330 (2000), doi:10.1103/PhysRevLett.85.1330). She keeps the
//                           signal's gain: of the pulses with several photons she sends on a share f, and where those
//                           are too few, a share g of the single photons, untouched:
//                             sum_{n>=2} P(n) [1 - (1 - eta_B)^(n-1)] f + P(1) eta_B g = 1 - exp(-eta mu).
//                           She cannot tell a decoy from a signal, which is what gives her away (W.-Y. Hwang, Phys.
//                           Rev. Lett. 91, 057901 (2003)).
//   blinding                Bob's detectors are made linear; a copy of Bob's receiver in Eve's hands decides which of
//                           them clicks (L. Lydersen et al., Nat. Photonics 4, 686 (2010),
//                           doi:10.1038/nphoton.2010.214). With active choice a faked state clicks only where Bob's
//                           basis is hers: half the time, so she lets twice the light into her receiver.
//   time shift              A random half of the pulses comes early, half late, where one detector of each basis has
//                           lost `efficiency_mismatch` of its efficiency; a better line makes up for the clicks lost
//                           (B. Qi, C.-H. F. Fung, H.-K. Lo, X. Ma, Quantum Inf. Comput. 7, 73 (2007); Y. Zhao et al.,
//                           Phys. Rev. A 78, 042333 (2008), doi:10.1103/PhysRevA.78.042333).
//
// Holds for:  attacks on each pulse by itself.
// Leaves out: attacks that mix; the light that blinding needs (ReceiverParameters::blinding_monitor always sees it).
// Checked:    tests/models/link/decoy/attacks_test.cpp: gains, errors, decoys and Eve's knowledge of each attack.
#pragma once
#include "models/link/decoy/decoy_bb84_parameters.hpp"
#include "models/link/link_block.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace qkdes {

/// One way in which light that Alice prepared as (basis, bit) arrives.
struct Arrival {
    double weight = 1;                      ///< chance of this way
    bool touched = false;                   ///< Eve learns something if this pulse becomes key
    bool in_x = false, bit = false;         ///< the state that arrives
    double brightness = 1;                  ///< factor on the light's mean at Bob's detectors
    std::array<double, 2> efficiency{1, 1}; ///< factor on the detectors of bit 0 and bit 1
    enum class Light : std::uint8_t {
        coherent, ///< what the channel leaves of a coherent pulse
        photons,  ///< exactly `photons` of them at Bob's input
        steered,  ///< a coherent pulse as Eve's copy of Bob's receiver sees it; her darks, twice with brightness 2
        off,      ///< blinded detectors, no click
    } light = Light::coherent;
    unsigned photons = 0;
};

/// How a pulse of intensity `k` prepared in (in_x, bit) arrives; weights sum to 1.
std::vector<Arrival> arrivals(DecoyBb84Parameters const& parameters, ConditionStep const& condition, unsigned k,
                              bool in_x, bool bit);

/// What Eve knows on average of a touched pulse's sifted bit, once the bases are public: bits, [0, 1].
double eve_information(DecoyBb84Parameters const& parameters, ConditionStep const& condition);

/// Whether Bob's monitor saw blinding light during the first `pulses` pulses.
bool blinding_seen(DecoyBb84Parameters const& parameters, std::span<ConditionStep const> conditions,
                   std::uint64_t pulses);

} // namespace qkdes
