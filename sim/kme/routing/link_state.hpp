// What a node believes of every link, each end for itself: what its half of the pool may hand out, how fast key comes,
// whether it hears the other end. From advertisements, and for its own ends from its own pools.
//
// Beliefs change less often than news arrive, so that routes do not flap: a level is taken over when it has doubled,
// halved, or reached or left zero; a rate when it has changed by half; an end that was down or dry is believed to be
// back once `hold_down` has passed since. Whoever decides by the beliefs computes again when version() has moved.
#pragma once
#include "sim/base/units.hpp"
#include "sim/kme/routing/config.hpp"
#include "sim/kme/routing/graph.hpp"

#include <memory>
#include <vector>

namespace qkdes {

struct EndNews {
    bool up = true;          ///< hears the other end
    std::uint32_t units = 0; ///< of its half, free
    std::uint32_t rate = 0;  ///< bit/s of key that its half gets
};

struct EndState {
    EndNews believed;
    bool known = false; ///< ever heard of
    bool stale = false; ///< not heard of for long
    SimTime heard;      ///< last news
    SimTime held_until; ///< better news are not believed before
};

class LinkStateTable {
  public:
    /// Empty under static_dijkstra, which asks nothing.
    LinkStateTable(std::shared_ptr<Topology const> topology, RoutingConfig const& config);

    /// By the arc that leaves the end.
    EndState const& end(ArcId arc) const { return ends_[arc]; }
    bool qkd(ArcId arc) const { return topology_->links[arc / 2].qkd; }
    /// Both ends say so, or say nothing.
    bool up(LinkId link) const {
        return ends_[arc_of(link, false)].believed.up && ends_[arc_of(link, true)].believed.up;
    }
    /// Moves with every change of belief; reach_version() only when a link goes down or comes back.
    std::uint64_t version() const { return version_; }
    std::uint64_t reach_version() const { return reach_version_; }

    void news(ArcId end, EndNews const& said, SimTime now);
    /// Marks what has grown stale by now.
    void age(SimTime now);
    void forget(); ///< everything

  private:
    std::shared_ptr<Topology const> topology_;
    SimDuration stale_after_, hold_down_;
    std::vector<EndState> ends_;
    std::uint64_t version_ = 1, reach_version_ = 1;
    SimTime oldest_ = kSimNever; ///< no known end that is not stale was heard of before
};

} // namespace qkdes
