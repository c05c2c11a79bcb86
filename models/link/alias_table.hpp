// One of many outcomes from one 64-bit draw and one look-up, whatever their chances.
//
//   A. J. Walker, ACM TOMS 3, 253 (1977); built as M. D. Vose, IEEE Trans. Softw. Eng. 17, 972 (1991).
//
// The top bits of the draw choose a column (a power of two of them), the rest decide between the column's own outcome
// and its alias. Exact to 2^-53 of a column: the rounding of the weights.
// Checked: tests/models/link/alias_table_test.cpp adds the columns up again.
#pragma once
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace qkdes {

class AliasTable {
  public:
    AliasTable() = default;
    /// Outcome values and their weights (>= 0, at least one > 0; need not sum to 1).
    explicit AliasTable(std::span<std::pair<std::uint16_t, double> const> outcomes);

    bool empty() const { return columns_.empty(); }
    std::uint16_t pick(std::uint64_t draw) const {
        Column const& column = columns_[draw >> shift_];
        return draw << (64 - shift_) < column.threshold ? column.own : column.alias;
    }
    /// What pick() gives, as probabilities by outcome: for tests.
    std::vector<double> probabilities() const;

  private:
    struct Column {
        std::uint64_t threshold; ///< of the draw's lower bits, moved to the top
        std::uint16_t own, alias;
    };
    std::vector<Column> columns_;
    unsigned shift_ = 63;
};

} // namespace qkdes
