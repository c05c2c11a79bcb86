// A simulated host: the engine as a node's clock, the links as its transport, a named stream as its entropy, and one
// worker that serves what arrives, in order, each for the node's processing time and, when the scenario has a
// `service`, what its works take (sim/world/worker.hpp). Several programs may run on it, each with its own messages.
#pragma once
#include "sim/base/rng.hpp"
#include "sim/engine/engine.hpp"
#include "sim/kme/node.hpp"
#include "sim/ports/clock.hpp"
#include "sim/ports/entropy.hpp"
#include "sim/ports/transport.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/world/timeline.hpp"
#include "sim/world/worker.hpp"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace qkdes {

class Network;

/// Which program on a host a message is for, as a port number would say.
enum class Program : std::uint8_t { kme, shares, digital, agent };
constexpr std::size_t kPrograms = 4;

class alignas(64) Host final : public Clock, public Transport, public Entropy {
  public:
    /// The outages are whole by now.
    Host(Engine& engine, Network& network, Scenario const& scenario, NodeId self, Outages const& outages,
         std::uint64_t seed);

    /// The node code that runs here; set once, before the run.
    void run(KmeNode* node) { node_ = node; }
    KmeNode& node() { return *node_; }
    /// Another program that runs here: what it is sent, and what it does when the host comes back after a failure. Set
    /// once, before the run.
    struct Listener {
        std::function<void(LinkId, NodeId from, std::span<std::uint8_t const>)> on_message;
        std::function<void()> on_restart;
    };
    void run(Program program, Listener listener);
    /// How that program sends: to the same program on the neighbour's host.
    Transport& transport(Program program) { return transports_[static_cast<std::size_t>(program)]; }
    NodeId self() const { return self_; }
    Origin origin() const { return origin_; }

    bool up() const { return !crashed_ && (never_down_ || !outages_.contains(engine_.now())); }
    /// The host has just failed, or come back: what was waiting to be served is gone.
    void on_failure();
    void on_recovery();
    std::uint64_t failures() const { return life_; } ///< so far

    /// A program here did this just now; costs nothing without a `service`.
    void worked(Work kind) {
        if (worker_) worker_->worked(kind);
    }
    /// Calls `what` when the works so far are done, which is at once when there were none; never when the host fails
    /// before.
    template <class F>
    void after_work(F&& what) {
        if (!behind()) return std::forward<F>(what)();
        later(std::forward<F>(what));
    }
    Worker const* worker() const { return worker_.get(); } ///< none: works cost nothing
    /// Down from now on, by no fault of the scenario's timeline, and back `after` that. Also from inside the node code.
    void crash(SimDuration after);

    /// Serves `work` after everything that already waits; false when the queue is full or the host is down.
    bool serve(std::function<void()> work);
    void deliver(Program program, LinkId link, NodeId from, std::vector<std::uint8_t> message);
    void deliver_value(LinkId link, NodeId from, std::shared_ptr<MessageValue const> value); ///< to the node

    SimTime now() const override { return engine_.now(); }
    ClockTimer call_at(SimTime deadline, std::function<void()> wake) override;
    void cancel(ClockTimer timer) override;
    void send(LinkId link, NodeId to, std::vector<std::uint8_t> message) override;
    /// As messages_by_value() says; charged like the bytes they stand for.
    bool by_value() const override { return by_value_; }
    void send_value(LinkId link, NodeId to, std::shared_ptr<MessageValue const> value, std::size_t bytes) override;
    void foresee(LinkId link) const override;
    void fill(std::span<std::uint8_t> out) override { entropy_.fill(out); }

  private:
    struct Served;
    struct Foreseen;
    struct ProgramTransport final : Transport {
        void send(LinkId link, NodeId to, std::vector<std::uint8_t> message) override;
        Host* host = nullptr;
        Program program = Program::kme;
    };
    /// The place of a timer that still waits.
    std::optional<std::uint32_t> place_of(ClockTimer timer) const;
    void release(std::uint32_t place);
    /// A place among what waits, and when its turn comes: busy_until_.
    bool admit();
    bool behind() const { return worker_ && worker_->done_at() > engine_.now(); }
    void later(std::function<void()> what);

    // First what every message asks for, two lines of cache.
    Engine& engine_;
    std::unique_ptr<Worker> worker_;
    bool crashed_ = false, never_down_, by_value_;
    std::uint32_t waiting_ = 0;
    std::uint64_t queue_limit_;
    SimTime busy_until_{};
    SimDuration processing_;
    std::uint64_t life_ = 0; ///< counts failures: work of an earlier life is not served
    Origin origin_;
    NodeId self_;
    KmeNode* node_ = nullptr;
    Network& network_;
    Outages const& outages_;
    RngStream entropy_;
    /// A timer's name is its place here and how often that place was taken before.
    struct Timer {
        TimerHandle handle;
        std::uint32_t taken = 0;
        bool waits = false;
    };
    std::vector<Timer> timers_;
    std::vector<std::uint32_t> free_timers_;
    std::array<ProgramTransport, kPrograms> transports_;
    std::array<Listener, kPrograms> listeners_;
};

/// The classical plane: one channel per link, and the hosts at their ends.
class Network {
  public:
    virtual ~Network() = default;
    virtual void send(Program program, LinkId link, NodeId from, NodeId to, std::vector<std::uint8_t> message) = 0;
    virtual void send_value(LinkId link, NodeId from, NodeId to, std::shared_ptr<MessageValue const> value,
                            std::size_t bytes) = 0;
    virtual void foresee(LinkId) const {} ///< as Transport says
};

} // namespace qkdes
