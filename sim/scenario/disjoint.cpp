#include "sim/scenario/disjoint.hpp"

#include <vector>

namespace qkdes {

namespace {

/// Each node is an entrance 2n and an exit 2n + 1, joined by an arc of capacity one.
class Flow {
  public:
    explicit Flow(std::size_t nodes) : arcs_(2 * nodes) {
        for (std::size_t n = 0; n < nodes; ++n)
            join(2 * n, 2 * n + 1);
    }
    void link(std::size_t a, std::size_t b) {
        join(2 * a + 1, 2 * b);
        join(2 * b + 1, 2 * a);
    }
    bool augment(std::size_t from, std::size_t to) {
        std::vector<std::pair<std::size_t, std::size_t>> came(arcs_.size(), {kNowhere, 0});
        std::vector<std::size_t> open{2 * from + 1};
        came[open.front()] = {open.front(), 0};
        for (std::size_t i = 0; i < open.size() && came[2 * to].first == kNowhere; ++i)
            for (std::size_t a = 0; a < arcs_[open[i]].size(); ++a) {
                Arc const& arc = arcs_[open[i]][a];
                if (!arc.open || came[arc.to].first != kNowhere) continue;
                came[arc.to] = {open[i], a};
                open.push_back(arc.to);
            }
        if (came[2 * to].first == kNowhere) return false;
        for (std::size_t at = 2 * to; at != 2 * from + 1; at = came[at].first) {
            Arc& arc = arcs_[came[at].first][came[at].second];
            arc.open = false;
            arcs_[arc.to][arc.twin].open = true;
        }
        return true;
    }

  private:
    static constexpr std::size_t kNowhere = ~std::size_t{0};
    struct Arc {
        std::size_t to, twin;
        bool open;
    };
    void join(std::size_t a, std::size_t b) {
        arcs_[a].push_back({b, arcs_[b].size(), true});
        arcs_[b].push_back({a, arcs_[a].size() - 1, false});
    }
    std::vector<std::vector<Arc>> arcs_;
};

} // namespace

std::size_t disjoint_paths_between(Scenario const& scenario, NodeId from, NodeId to, std::size_t at_most) {
    Flow flow{scenario.nodes.size()};
    for (auto const& link : scenario.links)
        if (link.a.valid() && link.b.valid() && link.a != link.b) flow.link(link.a.index(), link.b.index());
    std::size_t found = 0;
    while (found < at_most && flow.augment(from.index(), to.index()))
        ++found;
    return found;
}

} // namespace qkdes
