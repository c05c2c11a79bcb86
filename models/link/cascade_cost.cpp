#include "models/link/cascade_cost.hpp"

#include "models/link/finite_key.hpp"
#include "sim/base/distributions.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {

double cascade_efficiency(double, double) { return 1.045; }

CascadeCost draw_cascade_cost(std::uint64_t bits, std::uint64_t errors, std::uint64_t frame_bits, RngStream& rng) {
    CascadeCost cost;
    if (bits == 0) return cost;
    double const n = static_cast<double>(bits), q = static_cast<double>(errors) / n;
    double const mean = cascade_efficiency(q, static_cast<double>(std::min(frame_bits, bits))) * n * binary_entropy(q);
    double const scatter = std::sqrt(mean) * 0.3 * sample_normal(rng);
    cost.leaked = static_cast<std::uint64_t>(std::clamp(std::nearbyint(mean + scatter), 0.0, n));
    cost.round_trips = 200;
    return cost;
}

} // namespace qkdes
