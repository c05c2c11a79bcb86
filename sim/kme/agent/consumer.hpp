// A service that uses an agent's keys: it reads its site's secret store at regular times and installs what it finds. It
// knows nothing of key ids at the other site, so for a while after each rotation the two sites may use different keys.
//
// Holds:      at every resync the store's current key is installed if it is valid; when none is, what was installed is
//             removed once it has expired. A key is never removed between resyncs: services learn of nothing in
//             between.
// Leaves out: the previous key, which services keep for what is in flight: a tunnel has room for one.
// Checked:    tests/sim/kme/agent_rotation_test.cpp.
#pragma once
#include "sim/kme/agent/ports.hpp"
#include "sim/ports/clock.hpp"

#include <memory>

namespace qkdes::agent {

class KeyConsumer {
  public:
    using Install = std::function<void(std::optional<KeyRecord> const&)>;
    /// Reads first at `first`, then every time after what `wait` says (> 0). Clock and store outlive it. `install` is
    /// told of changes: a key, or none.
    KeyConsumer(std::function<SimDuration()> wait, SimTime first, Clock& clock, SecretStore& store, Install install);
    KeyConsumer(SimDuration every, SimTime first, Clock& clock, SecretStore& store, Install install)
        : KeyConsumer{[every] { return every; }, first, clock, store, std::move(install)} {}
    ~KeyConsumer();
    KeyConsumer(KeyConsumer const&) = delete;
    KeyConsumer& operator=(KeyConsumer const&) = delete;

    /// The host has come back from a failure that took its timers with it: reads at once.
    void restart();
    std::optional<KeyRecord> const& installed() const { return installed_; }

  private:
    void resync();

    std::function<SimDuration()> wait_;
    Clock& clock_;
    SecretStore& store_;
    Install install_;
    std::optional<KeyRecord> installed_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    ClockTimer timer_ = 0;
};

} // namespace qkdes::agent
