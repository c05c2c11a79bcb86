// Brings an agent's newest key into its site's secret store, trying until it is there or a younger one takes its place.
//
// Holds:      one push at a time; an attempt that is not answered within `timeout` has failed, and its late answer
//             counts for nothing; the next attempt begins `retry` after a failure, without end.
// Counts:     attempts that succeeded and failed, and how long each that succeeded took.
// Checked:    tests/sim/kme/agent_rotation_test.cpp.
#pragma once
#include "sim/kme/agent/histogram.hpp"
#include "sim/kme/agent/ports.hpp"
#include "sim/ports/clock.hpp"

#include <memory>

namespace qkdes::agent {

struct PushConfig {
    SimDuration timeout = std::chrono::seconds{10}; ///< of one attempt, > 0
    SimDuration retry = std::chrono::seconds{5};    ///< from a failure to the next attempt, > 0
};

struct PushCounts {
    std::uint64_t success = 0, failure = 0;
    LatencyHistogram latency;
};

class Publisher {
  public:
    /// Both outlive it. `stored` is told of each record that has arrived.
    Publisher(PushConfig const& config, Clock& clock, SecretStore& store, std::function<void(KeyRecord const&)> stored)
        : config_{config}, clock_{clock}, store_{store}, stored_{std::move(stored)} {}
    ~Publisher();
    Publisher(Publisher const&) = delete;
    Publisher& operator=(Publisher const&) = delete;

    void publish(KeyRecord record);
    /// The host has come back from a failure that took its timers with it.
    void restart();
    PushCounts const& counts() const { return counts_; }

  private:
    void attempt();
    void over(std::uint64_t attempt, bool stored);

    PushConfig config_;
    Clock& clock_;
    SecretStore& store_;
    std::function<void(KeyRecord const&)> stored_;
    std::optional<KeyRecord> waiting_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); ///< answers may come when this is gone
    std::uint64_t attempt_ = 0;                                  ///< the one under way; older answers are stale
    bool under_way_ = false;
    SimTime began_;
    ClockTimer timer_ = 0;
    PushCounts counts_;
};

} // namespace qkdes::agent
