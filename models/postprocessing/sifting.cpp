#include "models/postprocessing/sifting.hpp"

#include "sim/base/contracts.hpp"

#include <bit>

namespace qkdes {
namespace {

// Packs the selected bits of each word and appends them. A word's runs of ones in the mask are moved whole, so that the
// usual cases (almost all kept, almost all dropped) cost a few steps per word and not 64.
Bits select(Bits const& bits, Bits const& mask, std::uint64_t invert) {
    QKDES_EXPECTS(bits.size() == mask.size());
    std::vector<std::uint64_t> out;
    out.reserve(bits.words().size());
    std::uint64_t pending = 0;
    unsigned filled = 0; // bits in `pending`, below 64
    std::size_t total = 0;
    auto const put = [&](std::uint64_t run, unsigned length) {
        pending |= run << filled;
        if (filled + length >= 64) {
            out.push_back(pending);
            pending = filled == 0 ? 0 : run >> (64 - filled);
        }
        filled = (filled + length) % 64;
        total += length;
    };
    for (std::size_t w = 0; w < bits.words().size(); ++w) {
        std::size_t const live = bits.size() - 64 * w;
        std::uint64_t const valid = live >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << live) - 1;
        std::uint64_t keep = (mask.words()[w] ^ invert) & valid;
        std::uint64_t const word = bits.words()[w];
        while (keep != 0) {
            unsigned const start = static_cast<unsigned>(std::countr_zero(keep));
            unsigned const length = static_cast<unsigned>(std::countr_one(keep >> start));
            std::uint64_t const ones = length == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << length) - 1;
            put(word >> start & ones, length);
            keep &= ~(ones << start);
        }
    }
    if (filled != 0) out.push_back(pending);
    return Bits{total, std::move(out)};
}

} // namespace

Bits keep_where(Bits const& bits, Bits const& mask) { return select(bits, mask, 0); }
Bits drop_where(Bits const& bits, Bits const& mask) { return select(bits, mask, ~std::uint64_t{0}); }

} // namespace qkdes
