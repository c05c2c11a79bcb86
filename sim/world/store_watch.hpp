// How long stores last once something has gone wrong: what each link's store held when the first scripted fault began,
// and when it first had nothing left to hand out.
//
//   empty   an end that had key to hand out when the fault began has none: requests that it serves are refused, though
//           the other end may have some (sim/kme/key_pool.hpp)
//
// Seen at the samples of /stores, about 720 a run: `emptied` is late by up to one interval, and a store that is empty
// for less may go unseen. Checked: tests/sim/world/store_watch_test.cpp.
#pragma once
#include "sim/kme/node.hpp"
#include "sim/scenario/scenario.hpp"

#include <optional>
#include <vector>

namespace qkdes {

struct StoreReport {
    std::optional<std::uint64_t> at_fault; ///< bits held at either end; none: no scripted fault, or no sample before it
    std::optional<SimDuration> emptied;    ///< since the fault began; none: never
};

class StoreWatch {
  public:
    explicit StoreWatch(Scenario const& scenario);
    /// At every sample, for each end of a QKD link.
    void sample(SimTime at, LinkId link, bool end_b, PoolLevel const& level);
    StoreReport const& report(LinkId link) const { return links_[link.index()].report; }

  private:
    struct Link {
        StoreReport report;
        std::array<bool, 2> had{}; ///< key to hand out, at the last sample before the fault
    };
    std::optional<SimTime> fault_; ///< begin of the first that is scripted
    std::vector<Link> links_;
};

} // namespace qkdes
