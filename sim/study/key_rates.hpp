// Key rates between pairs, as a client measures them that asks again as soon as it has its key: the rate of a request
// is its bits / the time to its key, the rate of a pair the mean over its requests (arXiv:2604.20376, Table III). That
// mean is above bits / mean time when times vary: E(1/t) >= 1/E(t).
#pragma once
#include "sim/study/answer_log.hpp"
#include "sim/study/statistics.hpp"

#include <span>
#include <vector>

namespace qkdes {

struct RateCell {
    double mean = 0, deviation = 0; ///< bit/s; deviation of the requests (n - 1)
    std::size_t requests = 0;       ///< with a key; 0: nothing was measured
};
/// Of the requests that got a key.
RateCell rate_cell(std::span<Answer const> answers, double bits_per_request);

/// By source, then destination; the diagonal is empty.
using RateTable = std::vector<std::vector<RateCell>>;

/// Mean of a row's cells, those left out for which `leave_out` says so, and empty ones.
double row_mean(RateTable const& table, std::size_t row, bool (*leave_out)(std::size_t, std::size_t));

/// What one more hop to the destination adds to the time to a key, ms: least squares of bits / mean rate against hops,
/// with a level of its own for each source, cells weighted by the inverse square of their standard error. `hops` is
/// |row - column|, nodes being in a line. The interval supposes normal errors of the size that the residuals show.
Estimate hop_slope(RateTable const& table, double bits, bool (*leave_out)(std::size_t, std::size_t));

} // namespace qkdes
