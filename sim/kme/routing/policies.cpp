// The policies that look at link states. Each computes when what it looks at has changed, and remembers until then.
#include "sim/base/contracts.hpp"
#include "sim/base/portable_math.hpp"
#include "sim/kme/routing/one_path.hpp"
#include "sim/kme/routing/path_sets.hpp"
#include "sim/kme/routing/turns.hpp"

namespace qkdes {

namespace {

constexpr double kUnitBits = 256;
constexpr double kLongestWait = 3600; ///< s: what a half that gets no key counts as

std::uint64_t narrowest(PolicyParts const& s, Path const& path) {
    std::uint64_t width = std::numeric_limits<std::uint64_t>::max();
    std::size_t at = s.self.index();
    for (LinkId const link : path) {
        ArcId const arc = arc_of(link, s.graph->origin(arc_of(link, true)) == at);
        width = std::min(width, width_of(s, arc));
        at = s.graph->target(arc);
    }
    return width;
}

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
        last_.resize(costs_.size());
        for (ArcId arc = 0; arc < costs_.size(); ++arc)
            if (costs_[arc] != kNoWay) costs_[arc] = remembered(costs_[arc], arc);
    }
    /// Of hundreds of ends one or two have changed since the last time, and each takes an exponential.
    Cost remembered(Cost weight, ArcId arc) {
        auto const& end = s_.states.end(arc);
        Last const now{weight, end.believed.units, end.believed.rate, end.known, end.stale, 0};
        Last& last = last_[arc];
        if (last.weight != now.weight || last.units != now.units || last.rate != now.rate || last.known != now.known ||
            last.stale != now.stale) {
            last = now;
            last.cost = dearer(weight, arc);
        }
        return last.cost;
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
    struct Last { ///< what the cost of an end depends on, and the cost
        Cost weight = kNoWay;
        std::uint32_t units = 0, rate = 0;
        bool known = false, stale = false;
        Cost cost = 0;
    };
    std::vector<Last> last_;
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
    explicit SeveralPaths(PolicyParts s) : s_{std::move(s)}, known_(s_.graph->nodes()) {}
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
    PolicyParts s_;

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
    explicit KShortest(PolicyParts s) : SeveralPaths{std::move(s)}, search_{*s_.graph} {}

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
    PolicyParts s{config, self, std::move(graph), states};
    switch (config.policy) {
    case Routing::static_dijkstra:
        break;
    case Routing::a_star:
        return std::make_unique<AStar>(std::move(s));
    case Routing::key_aware:
        return std::make_unique<KeyAware>(std::move(s));
    case Routing::widest:
        return std::make_unique<Widest>(std::move(s));
    case Routing::widest_shortest:
        return make_widest_shortest(std::move(s));
    case Routing::k_shortest:
        return std::make_unique<KShortest>(std::move(s));
    case Routing::disjoint:
        return std::make_unique<Disjoint>(std::move(s));
    }
    QKDES_EXPECTS(false);
    return nullptr;
}

} // namespace qkdes
