// The QKD vendor's key management system at one end of a link, between the devices and the node: what a node really
// talks to when it asks for link key (arXiv:2604.20376: requests queue there, wait for the next burst of key, and fail
// with an empty buffer).
//
//   request -> queue (limited) -> one worker, a service time for each -> buffer -> answer
//                                                        \ empty: refused at once, or parked until key comes
//
//   buffer     a KeyPool: key arrives in bursts at both ends under the same ids, up to its capacity (what does not fit
//              is refused before it is stored, KeyPool::room_units), and is handed out once: fresh at the end that a
//              unit belongs to, by id at the other. Each unit is booked like any pool unit.
//   worker     serves in order of arrival, so that latency grows by one service time with each request ahead.
//   parked     requests for fresh key that found the buffer empty, when the policy is to wait. They do not hold the
//              worker; a burst serves them in the order they came, and nobody overtakes them. `wait_limit` after they
//              were asked they fail with buffer_empty, so that requests of one instant give up at one instant.
//
// Holds for:  one node per box. The box fails and restarts with its node: what was asked is forgotten, the buffer
// stays. Leaves out: expiry (whoever stores blocks in the buffer expires them) and talk between the two boxes of a link
// (the
//             halves of KeyPool make it needless).
// Checked:    tests/sim/kme/southbound_test.cpp.
#pragma once
#include "sim/kme/deadline_lane.hpp"
#include "sim/kme/key_pool.hpp"
#include "sim/kme/southbound/vendor_config.hpp"
#include "sim/ports/clock.hpp"
#include "sim/ports/key_source.hpp"
#include "sim/ports/service_model.hpp"

#include <deque>
#include <optional>

namespace qkdes {

class VendorKms final : public KeySource {
  public:
    /// All references outlive the box.
    VendorKms(VendorKmsConfig config, KeyPool& buffer, Clock& clock, ServiceModel& service, NodeId node,
              Telemetry& telemetry);

    void get(LinkId link, std::uint32_t units, KeySourceAnswer answer) override;
    void get_with_ids(LinkId link, std::span<UnitId const> ids, KeySourceAnswer answer) override;
    void settle(LinkId link, UnitId unit, UnitFate fate) override;
    bool give_up(LinkId link, UnitId unit) override;

    /// A block has just been stored in the buffer: serves what is parked.
    void on_key();
    /// Everything asked for is forgotten, without an answer: whoever asked has restarted too.
    void on_restart();
    /// Requests that have no answer yet.
    std::size_t open() const { return queue_.size() + parked_.size() + (busy_ ? 1 : 0); }
    /// The next request is refused at once; all others are answered later, never from inside the call.
    bool full() const { return open() >= config_.queue_limit; }

  private:
    struct Job {
        std::uint64_t serial = 0;
        SimTime asked;
        std::uint32_t units = 0; ///< fresh ones; 0: by id
        std::vector<UnitId> ids;
        KeySourceAnswer answer;
    };
    void accept(Job job);
    void begin();
    void serve(Job job);
    void give(Job const& job, std::vector<KeyUnit> units);
    void give_up_waiting(std::uint64_t serial);
    bool still_open(std::uint64_t serial) const;
    void count(std::string_view what) { telemetry_.count(node_, what); }

    VendorKmsConfig config_;
    KeyPool& buffer_;
    Clock& clock_;
    ServiceModel& service_;
    NodeId node_;
    Telemetry& telemetry_;
    std::deque<Job> queue_, parked_; ///< parked_ in the order of its serials
    std::uint64_t next_serial_ = 1;
    bool busy_ = false;
    ClockTimer working_ = 0;
    std::optional<Job> in_service_;
    DeadlineLane<std::uint64_t> patience_;
};

} // namespace qkdes
