// The policies that look at link states. Each computes when what it looks at has changed, and remembers until then.
#include "sim/base/contracts.hpp"
#include "sim/base/portable_math.hpp"
#include "sim/kme/routing.hpp"
#include "sim/kme/routing/path_sets.hpp"
#include "sim/kme/routing/turns.hpp"

namespace qkdes {

namespace {

constexpr double kUnitBits = 256;
constexpr double kLongestWait = 3600; ///< s: what a half that gets no key counts as

struct Surroundings {
    RoutingConfig config;
    NodeId self;
    std::shared_ptr<RoutingGraph const> graph;
    LinkStateTable const& states;
};

/// By weight alone, without links that are down.
std::vector<Cost> costs_by_weight(Surroundings const& s) {
    auto costs = s.graph->base_costs();
    for (std::size_t l = 0; l < s.graph->links(); ++l)
        if (!s.states.up(LinkId{l})) costs[2 * l] = costs[2 * l + 1] = kNoWay;
    return costs;
}

/// Units that the arc's end can spend until the next advertisement; stale news count half.
std::uint64_t width_of(Surroundings const& s, ArcId arc) {
    if (!s.states.up(link_of(arc))) return 0;
    if (!s.states.qkd(arc)) return std::numeric_limits<std::uint64_t>::max(); // nothing runs out
    auto const& end = s.states.end(arc);
    double const soon = static_cast<double>(end.believed.rate) * seconds(s.config.advertise_every) / kUnitBits;
    std::uint64_t const units = end.believed.units + static_cast<std::uint64_t>(soon);
    return 1 + (end.stale ? units / 2 : units); // a dry link is better than none: key may come meanwhile
}

std::uint64_t narrowest(Surroundings const& s, Path const& path) {
    std::uint64_t width = std::numeric_limits<std::uint64_t>::max();
    std::size_t at = s.self.index();
    for (LinkId const link : path) {
        ArcId const arc = arc_of(link, s.graph->origin(arc_of(link, true)) == at);
        width = std::min(width, width_of(s, arc));
        at = s.graph->target(arc);
    }
    return width;
}

/// One path per destination, kept while nothing changes.
class OnePath : public PathPolicy {
  public:
    explicit OnePath(Surroundings s)
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

    Surroundings s_;
    PathSearch search_;

  private:
    std::vector<std::optional<Path>> routes_;
    std::vector<std::uint64_t> computed_; ///< at which version; versions begin at 1
    std::uint64_t prepared_ = 0;
};

class AStar final : public OnePath {
  public:
    using OnePath::OnePath;

  private:
    std::uint64_t looks_at() const override { return s_.states.reach_version(); }
    void prepare() override { costs_ = costs_by_weight(s_); }
    std::optional<Path> compute(std::size_t to) override { return cheapest(to, costs_); }
    std::vector<Cost> costs_;
};

class KeyAware final : public OnePath {
  public:
    using OnePath::OnePath;

  private:
    void prepare() override {
        costs_ = costs_by_weight(s_);
        for (ArcId arc = 0; arc < costs_.size(); ++arc)
            if (costs_[arc] != kNoWay) costs_[arc] = dearer(costs_[arc], arc);
    }
    Cost dearer(Cost weight, ArcId arc) const {
        if (!s_.states.qkd(arc)) return weight;
        auto const& end = s_.states.end(arc);
        auto const& config = s_.config;
        double factor = 1;
        if (end.stale || !end.known) factor += config.stale_cost;
        if (end.known) {
            double const units = end.believed.units;
            factor += config.level_cost * portable_exp(-std::min(units / config.level_scale, 700.0));
            if (end.believed.units == 0)
                factor +=
                    config.wait_cost * std::min(kUnitBits / std::max<double>(end.believed.rate, 1e-9), kLongestWait);
        }
        double const cost = static_cast<double>(weight) * factor;
        return cost < static_cast<double>(kCostLimit) ? static_cast<Cost>(cost) : kCostLimit;
    }
    std::optional<Path> compute(std::size_t to) override { return cheapest(to, costs_); }
    std::vector<Cost> costs_;
};

class Widest final : public OnePath {
  public:
    using OnePath::OnePath;

  private:
    void prepare() override {
        widths_.resize(s_.graph->arcs());
        for (ArcId arc = 0; arc < widths_.size(); ++arc)
            widths_[arc] = width_of(s_, arc);
    }
    /// Shortest among the widest: a search by both at once would keep a wide detour where the end is narrow anyway.
    std::optional<Path> compute(std::size_t to) override {
        std::uint64_t const width = search_.widest(s_.self.index(), to, widths_);
        if (width == 0) return std::nullopt;
        auto costs = s_.graph->base_costs();
        for (ArcId arc = 0; arc < costs.size(); ++arc)
            if (widths_[arc] < width) costs[arc] = kNoWay;
        return cheapest(to, costs);
    }
    std::vector<std::uint64_t> widths_;
};

/// Messages take turns among several paths, by the key at the narrowest link of each.
class SeveralPaths : public PathPolicy {
  public:
    explicit SeveralPaths(Surroundings s) : s_{std::move(s)}, known_(s_.graph->nodes()) {}
    std::optional<Path> route(NodeId to) final {
        if (to == s_.self) return Path{};
        auto const& known = look(to);
        if (known.paths.empty()) return std::nullopt;
        return known.paths[known.turns.heaviest()];
    }
    std::optional<Path> choose(NodeId to) final {
        if (to == s_.self) return Path{};
        auto& known = look(to);
        if (known.paths.empty()) return std::nullopt;
        return known.paths[known.turns.next()];
    }
    bool whole_path() const final { return true; }

  protected:
    virtual std::vector<CostedPath> compute(std::size_t to, std::vector<Cost> const& costs) = 0;
    Surroundings s_;

  private:
    struct Known {
        std::uint64_t reach = 0, version = 0; ///< of the states they were computed from; versions begin at 1
        std::vector<Path> paths;
        Turns turns;
    };
    Known& look(NodeId to) {
        Known& known = known_[to.index()];
        if (reach_ != s_.states.reach_version()) {
            costs_ = costs_by_weight(s_);
            reach_ = s_.states.reach_version();
        }
        if (known.reach != reach_) {
            known.reach = reach_;
            known.version = 0;
            std::vector<Path> paths;
            for (auto& path : compute(to.index(), costs_))
                paths.push_back(std::move(path.links));
            if (paths != known.paths) known.turns = Turns{paths.size()};
            known.paths = std::move(paths);
        }
        if (known.version != s_.states.version()) {
            known.version = s_.states.version();
            std::vector<std::uint64_t> widths;
            for (auto const& path : known.paths)
                widths.push_back(narrowest(s_, path));
            known.turns.weigh(std::move(widths));
        }
        return known;
    }
    std::vector<Known> known_;
    std::vector<Cost> costs_;
    std::uint64_t reach_ = 0;
};

class KShortest final : public SeveralPaths {
  public:
    explicit KShortest(Surroundings s) : SeveralPaths{std::move(s)}, search_{*s_.graph} {}

  private:
    std::vector<CostedPath> compute(std::size_t to, std::vector<Cost> const& costs) override {
        return k_shortest_paths(search_, *s_.graph, s_.self.index(), to, costs, s_.config.paths);
    }
    PathSearch search_;
};

class Disjoint final : public SeveralPaths {
  public:
    using SeveralPaths::SeveralPaths;

  private:
    std::vector<CostedPath> compute(std::size_t to, std::vector<Cost> const& costs) override {
        return disjoint_paths(*s_.graph, s_.self.index(), to, costs, s_.config.paths);
    }
};

} // namespace

std::unique_ptr<PathPolicy> make_policy(RoutingConfig const& config, NodeId self,
                                        std::shared_ptr<Topology const> topology,
                                        std::shared_ptr<RoutingGraph const> graph, LinkStateTable const& states) {
    if (config.policy == Routing::static_dijkstra)
        return std::make_unique<StaticShortestPath>(self, std::move(topology));
    QKDES_EXPECTS(graph != nullptr && config.paths > 0);
    Surroundings s{config, self, std::move(graph), states};
    switch (config.policy) {
    case Routing::static_dijkstra:
        break;
    case Routing::a_star:
        return std::make_unique<AStar>(std::move(s));
    case Routing::key_aware:
        return std::make_unique<KeyAware>(std::move(s));
    case Routing::widest:
        return std::make_unique<Widest>(std::move(s));
    case Routing::k_shortest:
        return std::make_unique<KShortest>(std::move(s));
    case Routing::disjoint:
        return std::make_unique<Disjoint>(std::move(s));
    }
    QKDES_EXPECTS(false);
    return nullptr;
}

} // namespace qkdes
