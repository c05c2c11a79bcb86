// What stands between applications and the relay: who may have how much, who goes first, who waits when key is short.
//
//   token bucket     an application beyond its rate is refused at once (not_admitted): back-pressure that it sees
//   reserve          pools keep so many bits for applications of priority above 0 (trunk reservation); those below find
//                    the pool empty earlier
//   waiting          a request that finds no key on its first hop waits up to `wait_limit`, most urgent first, then in
//                    order of arrival. A full queue turns its least urgent and youngest away (busy).
//
// Without reserve and waiting, whether there is key is left to the relay, which may know another path than the first.
//
// Leaves out: shortage on later hops, which comes back as no_key: asking again would spend key on the earlier hops.
// Checked:    tests/sim/kme/congestion_test.cpp.
#pragma once
#include "sim/kme/congestion/config.hpp"
#include "sim/kme/congestion/token_bucket.hpp"
#include "sim/kme/deadline_lane.hpp"
#include "sim/kme/node.hpp"

#include <functional>
#include <map>
#include <optional>

namespace qkdes {

class FrontDoor {
  public:
    using Reply = std::function<void(KeyReply)>;
    struct Inside {
        /// Answers from keys made ahead, when there are enough.
        std::function<bool(KeyRequest const&, Reply&)> ready;
        /// Bits that the first hop of the request's route may hand out; nothing when no pool limits it.
        std::function<std::optional<std::uint64_t>(KeyRequest const&)> available;
        /// Bits of that pool that serving the request takes.
        std::function<std::uint64_t(KeyRequest const&)> cost;
        std::function<void(KeyRequest const&, Reply)> serve;
        std::function<void(std::string_view)> count;
    };
    FrontDoor(CongestionConfig const& config, Clock& clock, Inside inside);

    /// The reply comes exactly once, unless the node restarts first.
    void request(KeyRequest const& request, Reply reply);
    /// Key has arrived somewhere: those that waited may go on.
    void on_key();
    /// What waited is gone.
    void on_restart();
    std::size_t waiting() const { return waiting_.size(); }

  private:
    struct Place { ///< most urgent first, then in order of arrival
        std::uint32_t priority = 0;
        std::uint64_t serial = 0;
        bool operator<(Place const& other) const {
            return priority != other.priority ? priority > other.priority : serial < other.serial;
        }
    };
    struct Waiting {
        KeyRequest request;
        Reply reply;
    };
    ApplicationPolicy const& policy(AppId application) const;
    bool enough(KeyRequest const& request, std::uint32_t priority) const;
    void park(KeyRequest const& request, std::uint32_t priority, Reply reply);

    CongestionConfig const config_;
    Clock& clock_;
    Inside inside_;
    std::map<AppId, TokenBucket> buckets_;
    std::map<Place, Waiting> waiting_;
    DeadlineLane<Place> deadlines_;
    std::uint64_t next_serial_ = 0;
    bool going_on_ = false;
};

} // namespace qkdes
