// The topology as searches want it: arcs by node, and whole-numbered costs, so that sums do not depend on the order of
// adding and ties are exact.
#pragma once
#include "sim/kme/topology.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace qkdes {

using Path = std::vector<LinkId>;

/// An arc is a link crossed one way: 2 * link from its `a` to its `b`, plus one the other way.
using ArcId = std::uint32_t;
constexpr ArcId arc_of(LinkId link, bool from_b) { return 2 * link.value + (from_b ? 1u : 0u); }
constexpr LinkId link_of(ArcId arc) { return LinkId{std::size_t{arc / 2}}; }

using Cost = std::uint64_t;
/// Of an arc that must not be used, and of a node that cannot be reached.
constexpr Cost kNoWay = std::numeric_limits<Cost>::max();
/// Weights become costs by the largest power of two that takes none beyond 2^32, so that sums of whole weights tie
/// where they did; rounded down, at least 1.
constexpr int kCostBits = 32;
/// No arc costs more, so that no path of any topology overflows.
constexpr Cost kCostLimit = Cost{1} << 46;

class RoutingGraph {
  public:
    struct Arc {
        ArcId id;
        std::uint32_t to; ///< node
    };
    explicit RoutingGraph(Topology const& topology);

    std::size_t nodes() const { return first_.size() - 1; }
    std::size_t links() const { return ends_.size() / 2; }
    std::size_t arcs() const { return ends_.size(); }
    /// Leaving a node, by link.
    std::span<Arc const> from(std::size_t node) const {
        return {arcs_.data() + first_[node], arcs_.data() + first_[node + 1]};
    }
    std::uint32_t origin(ArcId arc) const { return ends_[arc]; }
    std::uint32_t target(ArcId arc) const { return ends_[arc ^ 1]; }
    /// By arc, from the topology's weights; the same both ways.
    std::vector<Cost> const& base_costs() const { return base_; }

    /// What a path from one node to another costs by weight, at least: for A*. Distances to a few far-apart landmarks
    /// and the triangle inequality (A. Goldberg, C. Harrelson, "Computing the shortest path: A* search meets graph
    /// theory", SODA 2005, pp. 156-165), which holds for any weights and asks for no coordinates.
    Cost at_least(std::size_t from, std::size_t to) const {
        Cost bound = 0;
        Cost const *x = &landmarks_[from * kLandmarks], *y = &landmarks_[to * kLandmarks];
        for (std::size_t i = 0; i < kLandmarks; ++i) {
            if (x[i] == kNoWay || y[i] == kNoWay) continue;
            bound = std::max(bound, x[i] < y[i] ? y[i] - x[i] : x[i] - y[i]);
        }
        return bound;
    }

  private:
    static constexpr std::size_t kLandmarks = 8;
    void place_landmarks();

    std::vector<std::uint32_t> first_, ends_; ///< ends_: origin by arc
    std::vector<Arc> arcs_;
    std::vector<Cost> base_;
    std::vector<Cost> landmarks_; ///< by node, then landmark
};

} // namespace qkdes
