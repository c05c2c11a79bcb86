// A fibre and what stands in it.
#pragma once
#include "sim/base/units.hpp"

namespace qkdes {

struct FibreParameters {
    Kilometres length{20.0};        ///< >= 0
    DecibelsPerKm attenuation{0.2}; ///< >= 0
    Decibels components{0.0};       ///< connectors, splices, multiplexers, >= 0
    double group_index = 1.4682;    ///< light takes length * group_index / c
    unsigned splices = 0, connectors = 0;
    Decibels splice_loss{0.02}, connector_loss{0.25}; ///< of each, >= 0
    /// Photons per second at the receiver's input within its filter, from classical light beside it (raman.hpp), >= 0.
    Hertz stray_light{0.0};
};

/// From end to end: glass, components, splices and connectors.
Decibels total_loss(FibreParameters const& fibre);

/// One-way flight time of light through the fibre.
SimDuration flight_time(FibreParameters const& fibre);

} // namespace qkdes
