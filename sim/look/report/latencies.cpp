#include "sim/look/report/latencies.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes::look {

void Latencies::add(SimDuration latency) {
    latency = std::max(latency, SimDuration{0});
    sketch_.add(latency);
    auto const ns = static_cast<double>(latency.count());
    sum_ += ns;
    ++bins_[ns < 1 ? 0 : static_cast<int>(std::floor(std::log10(ns) * kBinsPerDecade))];
}

double Latencies::quantile_seconds(double q) const {
    return count() == 0 ? 0 : static_cast<double>(sketch_.quantile(q).count()) / 1e9;
}

double Latencies::mean_seconds() const { return count() == 0 ? 0 : sum_ / static_cast<double>(count()) / 1e9; }

} // namespace qkdes::look
