// Polarisation or phase that drifts away from where feedback put it, and the errors that makes.
//
//   Polarisation  the Stokes vector walks at random over the sphere: <cos theta> = e^(-2 t/tau), rotational diffusion;
//                 measured in fibres by D. S. Waddy et al., IEEE Photon. Technol. Lett. 13, 1035 (2001).
//   Phase         of an interferometer, a Wiener process: <cos phi> = e^(-t/tau).
//   A photon is measured wrongly with probability sin^2(theta/2) = (1 - cos theta)/2, so after t without feedback
//     <e> = (1 - e^(-2 t/tau))/2  or  (1 - e^(-t/tau))/2.
//   Feedback every T puts the vector back, up to a residual error.
//
// The walk takes steps of T/steps; the cosine of a step is 1 - x, x exponential (phase: a squared normal number) of the
// mean that keeps <cos> exact for any step. Only sums, products and roots: the same walk on every machine.
// Holds for:  T/steps <= tau/20; a block starts at a feedback, and blocks are independent.
// Leaves out: feedback that takes time or light, jumps (a fault of the script makes those).
// Checked:    tests/models/link/channel/drift_test.cpp: mean and relaxation of the walk, reset, determinism.
#pragma once
#include "models/link/link_block.hpp"
#include "sim/base/units.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace qkdes {

enum class DriftKind : std::uint8_t { polarisation, phase };

struct DriftParameters {
    DriftKind kind = DriftKind::polarisation;
    SimDuration time_constant = std::chrono::hours{1}; ///< tau, > 0
    SimDuration feedback = std::chrono::minutes{1};    ///< T, > 0
    double residual = 0.0;                             ///< error right after feedback, [0, 1/2]
    unsigned steps = 4;                                ///< per feedback interval, >= 1
};

/// Error averaged over a feedback interval and over walks: for links that need no more than a mean.
double mean_drift_error(DriftParameters const& drift);

/// One walk through `duration`, as steps for a block: what `extra_error` is, from when. At most 1e6 steps.
std::vector<ConditionStep> drift_steps(DriftParameters const& drift, SimDuration duration, std::uint64_t seed,
                                       std::string_view link, std::uint64_t block);

} // namespace qkdes
