// Coasts and borders behind a network with coordinates: the part of the map that its picture can show.
#pragma once
#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace qkdes::look {

/// `map`: JSON, lines [[longitude, latitude, longitude, ...], ...] in 0.01 degrees. Adds `borders`, lines in degrees,
/// to a document whose layout is geographic: segments that may cross the network's box, widened by its larger side
/// (at least 0.3 degrees). Does nothing when `map` is empty or no such JSON. Not for networks across the date line.
void add_borders(nlohmann::ordered_json& document, std::string_view map);

} // namespace qkdes::look
