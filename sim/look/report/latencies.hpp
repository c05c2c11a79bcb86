// The latencies of a demand: quantiles, and a histogram over all of its served requests, in bins of equal ratio.
#pragma once
#include "sim/base/quantile_sketch.hpp"

#include <cstdint>
#include <map>

namespace qkdes::look {

class Latencies {
  public:
    static constexpr int kBinsPerDecade = 200; ///< neighbours differ by 1.2 %

    void add(SimDuration latency);
    std::uint64_t count() const { return sketch_.count(); }
    /// 0 without latencies; q in (0, 1].
    double quantile_seconds(double q) const;
    double mean_seconds() const;
    /// Bin b holds [10^(b / kBinsPerDecade), 10^((b + 1) / kBinsPerDecade)) ns; what is below 1 ns is in bin 0.
    std::map<int, std::uint64_t> const& bins() const { return bins_; }

  private:
    QuantileSketch sketch_;
    double sum_ = 0;
    std::map<int, std::uint64_t> bins_;
};

} // namespace qkdes::look
