// Where a message goes next. One interface for every policy; the router (sim/kme/routing/router.hpp) asks it per
// message. What a policy knows beyond the topology is the LinkStateTable it was built over: the level, rate and age
// that each end of each link last advertised. To add one: a class here or in its own file, a name in `Routing`, a line
// in make_policy.
#pragma once
#include "sim/base/cache_hint.hpp"
#include "sim/kme/routing/config.hpp"
#include "sim/kme/routing/graph.hpp"
#include "sim/kme/routing/link_state.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace qkdes {

class PathPolicy {
  public:
    virtual ~PathPolicy() = default;
    /// Links from this node to another, in order; nothing when it cannot be reached, empty when it is this node. The
    /// best by what is known now; asking changes no later answer.
    virtual std::optional<Path> route(NodeId to) = 0;
    /// The path of one message: may take turns among several.
    virtual std::optional<Path> choose(NodeId to) { return route(to); }
    /// The path's first link and how many it has, for policies whose messages do not carry it; nothing for this node.
    /// Of thousands, more than any message crosses, no exact number.
    struct Next {
        LinkId link;
        std::uint32_t hops = 0;
    };
    virtual std::optional<Next> next(NodeId to) {
        auto const path = choose(to);
        if (!path || path->empty()) return std::nullopt;
        return Next{path->front(), static_cast<std::uint32_t>(path->size())};
    }
    /// Asks the processor for what next(to) will look at.
    virtual void foresee(NodeId /*to*/) const {}
    /// The message carries its whole path, and relays follow it; otherwise every relay decides anew.
    virtual bool whole_path() const { return false; }
    /// route() and choose() look at the link states: ask for them only with the table up to date.
    virtual bool reads_link_state() const { return true; }
};

/// Dijkstra on the topology's weights, once, at first use. Among equally short routes the one whose first differing
/// link has the lower number, so that a route depends on nothing but the topology.
class StaticShortestPath final : public PathPolicy {
  public:
    StaticShortestPath(NodeId self, std::shared_ptr<Topology const> topology);
    std::optional<Path> route(NodeId to) override;
    std::optional<Next> next(NodeId to) override;
    void foresee(NodeId to) const override {
        if (!computed_) return;
        cache_hint(&next_[to.index()]);
        cache_hint(ports_.data());
    }
    bool reads_link_state() const override { return false; }

  private:
    void compute();
    /// Small: a large network's tables have a place for every two nodes, and each message asks for another.
    struct ShortNext {
        std::uint32_t port : 20 = 0; ///< in ports_
        std::uint32_t hops : 12 = 0; ///< none: this node, or unreachable; at most kMostHops
    };
    static constexpr std::uint32_t kMostPorts = 1u << 20, kMostHops = (1u << 12) - 1;

    NodeId self_;
    std::shared_ptr<Topology const> topology_;
    std::vector<LinkId> last_link_; ///< of the route to each node; none when unreachable
    std::vector<ShortNext> next_;   ///< by node
    std::vector<LinkId> ports_;     ///< this node's links, by their numbers
    bool computed_ = false;
};

/// The table outlives the policy.
std::unique_ptr<PathPolicy> make_policy(RoutingConfig const& config, NodeId self,
                                        std::shared_ptr<Topology const> topology,
                                        std::shared_ptr<RoutingGraph const> graph, LinkStateTable const& states);

} // namespace qkdes
