// Loss of the way down from a satellite on a circular orbit, over a pass.
//
//   Geometry: the satellite passes at height h over a round Earth (R 6371 km), highest elevation el_max; with
//   r = R + h, Kepler's w = sqrt(GM/r^3) and central angle g, cos g = cos g_min cos(w t),
//     range^2 = R^2 + r^2 - 2 R r cos g,   tan el = (cos g - R/r) / sin g.
//   Loss: diffraction 1 - exp(-(D/(theta range))^2), with the telescope's D and the beam's full divergence theta (in
//   the far field (D/(theta range))^2); pointing jitter s per axis on that Gaussian beam, 1 / (1 + 8 s^2/theta^2);
//   atmosphere eta_zenith^(1/sin el); optics of the receiving station.
//   After S.-K. Liao et al., "Satellite-to-ground quantum key distribution", Nature 549, 43 (2017),
//   doi:10.1038/nature23655.
//
// Holds for:  elevations above some 10 degrees (flat layers of air).
// Leaves out: the Earth's rotation (some percent of a pass), refraction, turbulence beyond what eta_zenith takes in,
//             fading faster than a step, Doppler shift. Light of the sky is ConditionStep::stray_light.
// Checked:    tests/models/link/channel/satellite_pass_test.cpp: geometry, and Micius as published.
#pragma once
#include "models/link/link_block.hpp"
#include "sim/base/units.hpp"

#include <vector>

namespace qkdes {

struct SatellitePass {
    Kilometres height{500};
    double highest_elevation_deg = 80; ///< (lowest, 90]
    double lowest_elevation_deg = 15;  ///< where the link begins and ends, [5, 90)
    double divergence_urad = 10;       ///< theta, > 0
    double pointing_urad = 1.2;        ///< s, >= 0
    double telescope_m = 1.0;          ///< D, > 0
    double zenith_transmittance = 0.5; ///< of the air, with turbulence, (0, 1]
    Decibels station{8.0};             ///< optics on the ground but for the receiver's own loss, >= 0
};

/// Where the satellite is, t after its highest point.
struct PassPoint {
    double elevation_deg;
    Kilometres range;
};
PassPoint pass_point(SatellitePass const& pass, double seconds_from_top);

/// Loss at a point, everything but Bob's receiver.
Decibels pass_loss(SatellitePass const& pass, PassPoint const& point);

/// How long the satellite stays above the lowest elevation.
SimDuration pass_duration(SatellitePass const& pass);

/// The pass as conditions of a block that begins with it: `extra_loss` at the middle of each step. After its end no
/// light.
std::vector<ConditionStep> pass_steps(SatellitePass const& pass, SimDuration step);

} // namespace qkdes
