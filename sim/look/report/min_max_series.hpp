// A series of rows in time, thinned out so that nothing stands out less than it did: time is cut into equal buckets,
// and of each bucket those rows stay at which some channel is smallest or largest.
//
// Holds for: rows in any order of time within [0, end]. What comes out is a part of what went in, in the order in
// which it went in, at most 2 * channels rows a bucket; when all rows are no more than that altogether, all of them.
// Of equal extremes the first counts. NaN is no extreme; a row that is NaN in every channel stays only when all stay.
// Checked: tests/sim/look/min_max_series_test.cpp.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace qkdes::look {

class MinMaxSeries {
  public:
    /// `rows`: how many will come; `most`: how many may stay (at least one bucket is kept); `end` > 0.
    MinMaxSeries(double end, std::size_t channels, std::uint64_t rows, std::size_t most);

    /// `values` has one value per channel.
    void add(double at, double const* values);

    struct Row {
        double at = 0;
        std::vector<double> values;
    };
    std::vector<Row> rows() const;
    bool whole() const { return whole_; } ///< nothing was left out
    std::uint64_t seen() const { return seen_; }

  private:
    struct Kept {
        std::uint64_t index = 0; ///< of the row; slots with equal indices hold the same row
        bool used = false;
        Row row;
    };
    double end_;
    std::size_t channels_, buckets_;
    bool whole_;
    std::uint64_t seen_ = 0;
    std::vector<Row> all_;      ///< when whole
    std::vector<Kept> extreme_; ///< [bucket][channel][min, max]
};

} // namespace qkdes::look
