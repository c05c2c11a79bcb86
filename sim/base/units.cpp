#include "sim/base/units.hpp"

#include "sim/base/contracts.hpp"

#include <cmath>

namespace qkdes {

double transmittance(Decibels loss) { return std::pow(10.0, -loss.value / 10.0); }

SimDuration from_seconds(double s) {
    QKDES_EXPECTS(!std::isnan(s));
    double const ns = std::nearbyint(s * 1e9);
    if (ns >= 9.2e18) return SimDuration::max();
    if (ns <= -9.2e18) return SimDuration::min();
    return SimDuration{static_cast<SimDuration::rep>(ns)};
}

} // namespace qkdes
