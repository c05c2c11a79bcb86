// The one worker of a host whose works cost time: jobs in the order of their arrival, each begun when the one before is
// done with all its works, each taking `processing` and then what its works add while it runs.
//
// A job's effects happen when `processing` is over; what it sends or answers leaves at done_at(), after the works that
// came before it in the job. Works of timers come first and delay the job that is being served, and all behind it.
// Checked: tests/sim/world/service_test.cpp.
#pragma once
#include "sim/engine/engine.hpp"
#include "sim/ports/telemetry.hpp"
#include "sim/scenario/service_spec.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <functional>

namespace qkdes {

class Worker {
  public:
    Worker(Engine& engine, Origin origin, SimDuration processing, ServiceSpec const& costs);

    void serve(std::function<void()> job);
    void worked(Work kind);
    /// When everything worked so far is done; in the past when that is nothing.
    SimTime done_at() const { return done_at_; }
    /// The host has failed: nothing that waits is served any more.
    void drop();

    std::uint64_t works(Work kind) const { return works_[static_cast<std::size_t>(kind)]; }
    SimDuration time(Work kind) const; ///< of all of them
    SimDuration busy() const;          ///< works and processing

  private:
    void begin(SimTime at);
    void process(SimTime at);

    Engine& engine_;
    Origin origin_;
    SimDuration processing_;
    std::array<SimDuration, kWorkKinds> costs_;
    std::array<std::uint64_t, kWorkKinds> works_{};
    std::deque<std::function<void()>> waiting_; ///< the first is being served
    bool serving_ = false;
    SimTime done_at_ = kSimStart;
    SimDuration worked_{0}, worked_at_begin_{0}; ///< in all; when the first was begun
    std::uint64_t life_ = 0, served_ = 0;
};

} // namespace qkdes
