// Wegman-Carter authentication with a recycled hash key: tag = h_k(transcript) ^ pad.
//
//   M. N. Wegman, J. L. Carter, J. Comput. Syst. Sci. 22, 265 (1981), doi:10.1016/0022-0000(81)90033-7;
//   C. Portmann, "Key recycling in authentication", IEEE Trans. Inf. Theory 60, 4383 (2014),
//   doi:10.1109/TIT.2014.2317312: the hash key k may be used again as long as every tag is hidden by a fresh pad.
//
// A forger who sees one (message, tag) pair passes another message with probability at most (L+1) 2^-128,
// L = blocks of 128 bits (polynomial_hash.hpp). Each tag costs 128 bits of pool key, nothing else.
// Leaves out: delayed authentication of every single message; the default is one tag per direction for a block's whole
// transcript plus one for parameter estimation.
#pragma once
#include "models/postprocessing/transcript.hpp"
#include "sim/base/polynomial_hash.hpp"

#include <cstdint>
#include <optional>

namespace qkdes {

inline constexpr std::uint64_t kAuthenticationTagBits = 128;

/// How many tags a block of a link needs; what the pool is charged for it.
struct AuthenticationPolicy {
    unsigned tags_per_direction = 1;  ///< over the whole transcript of the block, both directions
    unsigned tags_for_estimation = 1; ///< before the QBER decides whether to go on
    std::uint64_t tags_per_block() const { return 2ull * tags_per_direction + tags_for_estimation; }
    std::uint64_t bits_per_block() const { return tags_per_block() * kAuthenticationTagBits; }
};

/// The secret that the two ends share: a hash key for good and a stock of pads, taken strictly in order. Both ends hold
/// a copy each; equal secrets and equal use keep them in step.
class AuthenticationSecret {
  public:
    explicit AuthenticationSecret(Word128 hash_key) : hash_key_{hash_key} {}
    /// Adds pad bits, from the scenario's first secret or from the key pool.
    void refill(Bits const& pad) { pad_.append(pad); }
    std::uint64_t tags_left() const { return (pad_.size() - used_) / kAuthenticationTagBits; }
    std::uint64_t bits_used() const { return used_; }

    /// Sender: the tag of a transcript; none when the pads are spent, and then nothing is consumed.
    std::optional<Word128> tag(Transcript const& transcript);
    /// Receiver: does the tag fit my copy of the transcript? Consumes a pad whatever the answer, as the sender did.
    /// False when the pads are spent.
    bool check(Transcript const& transcript, Word128 tag);

  private:
    Word128 hash_key_;
    Bits pad_;
    std::uint64_t used_ = 0; ///< bits of pad_ gone
};

} // namespace qkdes
