#include "models/link/decoy/sifting_parties.hpp"

#include "sim/base/contracts.hpp"

#include <bit>

namespace qkdes {

Bits BitTape::take() {
    if (size_ % 64 != 0) words_.push_back(word_);
    Bits bits{size_, std::move(words_)};
    words_ = {};
    word_ = size_ = 0;
    return bits;
}

std::array<std::uint64_t, 3> count_by_intensity(Bits const& bits, Bits const& low, Bits const& high) {
    QKDES_EXPECTS(bits.size() == low.size() && bits.size() == high.size());
    std::array<std::uint64_t, 3> counts{};
    for (std::size_t w = 0; w < bits.words().size(); ++w) {
        std::uint64_t const b = bits.words()[w], l = low.words()[w], h = high.words()[w];
        counts[0] += static_cast<unsigned>(std::popcount(b & ~(l | h)));
        counts[1] += static_cast<unsigned>(std::popcount(b & l));
        counts[2] += static_cast<unsigned>(std::popcount(b & h));
    }
    return counts;
}

std::array<std::uint64_t, 3> count_intensities(Bits const& low, Bits const& high) {
    std::uint64_t const l = low.count(), h = high.count();
    return {low.size() - l - h, l, h};
}

} // namespace qkdes
