#include "sim/kme/routing/path_sets.hpp"

#include <queue>

namespace qkdes {

namespace {

/// One unit of flow per node and arc. A node is entered at 2n and left at 2n + 1.
class SplitFlow {
  public:
    SplitFlow(RoutingGraph const& graph, std::size_t from, std::size_t to, std::vector<Cost> const& costs)
        : graph_{graph}, costs_{costs}, start_{2 * from + 1}, end_{2 * to}, used_(graph.arcs()), passed_(graph.nodes()),
          potential_(2 * graph.nodes()) {}

    /// One more path; false when there is none.
    bool augment() {
        distance_.assign(2 * graph_.nodes(), kNoWay);
        before_.assign(2 * graph_.nodes(), {});
        std::priority_queue<std::pair<Cost, std::size_t>, std::vector<std::pair<Cost, std::size_t>>, std::greater<>>
            heap;
        distance_[start_] = 0;
        heap.emplace(0, start_);
        std::vector<char> settled(distance_.size());
        while (!heap.empty()) {
            auto const [so_far, half] = heap.top();
            heap.pop();
            if (settled[half]) continue;
            settled[half] = true;
            if (half == end_) break;
            auto const relax = [&, d = so_far, at = half](std::size_t next, std::int64_t cost, ArcId arc) {
                // Not negative under the potentials; whole numbers far below the limit.
                auto const reduced = static_cast<Cost>(cost + potential_[at] - potential_[next]);
                if (settled[next] || d + reduced >= distance_[next]) return;
                distance_[next] = d + reduced;
                before_[next] = {at, arc};
                heap.emplace(distance_[next], next);
            };
            std::size_t const node = half / 2;
            if (half % 2 == 1) {
                for (auto const& arc : graph_.from(node))
                    if (!used_[arc.id] && costs_[arc.id] != kNoWay && 2 * arc.to + 1 != start_)
                        relax(2 * arc.to, static_cast<std::int64_t>(costs_[arc.id]), arc.id);
                if (passed_[node]) relax(2 * node, 0, kWithin);
            } else {
                if (!passed_[node]) relax(2 * node + 1, 0, kWithin);
                for (auto const& arc : graph_.from(node)) // against the flow that enters here
                    if (used_[arc.id ^ 1])
                        relax(2 * arc.to + 1, -static_cast<std::int64_t>(costs_[arc.id ^ 1]), arc.id);
            }
        }
        if (!settled[end_]) return false;
        for (std::size_t half = 0; half < potential_.size(); ++half)
            potential_[half] += static_cast<std::int64_t>(std::min(distance_[half], distance_[end_]));
        for (std::size_t half = end_; half != start_;) {
            auto const [from, arc] = before_[half];
            if (arc == kWithin)
                passed_[half / 2] = half % 2 == 1;
            else if (half % 2 == 0)
                used_[arc] = true;
            else
                used_[arc ^ 1] = false;
            half = from;
        }
        return true;
    }

    std::vector<CostedPath> paths() const {
        std::vector<CostedPath> all;
        for (auto const& first : graph_.from(start_ / 2)) {
            if (!used_[first.id]) continue;
            CostedPath path;
            for (auto arc = first;;) {
                path.cost += costs_[arc.id];
                path.links.push_back(link_of(arc.id));
                if (2 * arc.to == end_) break;
                auto const onward = graph_.from(arc.to);
                arc = *std::find_if(onward.begin(), onward.end(), [&](auto const& a) { return used_[a.id]; });
            }
            all.push_back(std::move(path));
        }
        std::sort(all.begin(), all.end());
        return all;
    }

  private:
    static constexpr ArcId kWithin = 0xffffffffu; ///< from one half of a node to the other
    struct Step {
        std::size_t from = 0;
        ArcId arc = kWithin;
    };
    RoutingGraph const& graph_;
    std::vector<Cost> const& costs_;
    std::size_t start_, end_;
    std::vector<char> used_;   ///< by arc
    std::vector<char> passed_; ///< by node
    std::vector<std::int64_t> potential_;
    std::vector<Cost> distance_;
    std::vector<Step> before_;
};

} // namespace

std::vector<CostedPath> disjoint_paths(RoutingGraph const& graph, std::size_t from, std::size_t to,
                                       std::vector<Cost> const& costs, std::size_t k) {
    if (from == to) return {};
    SplitFlow flow{graph, from, to, costs};
    for (std::size_t i = 0; i < k && flow.augment(); ++i) {
    }
    return flow.paths();
}

} // namespace qkdes
