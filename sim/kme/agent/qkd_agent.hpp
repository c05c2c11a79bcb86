// The agent of one site on one QKD link: it watches the link's device, keeps a current key in its site's secret store
// in step with the agent of the other site, and falls back when the link fails (HIP-0071).
//
// Rotation:  the leading agent gets a key that both sites share, tells the other agent its id, and pushes it into its
//            store; the other fetches the key by id, pushes it into its own store, and confirms. Each pushes as soon as
//            it can: the two stores, and the services that read them, change at different times.
// Bands:     in `warning` the leading agent rotates at the reduced rate; in `critical` and above, and while generation
//            is halted, it does not rotate, and makes up for a rotation that it left out as soon as it may.
// Polling:   every `poll` the device's reading counts as one measurement, so the estimate is an average over time.
// Leaves out: telling the device to use more redundancy: the action is reported, and drivers that can may obey. Link
//            models here size their error correction by the error rate that they measure.
// Checked:   tests/sim/kme/agent_test.cpp.
#pragma once
#include "sim/kme/agent/announcement.hpp"
#include "sim/kme/agent/fallback.hpp"
#include "sim/kme/agent/ports.hpp"
#include "sim/kme/agent/publisher.hpp"
#include "sim/kme/agent/qber_bands.hpp"

#include <deque>
#include <string>

namespace qkdes::agent {

struct RotationConfig {
    SimDuration every = std::chrono::hours{1};
    SimTime first = kSimStart;
    SimDuration lifetime = std::chrono::hours{24}; ///< of a key, > 0
    SimDuration retry = std::chrono::seconds{30};  ///< when no key was to be had; and between announcements, > 0
    PushConfig push;
};

struct AgentConfig {
    std::string link_id;
    bool leads = true; ///< one of the two agents
    QkdProtocol protocol = QkdProtocol::bb84;
    BandConfig bands;
    FallbackConfig fallback;
    RotationConfig rotation;
    SimDuration poll = std::chrono::seconds{10};        ///< > 0
    SimDuration calibration = std::chrono::seconds{60}; ///< how long one takes
    std::size_t history = 1024;                         ///< readings kept for the series of error rates
};

struct AgentCounts {
    std::uint64_t keys = 0, bits = 0; ///< obtained at this site
    std::uint64_t warnings = 0,
                  criticals = 0;   ///< times that the error rate rose into `warning`, into `critical` or above
    std::uint64_t skipped = 0;     ///< rotations that were due and not allowed
    std::uint64_t without_key = 0; ///< times that no key was to be had
};

enum class AgentWhat : std::uint8_t { band, fallback, skipped, no_key, calibration };
struct AgentEvent {
    SimTime at;
    AgentWhat what;
    FallbackWhat fallback = FallbackWhat::resumed; ///< of `fallback`
    QberBand band;                                 ///< after it
    LinkMode mode;                                 ///< after it
    double qber;                                   ///< the estimate
};

class QkdAgent {
  public:
    struct Ports { ///< all outlive it; the functions may be empty
        Clock& clock;
        QkdDevice& device;
        KeySupply& supply;
        SecretStore& store;
        SendToPeer send;
        std::function<void(AgentEvent const&)> event;
        std::function<void(KeyRecord const&)> issued; ///< a key is at this site
        std::function<void(KeyRecord const&)> stored; ///< it is in this site's store
    };
    QkdAgent(AgentConfig const& config, Ports ports);
    ~QkdAgent();
    QkdAgent(QkdAgent const&) = delete;
    QkdAgent& operator=(QkdAgent const&) = delete;

    void start();
    /// From the other agent. Any bytes; what is not understood is dropped.
    void on_message(std::span<std::uint8_t const> message);
    /// The host has come back from a failure that took its timers and requests with it.
    void restart();
    /// For `calibration` readings count for nothing and no key is asked for; then the estimate begins anew. False when
    /// one is under way.
    bool calibrate();

    struct Reading {
        SimTime at;
        double qber;
        QberBand band;
    };
    AgentConfig const& config() const { return config_; }
    QkdDevice& device() const { return ports_.device; }
    QberBands const& bands() const { return bands_; }
    Fallback const& fallback() const { return fallback_; }
    bool calibrating() const { return ports_.clock.now() < calibrated_at_; }
    bool may_generate() const;
    AgentCounts const& counts() const { return counts_; }
    PushCounts const& pushes() const { return publisher_.counts(); }
    std::deque<Reading> const& history() const { return history_; } ///< oldest first
    std::uint64_t sequence() const { return sequence_; }            ///< of the last key at this site
    /// A key that was obtained here outside of rotation.
    void count_key(std::uint64_t bits);

  private:
    void poll();
    void measured(double qber);
    void after_fallback();
    void rotate();
    void plan_rotation(SimTime at);
    void supplied(std::optional<SuppliedKey> key);
    void take(KeyRecord record);
    void announce();
    void report(AgentWhat what, FallbackWhat fallback = FallbackWhat::resumed);
    void set(ClockTimer& timer, SimTime when, void (QkdAgent::*what)());

    AgentConfig config_;
    Ports ports_;
    QberBands bands_;
    Fallback fallback_;
    Publisher publisher_;
    std::deque<Reading> history_;
    SimTime calibrated_at_ = kSimStart;
    std::uint64_t sequence_ = 0;
    std::optional<KeyRecord> announced_; ///< until the other agent confirms it
    bool asking_ = false, overdue_ = false;
    std::uint64_t request_ = 0; ///< answers to older ones are stale
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    ClockTimer poll_timer_ = 0, rotation_timer_ = 0, fallback_timer_ = 0, announce_timer_ = 0;
    AgentCounts counts_;
};

} // namespace qkdes::agent
