#include "sim/kme/routing.hpp"

#include "sim/base/contracts.hpp"

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace qkdes {

namespace {

NodeId other_end(TopologyLink const& link, NodeId end) { return link.a == end ? link.b : link.a; }

std::vector<double> distances_from(NodeId source, Topology const& topology) {
    using Weight = boost::property<boost::edge_weight_t, double>;
    using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS, boost::no_property, Weight>;
    Graph graph{topology.nodes.size()};
    for (auto const& link : topology.links) {
        QKDES_EXPECTS(link.weight > 0 && std::isfinite(link.weight));
        boost::add_edge(link.a.index(), link.b.index(), Weight{link.weight}, graph);
    }
    std::vector<double> distance(topology.nodes.size());
    boost::dijkstra_shortest_paths(
        graph, source.index(),
        boost::distance_map(boost::make_iterator_property_map(distance.begin(), get(boost::vertex_index, graph)))
            .distance_inf(std::numeric_limits<double>::infinity()));
    return distance;
}

} // namespace

StaticShortestPath::StaticShortestPath(NodeId self, std::shared_ptr<Topology const> topology)
    : self_{self}, topology_{std::move(topology)} {}

void StaticShortestPath::compute() {
    computed_ = true;
    auto const distance = distances_from(self_, *topology_);
    std::vector<std::vector<LinkId>> links(topology_->nodes.size());
    for (std::size_t i = 0; i < topology_->links.size(); ++i) {
        links[topology_->links[i].a.index()].emplace_back(i);
        links[topology_->links[i].b.index()].emplace_back(i);
    }
    std::vector<std::size_t> order(distance.size()); // nearest first: every predecessor is settled before it is used
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [&](auto x, auto y) { return distance[x] != distance[y] ? distance[x] < distance[y] : x < y; });

    last_link_.assign(distance.size(), LinkId{});
    ports_ = links[self_.index()];
    QKDES_EXPECTS(ports_.size() <= kMostPorts);
    next_.assign(distance.size(), {});
    std::vector<LinkId> ties;
    for (std::size_t const node : order) {
        if (node == self_.index() || std::isinf(distance[node])) continue;
        ties.clear();
        for (LinkId const link : links[node]) {
            auto const& edge = topology_->links[link.index()];
            NodeId const before = other_end(edge, NodeId{node});
            // Dijkstra made each distance by this very sum, so the comparison is exact.
            if (distance[before.index()] >= distance[node]) continue;
            if (distance[before.index()] + edge.weight == distance[node]) ties.push_back(link);
        }
        QKDES_ENSURES(!ties.empty());
        std::vector<LinkId> best;
        for (LinkId const link : ties) {
            last_link_[node] = link;
            if (ties.size() == 1) break;
            auto candidate = *route(NodeId{node});
            if (best.empty() || candidate < best) best = std::move(candidate);
        }
        if (!best.empty()) last_link_[node] = best.back();
        LinkId const last = last_link_[node];
        ShortNext next = next_[other_end(topology_->links[last.index()], NodeId{node}).index()];
        if (next.hops == 0)
            next.port =
                static_cast<std::uint32_t>(std::ranges::lower_bound(ports_, last) - ports_.begin()) % kMostPorts;
        next.hops = std::min(next.hops + 1u, kMostHops) & kMostHops;
        next_[node] = next;
    }
}

std::optional<PathPolicy::Next> StaticShortestPath::next(NodeId to) {
    if (!computed_) compute();
    ShortNext const found = next_[to.index()];
    if (found.hops == 0) return std::nullopt;
    return Next{ports_[found.port], found.hops};
}

std::optional<std::vector<LinkId>> StaticShortestPath::route(NodeId to) {
    if (!computed_) compute();
    std::vector<LinkId> links;
    for (NodeId at = to; at != self_;) {
        LinkId const link = last_link_[at.index()];
        if (!link.valid()) return std::nullopt;
        links.push_back(link);
        at = other_end(topology_->links[link.index()], at);
    }
    std::reverse(links.begin(), links.end());
    return links;
}

} // namespace qkdes
