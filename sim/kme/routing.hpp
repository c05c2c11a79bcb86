// Where a message goes next. One interface for every policy; a node asks it per message, so that a policy may change
// its mind between two. What a policy knows beyond the topology it gets in its constructor.
#pragma once
#include "sim/kme/topology.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace qkdes {

class RoutingPolicy {
  public:
    virtual ~RoutingPolicy() = default;
    /// Links from this node to another, in order; nothing when it cannot be reached, empty when it is this node.
    virtual std::optional<std::vector<LinkId>> route(NodeId to) = 0;
};

/// Dijkstra on the topology's weights, once, at first use. Among equally short routes the one whose first differing
/// link has the lower number, so that a route depends on nothing but the topology.
class StaticShortestPath final : public RoutingPolicy {
  public:
    StaticShortestPath(NodeId self, std::shared_ptr<Topology const> topology);
    std::optional<std::vector<LinkId>> route(NodeId to) override;

  private:
    void compute();

    NodeId self_;
    std::shared_ptr<Topology const> topology_;
    std::vector<LinkId> last_link_; ///< of the route to each node; none when unreachable
    bool computed_ = false;
};

} // namespace qkdes
