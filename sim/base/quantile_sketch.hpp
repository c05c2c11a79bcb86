// Quantiles of durations without keeping all of them: a long run needs no more memory than a short one.
//
// Up to kExact different values are kept with how often each came, and quantiles are then those of
// sim/base/quantile.hpp, exactly: latencies of an uncongested network take a handful of values. When there are more,
// all are counted in bins of equal relative width, 1024 to a doubling: a quantile is then the middle of the bin that
// the exact one lies in, so wrong by less than 2^-11 of itself (0.05 %), and below 2048 ns still exact.
//
// Memory: at most 16 kB while exact; then eight bytes a bin between the smallest and the largest value, 8 kB for each
// doubling.
// Checked: tests/sim/base/quantile_sketch_test.cpp.
#pragma once
#include "sim/base/units.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace qkdes {

class QuantileSketch {
  public:
    static constexpr std::size_t kExact = 1024;

    void add(SimDuration value); ///< not negative
    /// All that the other has seen, too. The result does not depend on the order of merges and additions.
    void add(QuantileSketch const& other);
    std::uint64_t count() const { return count_; }
    /// Smallest value that at least a fraction q of the values do not exceed, q in (0, 1]; 0 without values.
    SimDuration quantile(double q) const;

  private:
    struct Counted {
        SimDuration value;
        std::uint64_t times;
    };
    static std::uint32_t bin_of(SimDuration value);
    static SimDuration middle_of(std::uint32_t bin);
    void add(SimDuration value, std::uint64_t times);
    void spill();
    void put(std::uint32_t bin, std::uint64_t times);

    std::uint64_t count_ = 0;
    std::vector<Counted> exact_;      ///< by value; empty when there are bins
    std::uint32_t first_ = 0;         ///< the bin that bins_ begins with
    std::vector<std::uint64_t> bins_; ///< how many
};

} // namespace qkdes
