// What became of keys that were delivered as shares: a row for each request in the results file, figures for the
// summary.
#pragma once
#include "sim/record/recorder.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/figures.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace qkdes {

enum class DeliveryOutcome : std::uint8_t {
    delivered, ///< the far application combined the keys
    too_few,   ///< fewer than k paths delivered
    spoilt,    ///< k or more delivered, but too many shares were false
    unclaimed, ///< the far application did not ask in time
};

struct DeliveryRow {
    SimTime at;
    DemandId demand;
    DeliveryOutcome outcome = DeliveryOutcome::unclaimed;
    std::uint32_t paths = 0;             ///< shares that were sent
    std::uint32_t arrived = 0;           ///< of them, acknowledged by the far node
    std::vector<NodeId> accused;         ///< first relays of paths over which a false share came
    std::optional<SimDuration> enough{}; ///< until k were acknowledged
    std::uint32_t keys = 0;
    std::uint32_t units = 0; ///< of link key that the shares took, 256 bits each, on all hops
    std::uint32_t hops = 0;  ///< messages that they were
};

class DeliveryBooks {
  public:
    DeliveryBooks(Recorder& recorder, Scenario const& scenario);
    void delivery(DeliveryRow const& row);
    /// Relays of a path, ends left out: what the demand's keys depend on.
    void paths(DemandId demand, std::vector<std::vector<NodeId>> relays);
    SummarySection section() const;

    struct Spent {
        std::uint64_t units = 0, hops = 0;
    };
    Spent spent(DemandId demand) const;
    /// Fewest that see k shares; nothing when no relays do.
    std::optional<std::size_t> relays_to_hold(DemandId demand) const;

  private:
    struct Tally {
        std::uint64_t requests = 0, delivered = 0, spoilt = 0, sent = 0, arrived = 0, keys = 0, units = 0, hops = 0;
        std::vector<SimDuration> enough;
        std::map<NodeId, std::uint64_t> accused;
        std::vector<std::vector<NodeId>> relays; ///< by path
    };
    Scenario const& scenario_;
    Table& table_;
    std::map<DemandId, Tally> tallies_;
};

} // namespace qkdes
