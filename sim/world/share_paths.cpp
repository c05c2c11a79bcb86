#include "sim/world/share_paths.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/routing/path_sets.hpp"
#include "sim/kme/shares/availability.hpp"

#include <algorithm>
#include <map>

namespace qkdes {

namespace {

CourierPath steps_of(Topology const& topology, NodeId from, std::span<LinkId const> links) {
    CourierPath out;
    for (LinkId link : links) {
        auto const& ends = topology.links[link.index()];
        from = ends.a == from ? ends.b : ends.a;
        out.push_back({link, from});
    }
    return out;
}

} // namespace

SharePaths share_paths(Topology const& topology, NodeId from, std::span<NodeId const> ends) {
    SharePaths out;
    out.to.resize(ends.size());
    Topology fan = topology;
    NodeId const sink{fan.nodes.size()};
    fan.nodes.emplace_back();
    double lightest = 1;
    for (auto const& link : topology.links)
        lightest = std::min(lightest, link.weight);
    std::map<LinkId, std::size_t> last; // links to the sink, and whose
    for (std::size_t i = 0; i < ends.size(); ++i) {
        if (ends[i] == from) continue;
        last.emplace(LinkId{fan.links.size()}, i);
        fan.links.push_back({ends[i], sink, lightest, false});
    }
    RoutingGraph const with_sink{fan}, graph{topology};
    if (!last.empty())
        for (auto const& path :
             disjoint_paths(with_sink, from.index(), sink.index(), with_sink.base_costs(), last.size()))
            out.to[last.at(path.links.back())] =
                steps_of(topology, from, std::span{path.links}.first(path.links.size() - 1));
    PathSearch search{graph};
    for (std::size_t i = 0; i < ends.size(); ++i) {
        if (ends[i] == from || !out.to[i].empty()) continue;
        auto const path =
            search.cheapest(from.index(), ends[i].index(), graph.base_costs(), [](auto) { return Cost{0}; });
        QKDES_EXPECTS(path.has_value());
        out.to[i] = steps_of(topology, from, path->links);
    }
    std::map<NodeId, int> passed;
    for (auto const& path : out.to)
        for (auto const& step : path)
            ++passed[step.to];
    for (auto const& [node, times] : passed)
        if (times > 1) out.common.push_back(node);
    return out;
}

std::optional<double> chance_of_k(std::span<CourierPath const> paths, std::vector<double> const& up, std::size_t k) {
    std::map<LinkId, int> used;
    for (auto const& path : paths)
        for (auto const& step : path)
            ++used[step.link];
    std::vector<LinkId> shared;
    for (auto const& [link, times] : used)
        if (times > 1 && up[link.index()] < 1) shared.push_back(link);
    if (shared.size() > 16) return std::nullopt;
    double sum = 0;
    for (std::uint32_t state = 0; state < std::uint32_t{1} << shared.size(); ++state) {
        double weight = 1;
        for (std::size_t i = 0; i < shared.size(); ++i)
            weight *= (state >> i & 1) != 0 ? up[shared[i].index()] : 1 - up[shared[i].index()];
        std::vector<SharedRisk> risks;
        for (auto const& path : paths) {
            double open = 1;
            for (auto const& step : path) {
                auto const at = std::ranges::find(shared, step.link);
                open *= at == shared.end()                          ? up[step.link.index()]
                        : (state >> (at - shared.begin()) & 1) != 0 ? 1.0
                                                                    : 0.0;
            }
            risks.push_back({1, {open}});
        }
        sum += weight * at_least(risks, k);
    }
    return sum;
}

} // namespace qkdes
