// When a demand was first refused a key, and when its keys first came another way.
//
//   first_refusal  asking time of the earliest request that was not served; requests that the run's end cut short do
//                  not count
//   first_reroute  asking time of the first served request whose keys other nodes held in clear than those of the
//                  demand's first served request
// Both since the demand's start.
//
// Holds for:  keys that are made on request. Keys kept ready came over the path of their making.
// Leaves out: another link between the same nodes, which no scenario has.
// Checked:    tests/sim/world/path_watch_test.cpp.
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/world/demand.hpp"
#include "sim/world/summary.hpp"

#include <span>
#include <vector>

namespace qkdes {

class PathWatch {
  public:
    explicit PathWatch(Scenario const& scenario);
    /// A request that is over; `holders`, sorted, had its keys in clear.
    void request(RequestRecord const& record, std::span<NodeId const> holders);
    void finish(std::span<DemandSummary> demands) const;

  private:
    struct Demand {
        bool served = false;
        std::vector<NodeId> holders; ///< of the first request that was served
        std::optional<SimTime> refused, rerouted;
    };
    Scenario const& scenario_;
    std::vector<Demand> demands_;
};

} // namespace qkdes
