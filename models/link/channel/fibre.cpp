#include "models/link/channel/fibre.hpp"

namespace qkdes {

Decibels total_loss(FibreParameters const& fibre) {
    return fibre.attenuation * fibre.length + fibre.components +
           static_cast<double>(fibre.splices) * fibre.splice_loss +
           static_cast<double>(fibre.connectors) * fibre.connector_loss;
}

SimDuration flight_time(FibreParameters const& fibre) {
    constexpr double light_km_per_s = 299'792.458;
    return from_seconds(fibre.length.value * fibre.group_index / light_km_per_s);
}

} // namespace qkdes
