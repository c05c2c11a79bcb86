#include "models/postprocessing/cv/met_code.hpp"

#include "models/postprocessing/cv/met_ensemble.hpp"
#include "sim/base/contracts.hpp"
#include "sim/base/rng.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <unordered_set>

namespace qkdes::cv {
namespace {

/// Integers near `wanted` that sum to its rounded sum.
std::vector<unsigned> round_to_sum(std::vector<double> const& wanted) {
    std::vector<unsigned> out;
    double sum = 0;
    std::uint64_t given = 0;
    for (double w : wanted) {
        sum += w;
        auto const upto = static_cast<std::uint64_t>(std::llround(sum));
        out.push_back(static_cast<unsigned>(upto - given));
        given = upto;
    }
    return out;
}

/// Which columns each row has: row degrees as even as possible, each column its sockets, nobody twice in a row. A row
/// takes the columns that are furthest behind their even pace, blurred by chance, so that all rows have the same
/// mixture of degrees (where they do not, the rows that got mostly low degrees are where decoding stalls). Columns with
/// two sockets come first, as a path through the rows: without a cycle among them the lifted code has none either, and
/// it is those cycles that would be its words of low weight.
void join(std::vector<unsigned> const& sockets, std::span<std::vector<CodeEdge>> rows, RngStream& rng) {
    std::uint64_t const total = std::accumulate(sockets.begin(), sockets.end(), std::uint64_t{0});
    std::vector<unsigned> left = sockets;
    std::size_t at = 0;
    for (std::uint32_t c = 0; c < sockets.size() && at + 1 < rows.size(); ++c)
        if (sockets[c] == 2) {
            rows[at].push_back({c, 0});
            rows[++at].push_back({c, 0});
            left[c] = 0;
        }
    std::vector<std::pair<double, std::uint32_t>> order(sockets.size());
    for (std::size_t r = 0; r < rows.size(); ++r) {
        auto const degree = static_cast<std::size_t>(total * (r + 1) / rows.size() - total * r / rows.size());
        double const due = static_cast<double>(rows.size() - r);
        for (std::uint32_t c = 0; c < sockets.size(); ++c) {
            // Must be taken when a socket is due in every row that is left; else by how far it is behind.
            double const need = static_cast<double>(left[c]) / due;
            double const behind = left[c] - sockets[c] * (due - 1) / static_cast<double>(rows.size());
            order[c] = {left[c] == 0 ? -1e9 : need >= 1 ? 1e9 + need : behind + rng.uniform(), c};
        }
        std::size_t const have = rows[r].size(), wanted = std::min(std::max(degree, have) - have, order.size());
        std::partial_sort(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(wanted), order.end(),
                          [](auto const& a, auto const& b) { return a > b; });
        for (std::size_t k = 0; k < order.size(); ++k) {
            std::uint32_t const c = order[k].second;
            bool const must = order[k].first >= 1e9;
            if ((k >= wanted && !must) || left[c] == 0) continue;
            --left[c];
            rows[r].push_back({c, 0});
        }
    }
}

/// Shifts without four-cycles: two circulants of one row may not differ by what the same two columns differ by in
/// another row.
void draw_shifts(MetCode& code, RngStream& rng) {
    std::unordered_set<std::uint64_t> taken; // column < column, difference; asked only, never walked
    auto const key = [&](CodeEdge a, CodeEdge b) {
        if (a.column > b.column) std::swap(a, b);
        return (std::uint64_t{a.column} << 32 | std::uint64_t{b.column} << 16) +
               (a.shift + code.lift - b.shift) % code.lift;
    };
    for (auto& row : code.rows)
        for (std::size_t e = 0; e < row.size(); ++e) {
            auto const clashes = [&] {
                for (std::size_t k = 0; k < e; ++k)
                    if (taken.contains(key(row[k], row[e]))) return true;
                return false;
            };
            int tries = 0;
            do
                row[e].shift = static_cast<std::uint32_t>(rng.below(code.lift));
            while (clashes() && ++tries < 100);
            code.four_cycles += tries == 100;
            for (std::size_t k = 0; k < e; ++k)
                taken.insert(key(row[k], row[e]));
        }
}

} // namespace

CodeShape low_rate_shape(double rate, std::size_t length) {
    QKDES_EXPECTS(rate > 0.01 && rate < 0.6 && length >= 20'000);
    // Many block columns make rate and degrees fine, few make the circulants long; core rows must not get too few.
    double const wish = std::clamp(static_cast<double>(length) / 256, 100.0, 400.0 + 30.0 / rate);
    double const free = std::max(12.0, std::round(rate * wish));
    auto const columns = static_cast<std::uint32_t>(std::lround(free / rate));
    auto const lift = static_cast<std::uint32_t>(std::max<std::size_t>(1, length / columns / 64) * 64);
    return {columns, columns - static_cast<std::uint32_t>(free), lift};
}

MetCode make_met_code(CodeShape shape) {
    QKDES_EXPECTS(shape.rows < shape.columns && shape.columns < 65536);
    QKDES_EXPECTS(shape.lift > 0 && shape.lift % 64 == 0 && shape.lift <= 65536);
    unsigned const free = shape.columns - shape.rows;
    double const rate = static_cast<double>(free) / shape.columns;
    MetEnsemble const& ensemble = nearest_ensemble(rate);
    double const share = ensemble.core_share();
    bool const extended = share < 0.999;
    MetCode code;
    code.core_columns = extended ? static_cast<unsigned>(std::lround(free * share / ensemble.rate)) : shape.columns;
    code.core_rows = code.core_columns - free;
    code.extensions = shape.columns - code.core_columns;
    code.lift = shape.lift;
    code.rows.resize(shape.rows);

    // How many core columns of each class, and their sockets: extension degrees follow the number of extension rows.
    std::vector<double> wanted;
    for (CoreClass const& c : ensemble.classes)
        wanted.push_back(c.share / share * code.core_columns);
    std::vector<unsigned> const counts = round_to_sum(wanted);
    double sockets = 0;
    for (std::size_t k = 0; k < counts.size(); ++k)
        sockets += counts[k] * ensemble.classes[k].extension_degree;
    double const stretch = extended ? code.extensions * extension_check_degree(rate) / sockets : 0;
    std::vector<unsigned> core_sockets;
    std::vector<double> extension_wanted;
    for (std::size_t k = 0; k < counts.size(); ++k)
        for (unsigned i = 0; i < counts[k]; ++i) {
            core_sockets.push_back(std::min(ensemble.classes[k].core_degree, code.core_rows));
            extension_wanted.push_back(ensemble.classes[k].extension_degree * stretch);
        }
    RngStream rng{0x6d6574, "cv/met-code", code.length()};
    join(core_sockets, std::span{code.rows}.first(code.core_rows), rng);
    if (extended) join(round_to_sum(extension_wanted), std::span{code.rows}.subspan(code.core_rows), rng);
    draw_shifts(code, rng);
    return code;
}

MetCode make_thin_code(CodeShape shape) {
    MetCode code;
    code.core_columns = shape.columns;
    code.core_rows = shape.rows;
    code.lift = shape.lift;
    code.rows.resize(shape.rows);
    // Shifts r c mod Z: short cycles only between columns that are a multiple of Z / r apart.
    for (std::uint32_t r = 0; r < shape.rows; ++r)
        for (std::uint32_t c = 0; c < shape.columns; ++c)
            code.rows[r].push_back({c, r * c % shape.lift});
    return code;
}

Bits syndrome_of(MetCode const& code, Bits const& word) {
    QKDES_EXPECTS(word.size() == code.length());
    std::size_t const words = code.lift / 64;
    auto const in = word.words();
    std::vector<std::uint64_t> out(code.rows.size() * words);
    for (std::size_t r = 0; r < code.rows.size(); ++r) {
        std::uint64_t* const row = &out[r * words];
        for (CodeEdge const edge : code.rows[r]) {
            // Rotation of a block of whole words: word i takes the bits from 64 i + shift on.
            std::uint64_t const* const column = &in[edge.column * words];
            std::size_t const whole = edge.shift / 64;
            unsigned const part = edge.shift % 64;
            for (std::size_t i = 0; i < words; ++i) {
                std::size_t const a = (i + whole) % words, b = (i + whole + 1) % words;
                row[i] ^= part == 0 ? column[a] : column[a] >> part | column[b] << (64 - part);
            }
        }
        if (r >= code.core_rows) {
            std::uint64_t const* const own = &in[(code.core_columns + r - code.core_rows) * words];
            for (std::size_t i = 0; i < words; ++i)
                row[i] ^= own[i];
        }
    }
    return Bits{code.syndrome_length(), std::move(out)};
}

} // namespace qkdes::cv
