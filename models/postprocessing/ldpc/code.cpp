#include "models/postprocessing/ldpc/code.hpp"

#include "sim/base/contracts.hpp"
#include "sim/base/rng.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes::ldpc {
namespace {

constexpr std::uint32_t kNone = ~0u;
constexpr std::uint32_t kLongChain = 10; ///< links; cycles over more of them are not looked for

/// The base matrix while it grows.
class Growth {
  public:
    Growth(std::uint32_t columns, std::uint32_t rows, std::uint32_t lift, std::uint64_t seed)
        : columns_{columns}, rows_{rows}, lift_{lift}, rng_{seed, "postprocessing/ldpc/code"},
          shifts_(std::size_t{columns} * rows, kNone), by_row_(rows), by_column_(columns), cost_(lift), chain_(rows),
          phase_(rows) {
        for (std::uint32_t r = 0; r < rows; ++r)
            chain_[r] = r;
    }

    std::uint32_t shift(std::uint32_t r, std::uint32_t c) const { return shifts_[std::size_t{r} * columns_ + c]; }
    std::vector<std::uint32_t> const& row(std::uint32_t r) const { return by_row_[r]; }

    /// The rows with the fewest edges, ties at random.
    void add_column(std::uint32_t c, std::uint32_t degree) {
        order_.resize(rows_);
        for (std::uint32_t r = 0; r < rows_; ++r)
            order_[r] = std::uint64_t{by_row_[r].size()} << 48 | (rng_.next() >> 32) << 16 | r;
        std::uint32_t const taken = std::min(degree, rows_);
        std::partial_sort(order_.begin(), order_.begin() + taken, order_.end());
        for (std::uint32_t i = 0; i < taken; ++i)
            connect(static_cast<std::uint32_t>(order_[i] & 0xffff), c, degree);
    }
    /// Column c between rows r and r + 1.
    void add_link(std::uint32_t r, std::uint32_t c) {
        connect(r, c, 2);
        connect(r + 1, c, 2);
        chain_[r + 1] = chain_[r];
        phase_[r + 1] = modulo(modulo(phase_[r] + shift(r, c)) + lift_ - shift(r + 1, c));
    }

  private:
    void connect(std::uint32_t r, std::uint32_t c, std::uint32_t degree) {
        shifts_[std::size_t{r} * columns_ + c] = best_shift(r, c, degree);
        by_row_[r].push_back(c);
        by_column_[c].push_back(r);
    }

    // A path from check row r over other columns to a row r3 that column c already has closes a cycle for exactly one
    // shift: the sum of the path's shift differences.
    std::uint32_t best_shift(std::uint32_t r, std::uint32_t c, std::uint32_t degree) {
        constexpr std::uint32_t four_cycle = 1u << 20;
        std::fill(cost_.begin(), cost_.end(), 0u);
        // Columns of high degree hear enough from outside, and among very long rows cycles of six cannot be avoided.
        bool const sixes = degree <= 3 && by_row_[r].size() <= 40;
        for (std::uint32_t const r3 : by_column_[c]) {
            std::uint32_t const end = shift(r3, c);
            for (std::uint32_t const c1 : by_row_[r]) {
                if (c1 == c) continue;
                for (std::uint32_t const r2 : by_column_[c1]) {
                    if (r2 == r) continue;
                    std::uint32_t const at = modulo(shift(r, c1) + lift_ - shift(r2, c1));
                    if (r2 == r3) {
                        cost_[modulo(at + end)] += four_cycle;
                        continue;
                    }
                    if (!sixes) continue;
                    for (std::uint32_t const c2 : by_row_[r2])
                        if (c2 != c1 && c2 != c && shift(r3, c2) != kNone)
                            ++cost_[modulo(at + modulo(shift(r2, c2) + lift_ - shift(r3, c2)) + end)];
                }
            }
        }
        for (std::uint32_t const r3 : by_column_[c])
            avoid_chains(r, c, r3);
        std::uint32_t const least = *std::min_element(cost_.begin(), cost_.end());
        auto const ties = static_cast<std::uint64_t>(std::count(cost_.begin(), cost_.end(), least));
        std::uint64_t pick = rng_.below(ties);
        for (std::uint32_t s = 0;; ++s)
            if (cost_[s] == least && pick-- == 0) return s;
    }
    // The links of degree 2 tie checks into chains, Z of them side by side: check i of row r belongs to the chain
    // i - phase(r). A bit that meets one chain twice closes a cycle in which nothing but that bit hears from outside;
    // two bits of degree 3 that meet the same two chains close one in which two do. Such cycles trap the decoder, the
    // shorter the surer.
    void avoid_chains(std::uint32_t r, std::uint32_t c, std::uint32_t r3) {
        constexpr std::uint32_t one_bit = 1u << 22, two_bits = 1u << 12;
        std::uint32_t const track = modulo(shift(r3, c) + phase_[r3]), back = lift_ - phase_[r];
        if (chain_[r] == chain_[r3]) cost_[modulo(track + back)] += one_bit;
        for (std::uint32_t a = 0; a < rows_; ++a) {
            if (chain_[a] != chain_[r]) continue;
            std::uint32_t const first = a < r ? r - a : a - r;
            if (first > kLongChain) continue;
            for (std::uint32_t const other : by_row_[a]) {
                if (other == c || by_column_[other].size() > 3) continue;
                for (std::uint32_t const b : by_column_[other]) {
                    std::uint32_t const apart = first + (b < r3 ? r3 - b : b - r3);
                    if (b == a || chain_[b] != chain_[r3] || apart > kLongChain) continue;
                    std::uint32_t const step =
                        modulo(modulo(shift(a, other) + phase_[a]) + modulo(2 * lift_ - shift(b, other) - phase_[b]));
                    cost_[modulo(modulo(track + step) + back)] += two_bits >> apart;
                }
            }
        }
    }
    std::uint32_t modulo(std::uint32_t s) const {
        while (s >= lift_)
            s -= lift_;
        return s;
    }

    std::uint32_t columns_, rows_, lift_;
    RngStream rng_;
    std::vector<std::uint32_t> shifts_;
    std::vector<std::vector<std::uint32_t>> by_row_, by_column_;
    std::vector<std::uint32_t> cost_, chain_, phase_;
    std::vector<std::uint64_t> order_;
};

/// XORs `lift` bits of `from`, rotated so that bit (i + shift) mod lift lands at i, into `to`.
void add_rotated(std::uint64_t const* from, std::uint64_t* to, std::uint32_t lift, std::uint32_t shift) {
    std::uint32_t const words = lift / 64, first = shift / 64, low = shift % 64;
    for (std::uint32_t w = 0, a = first; w < words; ++w) {
        std::uint32_t const b = a + 1 == words ? 0 : a + 1;
        to[w] ^= low == 0 ? from[a] : from[a] >> low | from[b] << (64 - low);
        a = b;
    }
}

} // namespace

Code::Code(std::uint32_t columns, std::uint32_t rows, std::uint32_t lift, DegreeProfile const& profile,
           std::uint64_t seed)
    : columns_{columns}, lift_{lift} {
    QKDES_EXPECTS(columns >= 1 && columns < 65536 && rows >= 2 && rows < 65536 && lift > 0 && lift % 64 == 0);
    auto const share = [&](double part) { return static_cast<std::uint32_t>(std::lround(part * columns)); };
    std::uint32_t const two = std::min({share(profile.two), rows - 1, columns - 1});
    std::uint32_t const three = std::clamp(share(profile.three), 1u, columns - two);
    std::uint32_t const middle = std::min(share(profile.middle_share), columns - two - three);

    Growth growth{columns, rows, lift, seed};
    for (std::uint32_t i = 0; i < two; ++i) { // the last columns
        std::uint32_t const from = static_cast<std::uint32_t>(std::uint64_t{i} * (rows - 1) / two);
        growth.add_link(from, columns - two + i);
    }
    for (std::uint32_t c = 0; c < columns - two; ++c)
        growth.add_column(c, c < three ? 3 : c < three + middle ? profile.middle : profile.high);

    row_begin_.push_back(0);
    for (std::uint32_t r = 0; r < rows; ++r) {
        std::vector<std::uint32_t> in_row = growth.row(r);
        std::sort(in_row.begin(), in_row.end());
        for (std::uint32_t const c : in_row)
            edges_.push_back({c, growth.shift(r, c)});
        row_begin_.push_back(static_cast<std::uint32_t>(edges_.size()));
    }
}

void Code::syndrome(std::span<std::uint64_t const> word, std::span<std::uint64_t> out) const {
    std::uint32_t const words = lift_ / 64;
    QKDES_EXPECTS(word.size() == std::size_t{columns_} * words && out.size() == std::size_t{rows()} * words);
    for (std::uint32_t r = 0; r < rows(); ++r)
        row_syndrome(r, word, out.subspan(std::size_t{r} * words, words));
}

void Code::row_syndrome(std::uint32_t r, std::span<std::uint64_t const> word, std::span<std::uint64_t> out) const {
    std::fill(out.begin(), out.end(), 0);
    for (Edge const edge : row(r))
        add_rotated(word.data() + std::size_t{edge.column} * (lift_ / 64), out.data(), lift_, edge.shift);
}

void Code::neighbours(std::span<std::uint64_t const> checks, std::span<std::uint64_t> bits) const {
    std::uint32_t const words = lift_ / 64;
    QKDES_EXPECTS(checks.size() == std::size_t{rows()} * words && bits.size() == std::size_t{columns_} * words);
    std::vector<std::uint64_t> turned(words);
    for (std::uint32_t r = 0; r < rows(); ++r) {
        auto const marked = checks.subspan(std::size_t{r} * words, words);
        if (std::all_of(marked.begin(), marked.end(), [](std::uint64_t w) { return w == 0; })) continue;
        for (Edge const edge : row(r)) {
            std::fill(turned.begin(), turned.end(), 0);
            add_rotated(marked.data(), turned.data(), lift_, (lift_ - edge.shift) % lift_);
            for (std::uint32_t w = 0; w < words; ++w)
                bits[std::size_t{edge.column} * words + w] |= turned[w];
        }
    }
}

} // namespace qkdes::ldpc
