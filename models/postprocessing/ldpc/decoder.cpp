#include "models/postprocessing/ldpc/decoder.hpp"

#include "models/postprocessing/ldpc/check_kernel.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace qkdes::ldpc {
namespace {
constexpr unsigned kLookEvery = 10;     ///< iterations between two looks at the checks left open
constexpr std::size_t kStandstill = 90; ///< percent of the last look's: no progress
} // namespace

Decoder::Decoder(Code const& code, bool vectors)
    : code_{code}, vectors_{vectors}, stride_{code.lift() + kMirror}, beliefs_(std::size_t{code.columns()} * stride_),
      messages_(std::size_t{code.edges()} * code.lift()), check_signs_(std::size_t{code.rows()} * code.lift()),
      wanted_(std::size_t{code.rows()} * code.lift() / 64), pattern_(std::size_t{code.columns()} * code.lift() / 64),
      sums_(code.lift() / 64) {}

void Decoder::take(std::span<std::int16_t const> beliefs, std::span<std::uint64_t const> syndrome) {
    std::size_t const z = code_.lift();
    QKDES_EXPECTS(beliefs.size() == code_.columns() * z && syndrome.size() == wanted_.size());
    for (std::size_t c = 0; c < code_.columns(); ++c) {
        std::int16_t* const column = beliefs_.data() + c * stride_;
        std::memcpy(column, beliefs.data() + c * z, 2 * z);
        std::memcpy(column + z, column, 2 * kMirror);
    }
    std::copy(syndrome.begin(), syndrome.end(), wanted_.begin());
    for (std::uint32_t i = 0; i < check_signs_.size(); ++i)
        check_signs_[i / 32 * 32 + place_of(i % 32)] =
            static_cast<std::int8_t>(-static_cast<int>(syndrome[i / 64] >> (i % 64) & 1));
    std::fill(messages_.begin(), messages_.end(), std::int8_t{0});
    iterations_ = 0;
}

// An attempt that will succeed goes faster and faster; one that will not comes to rest.
bool Decoder::run(unsigned iterations) {
    std::size_t last = ~std::size_t{0};
    for (unsigned i = 0; i < iterations; ++i) {
        if (satisfied()) return true;
        if (i % kLookEvery == 0) {
            std::size_t const now = unsatisfied();
            if (i > 0 && 100 * now > kStandstill * last) return false;
            last = now;
        }
        sweep();
        ++iterations_;
    }
    return satisfied();
}

std::size_t Decoder::unsatisfied() {
    std::size_t const words = code_.lift() / 64;
    std::size_t count = 0;
    for (std::uint32_t r = 0; r < code_.rows(); ++r) {
        code_.row_syndrome(r, pattern_, sums_);
        for (std::size_t w = 0; w < words; ++w)
            count += static_cast<std::size_t>(std::popcount(sums_[w] ^ wanted_[r * words + w]));
    }
    return count;
}

void Decoder::reveal(std::uint32_t bit, bool wrong) {
    std::uint32_t const place = bit % code_.lift();
    std::int16_t* const column = beliefs_.data() + std::size_t{bit / code_.lift()} * stride_;
    column[place] = wrong ? -kKnown : kKnown;
    if (place < kMirror) column[code_.lift() + place] = column[place];
}

void Decoder::sweep() {
    std::size_t const z = code_.lift();
    for (std::uint32_t r = 0; r < code_.rows(); ++r) {
        RowJob const job{code_.row(r), beliefs_.data(), messages_.data() + code_.first_edge(r) * z,
                         check_signs_.data() + r * z, code_.lift()};
        vectors_ ? update_row(job) : update_row_scalar(job);
    }
}

bool Decoder::satisfied() {
    std::size_t const words = code_.lift() / 64;
    for (std::size_t c = 0; c < code_.columns(); ++c)
        pack_signs({beliefs_.data() + c * stride_, code_.lift()}, {pattern_.data() + c * words, words});
    for (std::uint32_t r = 0; r < code_.rows(); ++r) {
        code_.row_syndrome(r, pattern_, sums_);
        if (!std::equal(sums_.begin(), sums_.end(), wanted_.begin() + static_cast<std::ptrdiff_t>(r * words)))
            return false;
    }
    return true;
}

std::vector<std::uint64_t> Decoder::bits_in_doubt() const {
    std::vector<std::uint64_t> checks(wanted_.size()), bits(pattern_.size());
    code_.syndrome(pattern_, checks);
    for (std::size_t w = 0; w < checks.size(); ++w)
        checks[w] ^= wanted_[w];
    code_.neighbours(checks, bits);
    return bits;
}

std::int16_t Decoder::belief(std::uint32_t bit) const {
    return beliefs_[std::size_t{bit / code_.lift()} * stride_ + bit % code_.lift()];
}

} // namespace qkdes::ldpc
