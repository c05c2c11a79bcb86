// A histogram as Prometheus counts one: how many values were at most each bound, their sum and their number.
#pragma once
#include <array>
#include <cstdint>

namespace qkdes::agent {

class LatencyHistogram {
  public:
    /// Upper bounds in seconds; one more bucket has none.
    static constexpr std::array<double, 11> kBounds{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

    void add(double seconds) {
        for (std::size_t i = 0; i < kBounds.size(); ++i)
            at_most_[i] += seconds <= kBounds[i];
        ++count_;
        sum_ += seconds;
    }
    std::uint64_t at_most(std::size_t bound) const { return at_most_[bound]; }
    std::uint64_t count() const { return count_; }
    double sum() const { return sum_; }

  private:
    std::array<std::uint64_t, kBounds.size()> at_most_{};
    std::uint64_t count_ = 0;
    double sum_ = 0;
};

} // namespace qkdes::agent
