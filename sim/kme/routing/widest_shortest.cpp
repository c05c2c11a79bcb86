// Of the shortest paths the one with most key at its narrowest link: no key is spent on detours, equal ways share the
// load, and a path gets shorter with every hop, so that relays which disagree about levels still make no loop.
//
//   R. Guerin, A. Orda, D. Williams, "QoS routing mechanisms and OSPF extensions", GLOBECOM 1997,
//   doi:10.1109/GLOCOM.1997.644603, there with bandwidth for key.
//
// Checked: against all paths of small graphs, tests/sim/kme/routing_policies_test.cpp.
#include "sim/kme/routing/one_path.hpp"

#include <algorithm>

namespace qkdes {

namespace {

class WidestShortest final : public OnePath {
  public:
    using OnePath::OnePath;

  private:
    void prepare() override {
        costs_ = costs_by_weight(s_);
        widths_.resize(s_.graph->arcs());
        for (ArcId arc = 0; arc < widths_.size(); ++arc)
            widths_[arc] = width_of(s_, arc);
        levels_ = widths_;
        std::ranges::sort(levels_);
        auto const same = std::ranges::unique(levels_);
        levels_.erase(same.begin(), same.end());
    }

    /// The less may be narrow, the longer the shortest path: the last level at which it is no longer is searched for.
    std::optional<Path> compute(std::size_t to) override {
        auto best = among(to, 0);
        if (!best) return std::nullopt;
        std::size_t low = 0, high = levels_.size(); // as short at levels_[low], not at levels_[high]
        while (high - low > 1) {
            std::size_t const middle = low + (high - low) / 2;
            auto found = among(to, levels_[middle]);
            if (found && found->cost == best->cost) {
                best = std::move(found);
                low = middle;
            } else {
                high = middle;
            }
        }
        return std::move(best->links);
    }
    std::optional<CostedPath> among(std::size_t to, std::uint64_t at_least_wide) {
        auto costs = costs_;
        for (ArcId arc = 0; arc < costs.size(); ++arc)
            if (widths_[arc] < at_least_wide) costs[arc] = kNoWay;
        return search_.cheapest(s_.self.index(), to, costs,
                                [&](std::size_t node) { return s_.graph->at_least(node, to); });
    }

    std::vector<Cost> costs_;
    std::vector<std::uint64_t> widths_, levels_; ///< by arc; sorted, each once
};

} // namespace

std::unique_ptr<PathPolicy> make_widest_shortest(PolicyParts parts) {
    return std::make_unique<WidestShortest>(std::move(parts));
}

} // namespace qkdes
