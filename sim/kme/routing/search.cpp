#include "sim/kme/routing/search.hpp"

namespace qkdes {

std::vector<Cost> PathSearch::distances_to(std::size_t to, std::vector<Cost> const& costs) {
    QKDES_EXPECTS(costs.size() == graph_.arcs());
    clear();
    std::vector<Cost> distance(graph_.nodes(), kNoWay);
    if (banned_[to]) return distance;
    distance[to] = 0;
    push(0, static_cast<std::uint32_t>(to));
    while (!heap_.empty()) {
        auto const [so_far, node] = pop();
        if (so_far != distance[node]) continue;
        for (auto const& arc : graph_.from(node)) { // backwards: it is entered by the arc's twin
            Cost const cost = costs[arc.id ^ 1];
            if (cost == kNoWay || banned_[arc.to] || so_far + cost >= distance[arc.to]) continue;
            distance[arc.to] = so_far + cost;
            push(distance[arc.to], arc.to);
        }
    }
    return distance;
}

/// Back from the end along arcs that close a cheapest path, then forward by the lowest link.
CostedPath PathSearch::first_of_cheapest(std::size_t from, std::size_t to, std::vector<Cost> const& costs) {
    std::vector<std::uint32_t> open{static_cast<std::uint32_t>(to)};
    mark_[to] = true;
    while (!open.empty()) {
        auto const node = open.back();
        open.pop_back();
        for (auto const& arc : graph_.from(node)) {
            Cost const cost = costs[arc.id ^ 1];
            if (cost == kNoWay || cost_[arc.to] == kNoWay || mark_[arc.to]) continue;
            if (cost_[arc.to] + cost != cost_[node]) continue;
            mark_[arc.to] = true;
            open.push_back(arc.to);
        }
    }
    CostedPath path{cost_[to], {}};
    for (std::size_t at = from; at != to;) {
        auto const arcs = graph_.from(at);
        auto const next = std::find_if(arcs.begin(), arcs.end(), [&](auto const& arc) {
            return costs[arc.id] != kNoWay && mark_[arc.to] && cost_[at] + costs[arc.id] == cost_[arc.to];
        });
        QKDES_ENSURES(next != arcs.end());
        path.links.push_back(link_of(next->id));
        at = next->to;
    }
    return path;
}

std::uint64_t PathSearch::widest(std::size_t from, std::size_t to, std::vector<std::uint64_t> const& widths) {
    QKDES_EXPECTS(widths.size() == graph_.arcs());
    clear();
    // As cheapest paths, with the widest first: what is kept is how narrow a path has become, turned round.
    constexpr std::uint64_t all = kNoWay - 1;
    cost_[from] = 0;
    touched_.push_back(static_cast<std::uint32_t>(from));
    push(0, static_cast<std::uint32_t>(from));
    while (!heap_.empty()) {
        auto const [narrowed, node] = pop();
        if (node == to) return all - narrowed;
        if (narrowed != cost_[node]) continue;
        for (auto const& arc : graph_.from(node)) {
            if (widths[arc.id] == 0 || banned_[arc.to]) continue;
            Cost const after = std::max(narrowed, all - std::min(widths[arc.id], all));
            if (after >= cost_[arc.to]) continue;
            if (cost_[arc.to] == kNoWay) touched_.push_back(arc.to);
            cost_[arc.to] = after;
            push(after, arc.to);
        }
    }
    return 0;
}

} // namespace qkdes
