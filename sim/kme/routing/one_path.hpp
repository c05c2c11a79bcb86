// What policies with one path per destination have in common: they compute it when what they look at has changed, and
// remember it until then. A policy of this kind is a class with prepare() and compute(); widest_shortest.cpp is one.
#pragma once
#include "sim/kme/routing.hpp"
#include "sim/kme/routing/search.hpp"

namespace qkdes {

/// What a policy is made over.
struct PolicyParts {
    RoutingConfig config;
    NodeId self;
    std::shared_ptr<RoutingGraph const> graph;
    LinkStateTable const& states;
};

/// By weight alone, without links that are down.
std::vector<Cost> costs_by_weight(PolicyParts const& s);

/// Units that the arc's end can spend until the next advertisement, at least 1; 0 when the link is down; stale news
/// count half, and what needs no key is as wide as can be.
std::uint64_t width_of(PolicyParts const& s, ArcId arc);

/// One path per destination, kept while nothing changes.
class OnePath : public PathPolicy {
  public:
    explicit OnePath(PolicyParts s)
        : s_{std::move(s)}, search_{*s_.graph}, routes_(s_.graph->nodes()), computed_(s_.graph->nodes()) {}
    std::optional<Path> route(NodeId to) final {
        if (to == s_.self) return Path{};
        std::uint64_t const now = looks_at();
        if (prepared_ != now) {
            prepare();
            prepared_ = now;
        }
        if (computed_[to.index()] != now) {
            routes_[to.index()] = compute(to.index());
            computed_[to.index()] = now;
        }
        return routes_[to.index()];
    }

  protected:
    virtual std::uint64_t looks_at() const { return s_.states.version(); }
    virtual void prepare() = 0;
    virtual std::optional<Path> compute(std::size_t to) = 0;
    std::optional<Path> cheapest(std::size_t to, std::vector<Cost> const& costs) {
        // Costs are at least the weights', so what holds for these bounds them too.
        auto found = search_.cheapest(s_.self.index(), to, costs,
                                      [&](std::size_t node) { return s_.graph->at_least(node, to); });
        if (!found) return std::nullopt;
        return std::move(found->links);
    }

    PolicyParts s_;
    PathSearch search_;

  private:
    std::vector<std::optional<Path>> routes_;
    std::vector<std::uint64_t> computed_; ///< at which version; versions begin at 1
    std::uint64_t prepared_ = 0;
};

/// widest_shortest.cpp
std::unique_ptr<PathPolicy> make_widest_shortest(PolicyParts parts);

} // namespace qkdes
