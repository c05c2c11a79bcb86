// Cheapest paths under given costs: Dijkstra's search, and A* when the caller knows what is left to go at least
// (P. Hart, N. Nilsson, B. Raphael, IEEE Trans. Syst. Sci. Cybern. 4, 100 (1968), doi:10.1109/TSSC.1968.300136).
//
// Holds: of all cheapest paths the result is the one whose first differing link has the lowest number, whatever the
// potential: a route depends on costs alone, not on how it was found.
// Leaves out: paths that pass a node twice; costs are at least 1, so none is cheapest.
// Checked: against every path of small graphs, tests/sim/kme/routing_search_test.cpp.
#pragma once
#include "sim/base/contracts.hpp"
#include "sim/kme/routing/graph.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace qkdes {

struct CostedPath {
    Cost cost = 0;
    Path links;
    auto operator<=>(CostedPath const&) const = default;
};

/// Keeps its memory between searches. One search at a time; the graph outlives it.
class PathSearch {
  public:
    explicit PathSearch(RoutingGraph const& graph)
        : graph_{graph}, cost_(graph.nodes(), kNoWay), mark_(graph.nodes()), banned_(graph.nodes()) {}

    /// To a node from every other; kNoWay from where it cannot be reached.
    std::vector<Cost> distances_to(std::size_t to, std::vector<Cost> const& costs);

    /// `left(node)` is at most the cost of the cheapest path from the node to `to`, and kNoWay only if there is none;
    /// it falls by at most the arc's cost along every arc.
    template <class Left>
    std::optional<CostedPath> cheapest(std::size_t from, std::size_t to, std::vector<Cost> const& costs, Left left);

    /// The widest path by `widths` (by arc; 0: no way) between two nodes: the width of its narrowest arc; 0 if none.
    std::uint64_t widest(std::size_t from, std::size_t to, std::vector<std::uint64_t> const& widths);

    /// Nodes that no path may pass, until allow_all().
    void ban(std::size_t node) {
        banned_[node] = true;
        bans_.push_back(node);
    }
    void allow_all() {
        for (auto node : bans_)
            banned_[node] = false;
        bans_.clear();
    }

  private:
    using Entry = std::pair<Cost, std::uint32_t>;
    void push(Cost cost, std::uint32_t node) {
        heap_.emplace_back(cost, node);
        std::push_heap(heap_.begin(), heap_.end(), std::greater<>{});
    }
    Entry pop() {
        std::pop_heap(heap_.begin(), heap_.end(), std::greater<>{});
        Entry const entry = heap_.back();
        heap_.pop_back();
        return entry;
    }
    void clear() {
        for (auto node : touched_) {
            cost_[node] = kNoWay;
            mark_[node] = false;
        }
        touched_.clear();
        heap_.clear();
    }
    CostedPath first_of_cheapest(std::size_t from, std::size_t to, std::vector<Cost> const& costs);

    RoutingGraph const& graph_;
    std::vector<Cost> cost_; ///< so far, from the start; of nodes not touched kNoWay
    std::vector<char> mark_; ///< lies on a cheapest path
    std::vector<char> banned_;
    std::vector<std::size_t> bans_;
    std::vector<std::uint32_t> touched_;
    std::vector<Entry> heap_;
};

template <class Left>
std::optional<CostedPath> PathSearch::cheapest(std::size_t from, std::size_t to, std::vector<Cost> const& costs,
                                               Left left) {
    QKDES_EXPECTS(costs.size() == graph_.arcs());
    clear();
    Cost const start = left(from);
    if (start == kNoWay || banned_[from] || banned_[to]) return std::nullopt;
    cost_[from] = 0;
    touched_.push_back(static_cast<std::uint32_t>(from));
    push(start, static_cast<std::uint32_t>(from));
    while (!heap_.empty()) {
        if (heap_.front().first > cost_[to]) break; // every node of every cheapest path is settled
        auto const [estimate, node] = pop();
        if (node == to || estimate != cost_[node] + left(node)) continue; // found, or found cheaper since
        for (auto const& arc : graph_.from(node)) {
            Cost const cost = costs[arc.id];
            if (cost == kNoWay || banned_[arc.to] || cost_[node] + cost >= cost_[arc.to]) continue;
            Cost const rest = left(arc.to);
            if (rest == kNoWay) continue;
            if (cost_[arc.to] == kNoWay) touched_.push_back(arc.to);
            cost_[arc.to] = cost_[node] + cost;
            push(cost_[arc.to] + rest, arc.to);
        }
    }
    if (cost_[to] == kNoWay) return std::nullopt;
    return first_of_cheapest(from, to, costs);
}

} // namespace qkdes
