// What an agent does when its link fails: key generation halts, the last key serves until it expires, and then there is
// none (HIP-0071, "Fallback Policy").
//
//   nominal   the link is fine and the last key is valid
//   degraded  generation is halted and the last key is still valid
//   pq_only   there is no valid key: what protects traffic then is not made of quantum key
//
// Generation halts when the error rate has been above `threshold` for `hold` without a break, or at once when the
// device fails. It resumes when the device is healthy and the rate has not been above the threshold for `recover`.
// What was measured last holds until the next measurement. A link that is fine and whose last key has expired, because
// none could be fetched, is pq_only too; so is the time before the first key.
//
// Pure logic: it has no clock. Every call says when, never earlier than the last one, and what fell due in between
// happens first, at its own time. Call tick() at next().
// Leaves out: which key, and who has it (rotation.hpp).
// Checked:    tests/sim/kme/agent_fallback_test.cpp, against a second implementation in steps of a second.
#pragma once
#include "sim/base/units.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace qkdes::agent {

enum class LinkMode : std::uint8_t { nominal, degraded, pq_only };
std::string_view to_string(LinkMode mode);

enum class FallbackWhat : std::uint8_t { halted_by_qber, halted_by_health, resumed, fresh_key, key_expired };
std::string_view to_string(FallbackWhat what);

struct FallbackEvent {
    SimTime at;
    FallbackWhat what;
    LinkMode mode; ///< after it
    bool operator==(FallbackEvent const&) const = default;
};

struct FallbackConfig {
    double threshold = 0.08;                       ///< error rates above it count, [0, 1/2]
    SimDuration hold = std::chrono::seconds{60};   ///< >= 0
    SimDuration recover = std::chrono::seconds{0}; ///< >= 0
};

class Fallback {
  public:
    explicit Fallback(FallbackConfig const& config, SimTime now = kSimStart) : config_{config}, now_{now} {}

    void measured(SimTime at, double qber);
    void health(SimTime at, bool healthy);
    /// A key that is valid until then: the last one from now on.
    void fresh_key(SimTime at, SimTime expires);
    void tick(SimTime at) { advance(at); }
    /// When something falls due; kSimNever when nothing will.
    SimTime next() const;

    LinkMode mode() const;
    bool generating() const { return !halted_; }
    bool above_threshold() const { return above_since_.has_value(); }
    std::uint64_t halts() const { return halts_; }
    /// Time spent in a mode up to the last call.
    SimDuration spent(LinkMode mode) const { return spent_[static_cast<std::size_t>(mode)]; }
    /// What has happened since this was last asked, in order; at most the last 4096.
    std::vector<FallbackEvent> take_events();

  private:
    void advance(SimTime at);
    void settle(); ///< halts or resumes if it is time now
    void pass(SimTime at);
    void note(FallbackWhat what);
    SimTime due() const; ///< of halting or resuming

    FallbackConfig config_;
    SimTime now_;
    bool healthy_ = true, halted_ = false;
    std::optional<SimTime> above_since_, good_since_; ///< good: healthy and not above, while halted
    std::optional<SimTime> expires_;                  ///< of the last key, while it is valid
    std::uint64_t halts_ = 0;
    std::array<SimDuration, 3> spent_{};
    std::vector<FallbackEvent> events_;
};

} // namespace qkdes::agent
