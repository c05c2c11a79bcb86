#include "sim/look/report/min_max_series.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>
#include <cmath>
#include <map>

namespace qkdes::look {

MinMaxSeries::MinMaxSeries(double end, std::size_t channels, std::uint64_t rows, std::size_t most)
    : end_{end}, channels_{channels},
      buckets_{std::max<std::size_t>(1, most / (2 * std::max<std::size_t>(1, channels)))}, whole_{rows <= most} {
    QKDES_EXPECTS(end > 0 && channels > 0);
    if (!whole_) extreme_.resize(buckets_ * channels_ * 2);
}

void MinMaxSeries::add(double at, double const* values) {
    std::uint64_t const index = seen_++;
    if (whole_) {
        all_.push_back({at, {values, values + channels_}});
        return;
    }
    double const place = std::clamp(at / end_, 0.0, 1.0) * static_cast<double>(buckets_);
    std::size_t const bucket = std::min(static_cast<std::size_t>(place), buckets_ - 1);
    for (std::size_t c = 0; c < channels_; ++c) {
        if (std::isnan(values[c])) continue;
        Kept* const pair = &extreme_[(bucket * channels_ + c) * 2];
        if (!pair[0].used || values[c] < pair[0].row.values[c])
            pair[0] = {index, true, {at, {values, values + channels_}}};
        if (!pair[1].used || values[c] > pair[1].row.values[c])
            pair[1] = {index, true, {at, {values, values + channels_}}};
    }
}

std::vector<MinMaxSeries::Row> MinMaxSeries::rows() const {
    if (whole_) return all_;
    std::map<std::uint64_t, Row const*> kept;
    for (auto const& slot : extreme_)
        if (slot.used) kept.emplace(slot.index, &slot.row);
    std::vector<Row> out;
    out.reserve(kept.size());
    for (auto const& [index, row] : kept)
        out.push_back(*row);
    return out;
}

} // namespace qkdes::look
