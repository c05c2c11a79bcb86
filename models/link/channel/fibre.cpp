#include "models/link/channel/fibre.hpp"

namespace qkdes {

SimDuration flight_time(FibreParameters const& fibre) {
    constexpr double light_km_per_s = 299'792.458;
    return from_seconds(fibre.length.value * fibre.group_index / light_km_per_s);
}

} // namespace qkdes
