// A quasi-cyclic parity-check code, built in code from a degree profile: a small base matrix whose entries are
// circulants, that is cyclic shifts of a Z x Z identity. Check i of block row r covers bit (i + shift) mod Z of each
// block column that the row names.
//
//   Progressive choice of edges after X.-Y. Hu, E. Eleftheriou, D. M. Arnold, "Regular and irregular progressive
//   edge-growth Tanner graphs", IEEE Trans. Inf. Theory 51, 386 (2005), doi:10.1109/TIT.2004.839541; the circulants'
//   cycle condition after M. P. C. Fossorier, "Quasi-cyclic low-density parity-check codes from circulant permutation
//   matrices", IEEE Trans. Inf. Theory 50, 1788 (2004), doi:10.1109/TIT.2004.831841.
//
// Columns of degree 2 form a zigzag through the rows (no cycle among them, so no small word of low weight); every other
// column takes the rows that have the fewest edges so far. Each shift is drawn among those that close the fewest cycles
// of six and, where any such exists, none of four.
//
// Holds for:  1 to 65535 rows and columns, Z a multiple of 64. The same arguments give the same code everywhere.
// Leaves out: cycles of eight and longer.
// Checked:    degrees, chain and the absence of 4-cycles: tests/models/postprocessing/ldpc/code_test.cpp.
#pragma once
#include "models/postprocessing/ldpc/degrees.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace qkdes::ldpc {

struct Edge {
    std::uint32_t column, shift;
};

class Code {
  public:
    /// Needs rows >= 2, columns >= 1, lift a multiple of 64. Column 0 is a column of degree 3 (frame_plan.hpp punctures
    /// there).
    Code(std::uint32_t columns, std::uint32_t rows, std::uint32_t lift, DegreeProfile const& profile,
         std::uint64_t seed);

    std::uint32_t columns() const { return columns_; }
    std::uint32_t rows() const { return static_cast<std::uint32_t>(row_begin_.size() - 1); }
    std::uint32_t lift() const { return lift_; }
    std::uint32_t edges() const { return static_cast<std::uint32_t>(edges_.size()); }
    /// The circulants of a block row, in the order of their columns.
    std::span<Edge const> row(std::uint32_t r) const {
        return {edges_.data() + row_begin_[r], edges_.data() + row_begin_[r + 1]};
    }
    /// Index of the row's first edge among all.
    std::uint32_t first_edge(std::uint32_t r) const { return row_begin_[r]; }

    /// H x over packed words: columns() * lift() bits in, rows() * lift() bits out.
    void syndrome(std::span<std::uint64_t const> word, std::span<std::uint64_t> out) const;
    /// The lift() bits of one block row.
    void row_syndrome(std::uint32_t r, std::span<std::uint64_t const> word, std::span<std::uint64_t> out) const;
    /// Marks (sets) in `bits` every bit that a marked check covers.
    void neighbours(std::span<std::uint64_t const> checks, std::span<std::uint64_t> bits) const;

  private:
    std::uint32_t columns_, lift_;
    std::vector<std::uint32_t> row_begin_;
    std::vector<Edge> edges_;
};

} // namespace qkdes::ldpc
