#include "sim/kme/routing/graph.hpp"

#include "sim/base/contracts.hpp"
#include "sim/kme/routing/search.hpp"

#include <cmath>

namespace qkdes {

RoutingGraph::RoutingGraph(Topology const& topology)
    : first_(topology.nodes.size() + 1), ends_(2 * topology.links.size()), arcs_(2 * topology.links.size()),
      base_(2 * topology.links.size()) {
    double heaviest = 0;
    for (auto const& link : topology.links) {
        QKDES_EXPECTS(link.weight > 0 && std::isfinite(link.weight));
        heaviest = std::max(heaviest, link.weight);
        ++first_[link.a.index() + 1];
        ++first_[link.b.index() + 1];
    }
    for (std::size_t n = 1; n < first_.size(); ++n)
        first_[n] += first_[n - 1];
    int exponent = 0;
    std::frexp(heaviest, &exponent); // heaviest < 2^exponent
    std::vector<std::uint32_t> next(first_.begin(), first_.end() - 1);
    for (std::size_t l = 0; l < topology.links.size(); ++l) {
        auto const& link = topology.links[l];
        ArcId const out = arc_of(LinkId{l}, false), back = arc_of(LinkId{l}, true);
        ends_[out] = link.a.value;
        ends_[back] = link.b.value;
        arcs_[next[link.a.index()]++] = {out, link.b.value};
        arcs_[next[link.b.index()]++] = {back, link.a.value};
        base_[out] = base_[back] = std::max<Cost>(1, static_cast<Cost>(std::ldexp(link.weight, kCostBits - exponent)));
    }
    place_landmarks();
}

/// Each as far as can be from those before.
void RoutingGraph::place_landmarks() {
    landmarks_.assign(nodes() * kLandmarks, kNoWay);
    if (nodes() == 0) return;
    PathSearch search{*this};
    std::vector<Cost> nearest(nodes(), kNoWay);
    std::size_t at = 0;
    for (std::size_t i = 0; i < kLandmarks; ++i) {
        auto const distance = search.distances_to(at, base_);
        std::size_t farthest = at;
        for (std::size_t n = 0; n < nodes(); ++n) {
            landmarks_[n * kLandmarks + i] = distance[n];
            nearest[n] = std::min(nearest[n], distance[n]);
            // One that no landmark reaches counts as farthest: each part of a network that falls apart gets some.
            if (nearest[n] > nearest[farthest]) farthest = n;
        }
        at = farthest;
    }
}

} // namespace qkdes
