#include "sim/kme/protection/one_time_pad.hpp"

#include "sim/base/byte_words.hpp"
#include "sim/base/contracts.hpp"
#include "sim/base/polynomial_hash.hpp"

#include <array>
#include <cstring>
#include <vector>

namespace qkdes {

namespace {

constexpr std::uint32_t kUnitOfPool = 256;

Word128 block(std::span<std::uint8_t const> bytes) {
    return {load_word(bytes.first(8)), load_word(bytes.subspan(8, 8))};
}

} // namespace

OtpCost otp_cost(std::uint32_t key_bits, std::uint32_t number) {
    QKDES_EXPECTS(key_bits > 0 && number > 0 && std::uint64_t{key_bits} * number < (1u << 31));
    std::uint32_t const bits = key_bits * number;
    OtpCost cost;
    cost.pad_units = (bits + kUnitOfPool - 1) / kUnitOfPool;
    cost.spare_bits = cost.pad_units * kUnitOfPool - bits;
    return cost;
}

std::uint32_t hop_units(HopProtection protection, std::uint32_t key_bits, std::uint32_t number) {
    if (protection == HopProtection::otp) return otp_cost(key_bits, number).units();
    return needs_qkd(protection) ? 1 : 0;
}

OneTimeTag one_time_tag(TaggedMessage which, SecretBytes const& hash_unit, SecretBytes const& tag_unit,
                        std::span<std::uint8_t const> message) {
    QKDES_EXPECTS(hash_unit.size() == 2 * kOneTimeTagBytes && tag_unit.size() == 2 * kOneTimeTagBytes);
    std::size_t const half = static_cast<std::size_t>(which) * kOneTimeTagBytes;
    Word128 const key = block(hash_unit.view().subspan(half, kOneTimeTagBytes));
    Word128 const pad = block(tag_unit.view().subspan(half, kOneTimeTagBytes));

    std::vector<std::uint64_t> words((message.size() + 7) / 8);
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::size_t const from = 8 * i;
        words[i] = load_word(message.subspan(from, std::min<std::size_t>(8, message.size() - from)));
    }
    Word128 const tag = polynomial_hash(words, 8 * message.size(), key) ^ pad;
    OneTimeTag out{};
    store_word(tag.low, out.data());
    store_word(tag.high, out.data() + 8);
    return out;
}

bool tag_fits(OneTimeTag const& tag, OneTimeTag const& computed) {
    std::uint8_t difference = 0;
    for (std::size_t i = 0; i < kOneTimeTagBytes; ++i)
        difference = static_cast<std::uint8_t>(difference | (tag[i] ^ computed[i]));
    return difference == 0;
}

void apply_pad(std::span<std::uint8_t> text, std::span<std::uint8_t const> pad) {
    QKDES_EXPECTS(pad.size() >= text.size());
    for (std::size_t i = 0; i < text.size(); ++i)
        text[i] = static_cast<std::uint8_t>(text[i] ^ pad[i]);
}

} // namespace qkdes
