// A fibre and what stands in it.
#pragma once
#include "sim/base/units.hpp"

namespace qkdes {

struct FibreParameters {
    Kilometres length{20.0};        ///< >= 0
    DecibelsPerKm attenuation{0.2}; ///< >= 0
    Decibels components{0.0};       ///< connectors, splices, multiplexers, >= 0
    double group_index = 1.4682;    ///< light takes length * group_index / c
};

/// One-way flight time of light through the fibre.
SimDuration flight_time(FibreParameters const& fibre);

} // namespace qkdes
