// The end-to-end keys that an adversary has computed or read, waiting to be compared with what was delivered.
#pragma once
#include "sim/base/secret.hpp"
#include "sim/base/units.hpp"
#include "sim/ports/telemetry.hpp"

#include <deque>
#include <map>
#include <string_view>
#include <vector>

namespace qkdes {

/// Where a key was learned from.
enum class Means : std::uint8_t {
    memory,     ///< of a captured node
    ml_kem,     ///< a recorded message, its KEM secret broken
    qkd,        ///< a recorded message, under QKD key of a broken device
    ml_kem_qkd, ///< both were needed
    aes,        ///< a recorded message, its envelope broken
    middle,     ///< the sender was made to seal it for the adversary
    shares,     ///< computed from as many of its shares as it takes, each learned in some way of the above
};
constexpr std::size_t kMeans = 7;
std::string_view to_string(Means means);

struct Claim {
    SecretBytes bits;
    SimTime at; ///< when it is known; perhaps years after the run, when something breaks then
    Means means = Means::memory;
};

class Knowledge {
  public:
    /// Keys that nobody asked about are forgotten, oldest first, beyond this many.
    static constexpr std::size_t kLimit = 1u << 18;

    /// The same bytes a second time count when they were known earlier.
    void learn(KeyId key, SecretBytes const& bits, SimTime at, Means means);
    /// Bits claimed for a key; more than one when it was altered on the way.
    std::vector<Claim> const* of(KeyId key) const;
    void forget(KeyId key) { claims_.erase(key); }
    std::uint64_t overflowed() const { return overflowed_; }

  private:
    std::map<KeyId, std::vector<Claim>> claims_;
    std::deque<KeyId> order_; ///< of learning; some are forgotten
    std::uint64_t overflowed_ = 0;
};

} // namespace qkdes
