#include "sim/study/plan/load_factor.hpp"

#include "sim/base/contracts.hpp"
#include "sim/scenario/quantity.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace qkdes {

namespace {

std::uint64_t clients_of(ClosedLoopArrivals const& loop, double factor) {
    return static_cast<std::uint64_t>(std::clamp(std::round(loop.clients * factor), 1.0, 1e6));
}

SimDuration every_of(BurstArrivals const& bursts, double factor) {
    return std::max(SimDuration{1}, SimDuration{std::llround(static_cast<double>(bursts.every.count()) / factor)});
}

} // namespace

std::vector<std::string> load_overrides(Scenario const& scenario, std::span<std::size_t const> demands, double factor) {
    QKDES_EXPECTS(factor > 0);
    std::vector<std::string> out;
    for (std::size_t const d : demands) {
        DemandSpec const& demand = scenario.demands.at(d);
        std::string const at = fmt::format("/demands/{}/arrivals", d);
        if (demand.poisson)
            out.push_back(fmt::format("{}/poisson={} /s", at, print_number(demand.poisson->per_second * factor)));
        else if (demand.bursts)
            out.push_back(fmt::format("{}/bursts/every={} ns", at, every_of(*demand.bursts, factor).count()));
        else
            out.push_back(fmt::format("{}/closed_loop/clients={}", at, clients_of(*demand.closed_loop, factor)));
    }
    return out;
}

OfferedLoad offered_load(Scenario const& scenario, std::span<std::size_t const> demands, double factor) {
    OfferedLoad out;
    for (std::size_t d = 0; d < scenario.demands.size(); ++d) {
        DemandSpec const& demand = scenario.demands[d];
        double const own = std::ranges::find(demands, d) != demands.end() ? factor : 1;
        double rate = 0;
        if (demand.poisson)
            rate = demand.poisson->per_second * own;
        else if (demand.bursts)
            rate = demand.bursts->requests / seconds(every_of(*demand.bursts, own));
        else
            out.clients += clients_of(*demand.closed_loop, own);
        out.requests += rate;
        out.bits += rate * demand.number * demand.key_bits;
    }
    return out;
}

} // namespace qkdes
