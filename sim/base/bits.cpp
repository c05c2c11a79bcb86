#include "sim/base/bits.hpp"

#include <algorithm>

namespace qkdes {

void Bits::resize(std::size_t size) {
    words_.resize((size + 63) / 64);
    size_ = size;
    if (!words_.empty()) clear_tail();
}

Bits Bits::slice(std::size_t from, std::size_t count) const {
    QKDES_EXPECTS(from + count <= size_ && from + count >= from);
    Bits out{count};
    std::size_t const word = from >> 6, shift = from & 63;
    for (std::size_t i = 0; i < out.words_.size(); ++i) {
        std::uint64_t w = words_[word + i] >> shift;
        if (shift != 0 && word + i + 1 < words_.size()) w |= words_[word + i + 1] << (64 - shift);
        out.words_[i] = w;
    }
    if (count != 0) out.clear_tail();
    return out;
}

void Bits::append(Bits const& other) {
    std::size_t const shift = size_ & 63;
    std::size_t const old_words = words_.size();
    words_.resize((size_ + other.size_ + 63) / 64);
    if (shift == 0) {
        std::copy(other.words_.begin(), other.words_.end(), words_.begin() + static_cast<std::ptrdiff_t>(old_words));
    } else {
        for (std::size_t i = 0; i < other.words_.size(); ++i) {
            words_[old_words - 1 + i] |= other.words_[i] << shift;
            if (old_words + i < words_.size()) words_[old_words + i] = other.words_[i] >> (64 - shift);
        }
    }
    size_ += other.size_;
}

std::vector<std::uint8_t> Bits::bytes() const {
    std::vector<std::uint8_t> out((size_ + 7) / 8);
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<std::uint8_t>(words_[i / 8] >> (8 * (i % 8)));
    return out;
}

std::size_t Bits::distance(Bits const& other) const {
    QKDES_EXPECTS(size_ == other.size_);
    std::size_t n = 0;
    for (std::size_t i = 0; i < words_.size(); ++i)
        n += static_cast<std::size_t>(std::popcount(words_[i] ^ other.words_[i]));
    return n;
}

Bits& Bits::operator^=(Bits const& other) {
    QKDES_EXPECTS(size_ == other.size_);
    for (std::size_t i = 0; i < words_.size(); ++i)
        words_[i] ^= other.words_[i];
    return *this;
}

} // namespace qkdes
