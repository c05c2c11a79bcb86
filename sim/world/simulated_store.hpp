// A site's secret store over the network beside it: one worker that serves one connection after the other, and takes
// its time for the TLS handshake, for the database and for the module that seals keys.
//
//   connection   half a round trip, the worker's TLS handshake, a round trip, the request
//   put          the worker inserts and seals, and may refuse; half a round trip with the answer
//   get          the same, without inserting
// Each way takes `latency` and up to `jitter` more, drawn from the stream "agent/LINK/store/SIDE".
//
// Holds:      a connection that finds `kMostWaiting` others is not served: its caller's timeout tells it.
// Leaves out: that caller and store may lose each other: the store never fails, and what its host asks for before a
//             failure of that host is never answered.
// Checked:    tests/sim/world/simulated_store_test.cpp.
#pragma once
#include "sim/base/rng.hpp"
#include "sim/engine/engine.hpp"
#include "sim/kme/agent/ports.hpp"
#include "sim/kme/agent/site_store.hpp"
#include "sim/scenario/agent_spec.hpp"
#include "sim/world/host.hpp"

#include <memory>

namespace qkdes {

class SimulatedStore final : public agent::SecretStore {
  public:
    static constexpr std::uint32_t kMostWaiting = 256;

    /// References outlive it, and it outlives the run.
    SimulatedStore(SecretStoreSpec const& spec, std::string_view link_id, Engine& engine, Origin origin, Host& host,
                   RngStream rng);
    void put(agent::KeyRecord const& record, std::function<void(bool)> answer) override;
    void get(std::function<void(std::optional<agent::KeyRecord>)> answer) override;
    agent::SiteStore const& contents() const { return contents_; }
    std::uint64_t turned_away() const { return turned_away_; }

  private:
    /// Up to the moment at which the worker has read the request; `serve` says how long it is busy with it.
    void connect(SimDuration work, std::function<void()> serve);
    void work(SimDuration time, std::function<void()> then);
    void reply(std::function<void()> to_caller);
    SimDuration way();
    void after(SimDuration wait, std::function<void()> then);

    SecretStoreSpec const& spec_;
    Engine& engine_;
    Origin origin_;
    Host& host_;
    RngStream rng_;
    agent::SiteStore contents_;
    SimTime busy_until_ = kSimStart;
    std::uint32_t waiting_ = 0; ///< connections from their handshake to their answer
    std::uint64_t turned_away_ = 0;
};

} // namespace qkdes
