// What a scenario's misbehaving nodes and dishonest relays do, at the fault points inside the node code
// (sim/kme/fault_points.hpp): each passing of a point is a draw of its own, from a stream of its own.
#pragma once
#include "sim/base/rng.hpp"
#include "sim/engine/engine.hpp"
#include "sim/kme/fault_points.hpp"
#include "sim/scenario/scenario.hpp"

#include <functional>
#include <map>
#include <vector>

namespace qkdes {

class ScriptedFaults final : public FaultInjector {
  public:
    /// A node that goes down at a fault point is back this much later.
    static constexpr SimDuration kRestart = std::chrono::seconds{1};

    /// `crash` takes a node down for kRestart; it is called from inside that node's code.
    ScriptedFaults(Scenario const& scenario, Engine const& engine, std::uint64_t seed,
                   std::function<void(NodeId)> crash);

    /// Nothing ever strikes there: the node need not be asked.
    bool spares(NodeId node) const { return !rules_.contains(node); }
    bool hit(NodeId node, FaultPoint point) override;
    void crashed(NodeId node) override { crash_(node); }

  private:
    struct Rule {
        FaultPoint point;
        double probability;
        SimTime from, until;
        RngStream draws;
    };
    Engine const& engine_;
    std::function<void(NodeId)> crash_;
    std::map<NodeId, std::vector<Rule>> rules_;
};

} // namespace qkdes
