#include "sim/base/key_string.hpp"

#include "sim/base/contracts.hpp"

namespace qkdes {

Bits KeyString::slice(std::uint64_t from, std::uint64_t count) const {
    QKDES_EXPECTS(from <= size_ && count <= size_ - from);
    if (!stream_) return bits_.slice(from, count);
    std::uint64_t const first = from / 64, words = (from + count + 63) / 64 - first;
    RngStream stream = *stream_;
    stream.skip(first);
    std::vector<std::uint64_t> drawn(count == 0 ? 0 : words);
    stream.fill(std::span{drawn});
    std::size_t const size = drawn.size() * 64;
    Bits const all{size, std::move(drawn)};
    return all.slice(count == 0 ? 0 : from % 64, count);
}

bool KeyString::operator==(KeyString const& other) const {
    if (size_ != other.size_) return false;
    if (stream_ && other.stream_ && stream_->at_the_same_place(*other.stream_)) return true;
    if (!stream_ && !other.stream_) return bits_ == other.bits_;
    return bits() == other.bits();
}

KeyUnits::KeyUnits(Bits rest, KeyString key, std::uint64_t from)
    : rest_{std::move(rest)}, key_{std::move(key)}, from_{from} {
    QKDES_EXPECTS(from_ <= key_.size());
}

Bits KeyUnits::slice(std::uint64_t at, std::uint64_t count) const {
    QKDES_EXPECTS(at <= size() && count <= size() - at);
    if (at >= rest_.size()) return key_.slice(from_ + at - rest_.size(), count);
    std::uint64_t const of_rest = std::min<std::uint64_t>(count, rest_.size() - at);
    Bits bits = rest_.slice(at, of_rest);
    bits.append(key_.slice(from_, count - of_rest));
    return bits;
}

void KeyUnits::unit(std::uint64_t index, std::span<std::uint8_t, kUnitBits / 8> out) const {
    QKDES_EXPECTS(index < units());
    Bits const bits = slice(index * kUnitBits, kUnitBits);
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<std::uint8_t>(bits.words()[i / 8] >> (8 * (i % 8)));
}

} // namespace qkdes
