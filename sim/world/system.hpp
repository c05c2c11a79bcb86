// A part of a world beyond links, nodes and demands: what one section of the scenario asks for (agents, shares,
// pools, an adversary). World makes it, starts it with the run and asks it for its figures at the end.
#pragma once
#include "sim/engine/engine.hpp"
#include "sim/kme/node.hpp"
#include "sim/record/recorder.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/auditor.hpp"
#include "sim/world/demand.hpp"
#include "sim/world/figures.hpp"
#include "sim/world/host.hpp"
#include "sim/world/quantum_link.hpp"
#include "sim/world/timeline.hpp"

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace qkdes {

/// What a system may use; all of it outlives the system.
struct WorldParts {
    Scenario const& scenario;
    std::uint64_t seed;
    Engine& engine;
    Recorder& recorder;
    Auditor& auditor;
    Telemetry& telemetry;
    Kem& kem;
    std::shared_ptr<Topology const> topology;
    Timelines const& timelines;
    std::vector<std::unique_ptr<Host>> const& hosts; ///< by NodeId
    /// Nodes that have held a delivered key in clear so far, sorted; forgets them.
    std::function<std::vector<NodeId>(KeyId)> take_holders;
};

class System {
  public:
    virtual ~System() = default;
    /// Before the first event.
    virtual void start() {}
    /// A block of a QKD link has ended, with or without key.
    virtual void block(BlockRecord const&) {}
    /// A request of a demand is over; `holders` held its keys in clear, sorted.
    virtual void request(RequestRecord const&, std::vector<NodeId> const& /*holders*/) {}
    /// A node holds a key in clear.
    virtual void key_in_clear(NodeId, KeyId) {}
    /// Key of this block is in the store of one of the link's ends: once for each end.
    virtual void block_stored(LinkId, std::uint64_t /*block*/) {}
    /// A node counted something (Telemetry::count). Often: whoever does not want it returns at once.
    virtual void count(NodeId, std::string_view /*what*/) {}
    /// A key left a node over a link, in a message that took `units` of QKD key: counted at its first key.
    virtual void hop(NodeId, LinkId, KeyId, SecurityClass /*protection*/, std::uint32_t /*units*/) {}
    /// The run is over: book what is open, write the last rows, and say what the terminal shows.
    virtual std::vector<SummarySection> finish() { return {}; }
};

} // namespace qkdes
