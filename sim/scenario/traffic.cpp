#include "sim/scenario/traffic.hpp"

#include "sim/base/units.hpp"

#include <functional>
#include <limits>
#include <queue>

namespace qkdes {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

struct Arc {
    std::size_t link, to;
    double cost;
};
using Arcs = std::vector<std::vector<Arc>>; ///< by node, links in the order of the file

Arcs arcs_of(Scenario const& scenario) {
    Arcs arcs(scenario.nodes.size());
    for (std::size_t l = 0; l < scenario.links.size(); ++l) {
        LinkSpec const& link = scenario.links[l];
        double const cost = scenario.routing.weight == RoutingWeight::latency  ? seconds(link.classical.latency)
                            : scenario.routing.weight == RoutingWeight::length ? link.fibre.length.value
                                                                               : 1.0;
        arcs[link.a.index()].push_back({l, link.b.index(), cost});
        arcs[link.b.index()].push_back({l, link.a.index(), cost});
    }
    return arcs;
}

/// From every node to `to`.
std::vector<double> distances(Arcs const& arcs, std::size_t to) {
    std::vector<double> left(arcs.size(), kNever);
    using Entry = std::pair<double, std::size_t>;
    std::priority_queue<Entry, std::vector<Entry>, std::greater<>> open;
    open.emplace(left[to] = 0, to);
    while (!open.empty()) {
        auto const [distance, node] = open.top();
        open.pop();
        if (distance > left[node]) continue;
        for (auto const& arc : arcs[node])
            if (distance + arc.cost < left[arc.to]) open.emplace(left[arc.to] = distance + arc.cost, arc.to);
    }
    return left;
}

double requests_per_second(DemandSpec const& demand) {
    if (demand.poisson) return demand.poisson->per_second;
    if (demand.bursts) return demand.bursts->requests / seconds(demand.bursts->every);
    return demand.closed_loop->clients / (seconds(demand.closed_loop->think) + 1.0);
}

double bits_per_second(DemandSpec const& demand) {
    return requests_per_second(demand) * demand.number * demand.key_bits;
}

} // namespace

Traffic expected_traffic(Scenario const& scenario) {
    Traffic out;
    out.links.resize(scenario.links.size());
    out.nodes.resize(scenario.nodes.size());
    out.through.resize(scenario.nodes.size());
    out.applications.resize(scenario.applications.size());
    Arcs const arcs = arcs_of(scenario);
    for (auto const& demand : scenario.demands) {
        double const load = bits_per_second(demand);
        out.applications[demand.from.index()] += load;
        std::size_t at = scenario.applications[demand.from.index()].node.index();
        std::size_t const to = scenario.applications[demand.to.index()].node.index();
        auto const left = distances(arcs, to);
        if (left[at] == kNever) continue;
        out.nodes[at] += load;
        while (at != to) {
            // Sums of the same weights in another order may differ by a rounding: the nearest end decides.
            Arc const* next = nullptr;
            for (auto const& arc : arcs[at])
                if (left[arc.to] < left[at] &&
                    (next == nullptr || arc.cost + left[arc.to] < (next->cost + left[next->to]) * (1 - 1e-12)))
                    next = &arc;
            if (next == nullptr) break; // weights of 0 everywhere
            out.links[next->link] += load;
            at = next->to;
            out.nodes[at] += load;
            if (at != to) out.through[at] += load;
        }
    }
    return out;
}

} // namespace qkdes
