// Low-density parity-check codes for noisy reals: multi-edge-type ensembles, lifted by circulants.
//
//   T. Richardson, R. Urbanke, "Modern Coding Theory", Cambridge 2008, chapter 7, doi:10.1017/CBO9780511791338; the
//   shape of low-rate ensembles for this use: X. Wang, Y. Zhang, Z. Li, B. Xu, S. Yu, H. Guo, Quantum Inf. Comput. 17,
//   1123 (2017), arXiv:1703.04916. Degrees are our own (met_ensemble.hpp).
//
// Two kinds of columns: `core` columns, and extension columns that sit in one check each. Two kinds of rows: core rows
// join core columns only; extension row e joins a few core columns and extension column e. Low rates are mostly
// extension: each such check repeats, once more and noisily, what its core columns say. At high rates there is none.
//
//   word      positions [c Z, (c + 1) Z) are block column c: core columns first, then extension columns in row order
//   syndrome  positions [r Z, (r + 1) Z) are block row r: core rows first, then extension rows
//   Row r, lane i joins position c Z + (i + shift) mod Z of each of its core columns c.
//
// Holds for:  Z a multiple of 64. At most one circulant joins a block row and a block column. No cycles of length four,
//             but for `four_cycles` (where a short, dense code leaves no shift free).
// Checked:    tests/models/postprocessing/cv/met_code_test.cpp.
#pragma once
#include "sim/base/bits.hpp"

#include <cstdint>
#include <vector>

namespace qkdes::cv {

struct CodeEdge {
    std::uint32_t column; ///< core block column
    std::uint32_t shift;  ///< below Z
};

struct MetCode {
    std::uint32_t lift = 0; ///< Z
    std::uint32_t core_columns = 0, core_rows = 0, extensions = 0;
    std::vector<std::vector<CodeEdge>> rows; ///< core rows, then extension rows; their core edges
    std::uint32_t four_cycles = 0;           ///< circulants for which no shift without such a cycle was found

    std::size_t length() const { return std::size_t{core_columns + extensions} * lift; }
    std::size_t syndrome_length() const { return rows.size() * lift; }
    double rate() const { return 1 - static_cast<double>(syndrome_length()) / static_cast<double>(length()); }
};

struct CodeShape {
    std::uint32_t columns, rows, lift; ///< rows < columns; lift a multiple of 64

    std::size_t length() const { return std::size_t{columns} * lift; }
};

/// The shape of a code with about this rate (within 1 %, in (.01, .6)) and at most this length (at least 20,000),
/// shorter by less than 64 bits per block column.
CodeShape low_rate_shape(double rate, std::size_t length);

/// A code of this shape, its degrees from the ensemble nearest in rate. A pure function; takes milliseconds.
MetCode make_met_code(CodeShape shape);

/// Every column in each of the rows, a few: for the rare errors of a nearly clean level.
MetCode make_thin_code(CodeShape shape);

/// H times word.
Bits syndrome_of(MetCode const& code, Bits const& word);

} // namespace qkdes::cv
