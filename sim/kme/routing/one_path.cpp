#include "sim/kme/routing/one_path.hpp"

#include <limits>

namespace qkdes {

namespace {
constexpr double kUnitBits = 256;
} // namespace

std::vector<Cost> costs_by_weight(PolicyParts const& s) {
    auto costs = s.graph->base_costs();
    for (std::size_t l = 0; l < s.graph->links(); ++l)
        if (!s.states.up(LinkId{l})) costs[2 * l] = costs[2 * l + 1] = kNoWay;
    return costs;
}

std::uint64_t width_of(PolicyParts const& s, ArcId arc) {
    if (!s.states.up(link_of(arc))) return 0;
    if (!s.states.qkd(arc)) return std::numeric_limits<std::uint64_t>::max(); // nothing runs out
    auto const& end = s.states.end(arc);
    double const soon = static_cast<double>(end.believed.rate) * seconds(s.config.advertise_every) / kUnitBits;
    std::uint64_t const units = end.believed.units + static_cast<std::uint64_t>(soon);
    return 1 + (end.stale ? units / 2 : units); // a dry link is better than none: key may come meanwhile
}

} // namespace qkdes
