// A semi-trusted server with a large pool of random bits, renewed every epoch and shredded when its time is up.
//
// A pool is drawn when it is first asked for in its epoch, serves to the end of the epoch and `grace` longer (the far
// end comes later than the near end), and is then wiped. After that a request is answered "gone": both ends fail
// closed, they never get different samples.
#pragma once
#include "sim/base/ids.hpp"
#include "sim/kme/digital/digital_messages.hpp"
#include "sim/kme/shares/courier.hpp"
#include "sim/ports/clock.hpp"
#include "sim/ports/kem.hpp"

#include <map>

namespace qkdes {

struct PoolServerConfig {
    NodeId self;
    PoolServerId id = 0;
    std::uint64_t pool_bytes = 1 << 20; ///< a multiple of 8
    SimDuration epoch = std::chrono::hours{1}, grace = std::chrono::minutes{1};
};

enum class PoolStatus : std::uint8_t { ok, gone };

class PoolServer {
  public:
    PoolServer(PoolServerConfig config, Clock& clock, Entropy& entropy, Kem& kem, Transport& transport,
               Telemetry& telemetry);
    ~PoolServer();
    PoolServer(PoolServer const&) = delete;
    PoolServer& operator=(PoolServer const&) = delete;

    std::vector<std::uint8_t> const& public_key() const { return identity_.public_key; }
    void on_message(LinkId link, NodeId from, std::span<std::uint8_t const> bytes) {
        courier_.on_message(link, from, bytes);
    }
    /// After a crash: pools survive, but for those whose time came meanwhile.
    void on_restart();
    /// What whoever captures the server now finds.
    std::map<std::uint64_t, SecretBytes> const& seized() const { return pools_; }

  private:
    void receive(CourierPath const& back, std::span<std::uint8_t const> body);
    SecretBytes const* pool(std::uint64_t epoch);
    void shred_in_time(std::uint64_t epoch);
    void shred(std::uint64_t epoch);

    PoolServerConfig config_;
    Clock& clock_;
    Entropy& entropy_;
    Telemetry& telemetry_;
    Kem::KeyPair identity_;
    Courier courier_;
    std::map<std::uint64_t, SecretBytes> pools_; ///< by epoch; at most two or three at once
    struct Shredding {
        SimTime at;
        ClockTimer timer = 0;
    };
    std::map<std::uint64_t, Shredding> shredding_;
};

/// Samples of a pool, in the order of the positions.
SecretBytes sample_pool(SecretBytes const& pool, std::span<std::uint64_t const> positions);

constexpr std::string_view kPoolLabel = "blast-like query", kPoolAnswer = "blast-like samples";

} // namespace qkdes
