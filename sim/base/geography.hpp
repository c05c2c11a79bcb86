// Distances and places on the earth as a sphere of 6371 km (its mean radius; the ellipsoid differs by up to 0.5 %).
#pragma once
#include <array>

namespace qkdes {

/// Latitude and longitude in degrees.
using Place = std::array<double, 2>;

/// Great circle by the haversine formula, which is stable for near places (and to a metre for opposite ones): R. W.
/// Sinnott, "Virtues of the Haversine", Sky and Telescope 68, 159 (1984).
double great_circle_km(Place const& a, Place const& b);

/// The point of the great circle from a to b at that share of the way, in [0, 1]. Of places opposite on the earth any
/// one of the circles.
Place between(Place const& a, Place const& b, double share);

} // namespace qkdes
