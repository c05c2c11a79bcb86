#include "models/service/latency_statistics.hpp"

#include "sim/base/contracts.hpp"
#include "sim/base/quantile.hpp"

#include <cmath>
#include <vector>

namespace qkdes {

LatencyStatistics latency_statistics(std::span<double const> latencies) {
    QKDES_EXPECTS(latencies.size() >= kRollingWindow);
    std::vector<double> values{latencies.begin(), latencies.end()};
    LatencyStatistics out;
    std::vector<double> jitter, rolling;
    jitter.reserve(values.size());
    rolling.reserve(values.size());
    for (std::size_t i = 1; i < values.size(); ++i)
        jitter.push_back(std::abs(values[i] - values[i - 1]));
    for (std::size_t i = 0; i + kRollingWindow <= values.size(); ++i) {
        double mean = 0, squares = 0;
        for (std::size_t j = i; j < i + kRollingWindow; ++j)
            mean += values[j] / kRollingWindow;
        for (std::size_t j = i; j < i + kRollingWindow; ++j)
            squares += (values[j] - mean) * (values[j] - mean);
        rolling.push_back(std::sqrt(squares / (kRollingWindow - 1)));
    }
    out.jitter_median = quantile_in(std::span{jitter}, 0.5);
    out.jitter_p95 = quantile_in(std::span{jitter}, 0.95);
    out.rolling_std_p95 = quantile_in(std::span{rolling}, 0.95);
    out.median = quantile_in(std::span{values}, 0.5);
    out.p99 = quantile_in(std::span{values}, 0.99);
    for (double const v : latencies)
        out.mean += v / static_cast<double>(latencies.size());
    return out;
}

} // namespace qkdes
