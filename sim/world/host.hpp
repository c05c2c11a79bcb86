// A simulated host: the engine as a node's clock, the links as its transport, a named stream as its entropy, and one
// worker that serves what arrives, in order, each for the node's processing time.
#pragma once
#include "sim/base/rng.hpp"
#include "sim/engine/engine.hpp"
#include "sim/kme/node.hpp"
#include "sim/ports/clock.hpp"
#include "sim/ports/entropy.hpp"
#include "sim/ports/transport.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/timeline.hpp"

#include <functional>
#include <unordered_map>

namespace qkdes {

class Network;

class Host final : public Clock, public Transport, public Entropy {
  public:
    Host(Engine& engine, Network& network, Scenario const& scenario, NodeId self, Outages const& outages,
         std::uint64_t seed);

    /// The node code that runs here; set once, before the run.
    void run(KmeNode* node) { node_ = node; }
    KmeNode& node() { return *node_; }
    Origin origin() const { return origin_; }

    bool up() const { return !outages_.contains(engine_.now()); }
    /// The host has just failed, or come back: what was waiting to be served is gone.
    void on_failure();
    void on_recovery();

    /// Serves `work` after everything that already waits; false when the queue is full or the host is down.
    bool serve(std::function<void()> work);
    void deliver(LinkId link, NodeId from, std::vector<std::uint8_t> message);

    SimTime now() const override { return engine_.now(); }
    ClockTimer call_at(SimTime deadline, std::function<void()> wake) override;
    void cancel(ClockTimer timer) override;
    void send(LinkId link, NodeId to, std::vector<std::uint8_t> message) override;
    void fill(std::span<std::uint8_t> out) override { entropy_.fill(out); }

  private:
    Engine& engine_;
    Network& network_;
    NodeId self_;
    Outages const& outages_;
    KmsSpec const& spec_;
    Origin origin_;
    RngStream entropy_;
    KmeNode* node_ = nullptr;
    SimTime busy_until_{};
    std::uint64_t life_ = 0; ///< counts failures: work of an earlier life is not served
    std::uint32_t waiting_ = 0;
    ClockTimer last_timer_ = 0;
    std::unordered_map<ClockTimer, TimerHandle> timers_; ///< looked up, never iterated
};

/// The classical plane: one channel per link, and the hosts at their ends.
class Network {
  public:
    virtual ~Network() = default;
    virtual void send(LinkId link, NodeId from, NodeId to, std::vector<std::uint8_t> message) = 0;
};

} // namespace qkdes
