#include "models/postprocessing/toeplitz.hpp"

#include "models/postprocessing/toeplitz_kernel.hpp"
#include "sim/base/contracts.hpp"

#include <algorithm>
#include <vector>

namespace qkdes {
namespace {

using toeplitz::Square;
using Words = std::vector<std::uint64_t>;

std::size_t words_for(std::size_t bits) { return (bits + 63) / 64; }
std::size_t tiles(std::size_t words, Square square) { return (words + square.side() - 1) / square.side(); }

/// The tile that covers a matrix of rows x columns words at the least cost.
Square best_tile(std::size_t rows, std::size_t columns) {
    Square best;
    double least = -1;
    for (std::size_t leaf : {4, 8, 12, 16, 20})
        for (unsigned depth = 0; depth == 0 || leaf << (depth - 1) < std::max(rows, columns); ++depth) {
            Square const square{leaf, depth};
            double const cost =
                static_cast<double>(tiles(rows, square)) * static_cast<double>(tiles(columns, square)) * square.cost();
            if (least < 0 || cost < least) {
                least = cost;
                best = square;
            }
        }
    return best;
}

/// Copies `bits` bits of `from`, starting at bit `first`, to bit `to` and following of zeroed words.
void place(std::span<std::uint64_t const> from, std::size_t first, std::size_t bits, Words& out, std::size_t to) {
    for (std::size_t done = 0; done < bits; done += 64) {
        std::size_t const read = first + done, write = to + done;
        std::uint64_t word = from[read / 64] >> (read % 64);
        if (read % 64 != 0 && read / 64 + 1 < from.size()) word |= from[read / 64 + 1] << (64 - read % 64);
        if (bits - done < 64) word &= (std::uint64_t{1} << (bits - done)) - 1;
        out[write / 64] |= word << (write % 64);
        if (write % 64 != 0 && write / 64 + 1 < out.size()) out[write / 64 + 1] |= word >> (64 - write % 64);
    }
}

/// y_i = XOR_j t[i - j + n - 1] x_j over the first n bits of x, tile by tile.
Bits full_product(Bits const& seed, Bits const& key, std::size_t n, std::size_t m, CarrylessPath path) {
    std::size_t const rows = words_for(m), columns = words_for(n);
    Square const square = best_tile(rows, columns);
    std::size_t const side = square.side(), down = tiles(rows, square), across = tiles(columns, square);

    // With t moved up so that row 0 of the padded matrix begins on a word, tile (r, c) reads the 2 side words from
    // (across + r - c - 1) side on, and its share of y is the middle of a polynomial product.
    Words t((across + down) * side), x(across * side);
    place(seed.words(), 0, n + m - 1, t, 64 * across * side - n + 1);
    place(key.words(), 0, n, x, 0);

    Words y(down * side), part(side), scratch(4 * side);
    for (std::size_t r = 0; r < down; ++r)
        for (std::size_t c = 0; c < across; ++c) {
            toeplitz::middle_product(square, t.data() + (across + r - c - 1) * side, x.data() + c * side, part.data(),
                                     scratch.data(), path);
            for (std::size_t i = 0; i < side; ++i)
                y[r * side + i] ^= part[i];
        }
    y.resize(rows);
    return Bits{m, std::move(y)};
}

} // namespace

std::size_t toeplitz_seed_bits(std::size_t key_bits, std::size_t out_bits, ToeplitzForm form) {
    QKDES_EXPECTS(out_bits <= key_bits);
    if (out_bits == 0) return 0;
    if (form == ToeplitzForm::full) return key_bits + out_bits - 1;
    return out_bits == key_bits ? 0 : key_bits - 1;
}

Bits toeplitz_hash(Bits const& seed, Bits const& key, std::size_t out_bits, ToeplitzForm form, CarrylessPath path) {
    std::size_t const n = key.size(), m = out_bits;
    QKDES_EXPECTS(m <= n);
    QKDES_EXPECTS(seed.size() >= toeplitz_seed_bits(n, m, form));
    QKDES_EXPECTS(carryless_path_supported(path));
    if (m == 0) return Bits{};
    if (form == ToeplitzForm::full) return full_product(seed, key, n, m, path);
    Bits y = key.slice(n - m, m);
    if (m < n) y ^= full_product(seed, key, n - m, m, path);
    return y;
}

} // namespace qkdes
