// Ways to a common key side by side: for each demand of a scenario whose demands come by different ways, what its keys
// cost, how soon and how often they came, and what they depend on. All under the same links and faults.
//
//   link key   bits of QKD key that left stores for each bit of key that both applications got; shares that were lost
//              count, too
//   hops       messages between nodes that the keys of a request were in (ready keys share theirs)
//   in clear   nodes beside the two ends that held a key of a served request, on average
//   to hold    fewest nodes beside the ends from which somebody learns keys; for pools, servers while the pools live,
//              and the seed besides
//
// Leaves out: bytes: which demand a node's message serves cannot be told apart on a channel.
// Checked:    tests/sim/world/architectures_test.cpp.
#pragma once
#include "sim/world/share_delivery.hpp"
#include "sim/world/system.hpp"

#include <deque>
#include <map>
#include <vector>

namespace qkdes {

class Architectures final : public System {
  public:
    /// The scenario has demands of more than one kind.
    static bool wanted(Scenario const& scenario);
    /// Made after `shares` (none: no demand goes as shares), which outlives it.
    Architectures(WorldParts const& parts, ShareDeliveries const* shares) : parts_{parts}, shares_{shares} {}

    void request(RequestRecord const& record, std::vector<NodeId> const& holders) override;
    void hop(NodeId node, LinkId link, KeyId key, SecurityClass protection, std::uint32_t units) override;
    std::vector<SummarySection> finish() override;

  private:
    struct Tally {
        std::uint64_t requests = 0, served = 0, keys = 0, units = 0, hops = 0, clear = 0;
        std::size_t most_clear = 0;
        std::vector<SimDuration> latency;
        std::map<SecurityClass, std::uint64_t> classes;
    };
    struct Spent {
        std::uint64_t units = 0, hops = 0;
    };
    void forget_old();
    std::vector<Figure> row(DemandId id, Tally const& tally) const;
    Figure to_hold(DemandId id, Tally const& tally) const;

    WorldParts parts_;
    ShareDeliveries const* shares_;
    std::map<DemandId, Tally> tallies_;
    std::map<KeyId, Spent> spent_;                ///< on keys whose request is still open
    std::deque<std::pair<SimTime, KeyId>> begun_; ///< of those and of keys that nobody got, in order
};

} // namespace qkdes
