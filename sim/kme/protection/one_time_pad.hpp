// A hop whose security rests on the QKD key alone: the relayed keys are xor-ed with pool bits, and everything else
// travels in clear under a Wegman-Carter tag. Nothing here is a computational primitive.
//
//   tag = h_k(message) ^ pad,   h polynomial over GF(2^128) (sim/base/polynomial_hash.hpp)
//   M. N. Wegman, J. L. Carter, J. Comput. Syst. Sci. 22, 265 (1981), doi:10.1016/0022-0000(81)90033-7;
//   C. Portmann, IEEE Trans. Inf. Theory 60, 4383 (2014), doi:10.1109/TIT.2014.2317312: the hash key k may serve
//   again as long as a fresh pad hides every tag.
//
// Whoever saw one message with its tag, and computes without limit, passes another message with probability at most
// (L + 1) 2^-128, L its length in blocks of 16 bytes: below 2^-113 for the longest message allowed (256 KiB). Over a
// hash key's life the bounds of its messages add up.
//
// Cost of a message with n keys of l bits, in units of 256 bits from the pool of the link it crosses:
//   pad    ceil(n l / 256); what is left of the last unit is spent unused (spare_bits)
//   tags   1: its first half hides the tag of the message, its second half that of the acknowledgement
//   hash   1 for each end that initiates, once in a node's life: its first half keys the messages, its second half the
//          acknowledgements, so that neither can be reflected as the other
// An acknowledgement that says `stored` needs a tag, as it lets the source release its keys. A refusal may come
// without: who can forge it could as well cut the channel, and it releases nothing.
//
// Checked: flips of any bit, cost, both ends, tests/sim/kme/protection_otp_test.cpp.
#pragma once
#include "sim/base/secret.hpp"
#include "sim/kme/protection/exposure.hpp"

#include <array>
#include <cstdint>
#include <span>

namespace qkdes {

constexpr std::size_t kOneTimeTagBytes = 16;
using OneTimeTag = std::array<std::uint8_t, kOneTimeTagBytes>;

/// What a message over one OTP hop costs, without the hash key.
struct OtpCost {
    std::uint32_t pad_units = 0, tag_units = 1;
    std::uint32_t spare_bits = 0; ///< of the pad units: 256 pad_units = number * key_bits + spare_bits
    std::uint32_t units() const { return pad_units + tag_units; }
};
/// `key_bits` and `number` > 0, their product below 2^31.
OtpCost otp_cost(std::uint32_t key_bits, std::uint32_t number);

/// Units of QKD key that a message takes from the pool of the link it crosses, without a hash key.
std::uint32_t hop_units(HopProtection protection, std::uint32_t key_bits, std::uint32_t number);

/// Which of the two messages of a hop a tag is for: each uses its own half of hash key and tag unit.
enum class TaggedMessage : std::uint8_t { relay = 0, acknowledgement = 1 };

/// `hash_unit` and `tag_unit`: 32 bytes each.
OneTimeTag one_time_tag(TaggedMessage which, SecretBytes const& hash_unit, SecretBytes const& tag_unit,
                        std::span<std::uint8_t const> message);
/// In constant time.
bool tag_fits(OneTimeTag const& tag, OneTimeTag const& computed);

/// text ^= pad, in place; `pad` is at least as long.
void apply_pad(std::span<std::uint8_t> text, std::span<std::uint8_t const> pad);

} // namespace qkdes
