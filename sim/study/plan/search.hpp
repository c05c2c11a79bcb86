// Where along one number do the service levels stop holding? A bracket by doubling or halving, then bisection on a
// logarithmic scale, by a judge who may also say that he cannot tell.
//
//   From `start` in steps of two towards the hard side while levels hold, towards the easy side until they do; then
//   the gap between the hardest that holds and the easiest that fails is cut until its ends are within `precision`.
//   A value that stays undecided is an end for both sides: the gaps on either side of it are cut further, and what lies
//   between the two ends is what could not be decided.
//
// Holds for:  levels that get no better towards the hard side. A value that holds beyond one that fails is reported.
// Checked:    tests/sim/study/plan_search_test.cpp.
#pragma once
#include "sim/study/plan/levels.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace qkdes {

struct SearchRange {
    double start = 1, least = 1e-3, most = 1e3; ///< 0 < least <= start <= most
    bool larger_is_harder = true;
    double precision = 0.02;   ///< > 0: ends e and f with f/e - 1 at most this are near enough
    double grain = 0;          ///< > 0: values are whole multiples of it, and neighbours are near enough
    std::uint32_t at_once = 1; ///< values tried in one round, >= 1
};

struct Tried {
    double value = 0;
    Holds holds = Holds::undecided;
};

struct SearchResult {
    std::optional<double> holds; ///< the hardest value that was shown to hold, with none easier that fails
    std::optional<double> fails; ///< the easiest that was shown to fail beyond it
    std::vector<Tried> tried;    ///< in the order of trying, each value once
    bool monotone = true;        ///< nothing held beyond what failed
    /// Values between the two ends that could not be decided.
    bool undecided() const;
};

/// `judge` is asked about distinct values, several at once where possible, and answers in their order.
SearchResult search(SearchRange const& range, std::function<std::vector<Holds>(std::span<double const>)> const& judge);

} // namespace qkdes
