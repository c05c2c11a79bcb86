#include "sim/base/key_string.hpp"

#include "sim/base/byte_words.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <array>

namespace qkdes {

Bits KeyString::slice(std::uint64_t from, std::uint64_t count) const {
    QKDES_EXPECTS(from <= size_ && count <= size_ - from);
    if (auto const* bits = std::get_if<Bits>(&from_)) return bits->slice(from, count);
    std::uint64_t const first = from / 64, words = (from + count + 63) / 64 - first;
    RngStream stream = std::get<RngStream>(from_);
    stream.skip(first);
    std::vector<std::uint64_t> drawn(count == 0 ? 0 : words);
    stream.fill(std::span{drawn});
    std::size_t const size = drawn.size() * 64;
    Bits const all{size, std::move(drawn)};
    return all.slice(count == 0 ? 0 : from % 64, count);
}

void KeyString::read(std::uint64_t from, std::span<std::uint64_t> words) const {
    QKDES_EXPECTS(from <= size_ && words.size() <= (size_ - from) / 64);
    auto const shifted = [&](auto next) {
        std::size_t const shift = from % 64;
        for (std::uint64_t& word : words)
            word = next();
        if (shift == 0 || words.empty()) return;
        std::uint64_t const beyond = next();
        for (std::size_t i = 0; i < words.size(); ++i)
            words[i] = words[i] >> shift | (i + 1 < words.size() ? words[i + 1] : beyond) << (64 - shift);
    };
    if (auto const* bits = std::get_if<Bits>(&from_))
        return shifted([&, at = from / 64]() mutable { return bits->words()[at++]; });
    RngStream stream = std::get<RngStream>(from_);
    stream.skip(from / 64);
    shifted([&] { return stream.next(); });
}

bool KeyString::operator==(KeyString const& other) const {
    if (size_ != other.size_) return false;
    auto const *mine = std::get_if<RngStream>(&from_), *theirs = std::get_if<RngStream>(&other.from_);
    if (mine != nullptr && theirs != nullptr && mine->at_the_same_place(*theirs)) return true;
    if (mine == nullptr && theirs == nullptr) return std::get<Bits>(from_) == std::get<Bits>(other.from_);
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
    std::array<std::uint64_t, kUnitBits / 64> words{};
    if (std::uint64_t const at = index * kUnitBits; at >= rest_.size()) {
        key_.read(from_ + at - rest_.size(), words);
    } else {
        Bits const bits = slice(at, kUnitBits);
        std::ranges::copy(bits.words(), words.begin());
    }
    for (std::size_t i = 0; i < words.size(); ++i)
        store_word(words[i], &out[8 * i]);
}

} // namespace qkdes
