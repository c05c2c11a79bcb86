#include "sim/kme/routing/path_sets.hpp"

#include <set>

namespace qkdes {

std::vector<CostedPath> k_shortest_paths(PathSearch& search, RoutingGraph const& graph, std::size_t from,
                                         std::size_t to, std::vector<Cost> const& costs, std::size_t k) {
    std::vector<CostedPath> found;
    if (k == 0 || from == to) return found;
    auto const left = search.distances_to(to, costs);
    auto const exact = [&](std::size_t node) { return left[node]; };
    auto first = search.cheapest(from, to, costs, exact);
    if (!first) return found;
    found.push_back(std::move(*first));

    std::set<CostedPath> candidates;
    std::vector<Cost> allowed = costs;
    while (found.size() < k) {
        Path const& last = found.back().links;
        Cost root_cost = 0;
        std::size_t at = from;
        for (std::size_t i = 0; i < last.size(); ++i) {
            // Leaves the last path after i links, by a link that no path found so far takes after the same beginning.
            std::vector<ArcId> closed;
            for (auto const& path : found) {
                if (path.links.size() <= i || !std::equal(last.begin(), last.begin() + i, path.links.begin())) continue;
                ArcId const arc = arc_of(path.links[i], graph.origin(arc_of(path.links[i], true)) == at);
                closed.push_back(arc);
                allowed[arc] = kNoWay;
            }
            if (auto spur = search.cheapest(at, to, allowed, exact)) {
                CostedPath path{root_cost + spur->cost, Path(last.begin(), last.begin() + i)};
                path.links.insert(path.links.end(), spur->links.begin(), spur->links.end());
                candidates.insert(std::move(path));
            }
            for (ArcId const arc : closed)
                allowed[arc] = costs[arc];
            search.ban(at);
            ArcId const arc = arc_of(last[i], graph.origin(arc_of(last[i], true)) == at);
            root_cost += costs[arc];
            at = graph.target(arc);
        }
        search.allow_all();
        if (candidates.empty()) break;
        found.push_back(std::move(candidates.extract(candidates.begin()).value()));
    }
    return found;
}

} // namespace qkdes
