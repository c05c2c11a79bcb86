#include "sim/base/quantile_sketch.hpp"

#include "sim/base/contracts.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace qkdes {

namespace {
constexpr int kBits = 10; ///< of a value behind its leading one
} // namespace

std::uint32_t QuantileSketch::bin_of(SimDuration value) {
    QKDES_EXPECTS(value >= SimDuration{0});
    auto const v = static_cast<std::uint64_t>(value.count());
    int const shift = std::max(0, static_cast<int>(std::bit_width(v)) - 1 - kBits);
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>(shift) << kBits) + (v >> shift));
}

SimDuration QuantileSketch::middle_of(std::uint32_t bin) {
    std::uint64_t const steps = bin >> kBits, shift = steps == 0 ? 0 : steps - 1;
    std::uint64_t const low = (bin - (shift << kBits)) << shift;
    return SimDuration{static_cast<std::int64_t>(low + (std::uint64_t{1} << shift) / 2)};
}

void QuantileSketch::put(std::uint32_t bin, std::uint64_t times) {
    if (bins_.empty()) first_ = bin;
    if (bin < first_) {
        bins_.insert(bins_.begin(), first_ - bin, 0);
        first_ = bin;
    }
    if (bin - first_ >= bins_.size()) bins_.resize(bin - first_ + 1);
    bins_[bin - first_] += times;
}

void QuantileSketch::add(SimDuration value, std::uint64_t times) {
    count_ += times;
    if (!bins_.empty()) return put(bin_of(value), times);
    auto const at = std::ranges::lower_bound(exact_, value, {}, &Counted::value);
    if (at != exact_.end() && at->value == value) {
        at->times += times;
        return;
    }
    exact_.insert(at, {value, times});
    if (exact_.size() > kExact) spill();
}

void QuantileSketch::spill() {
    for (Counted const& each : exact_)
        put(bin_of(each.value), each.times);
    exact_ = {};
}

void QuantileSketch::add(SimDuration value) { add(value, 1); }

void QuantileSketch::add(QuantileSketch const& other) {
    if (!other.bins_.empty()) spill();
    for (Counted const& each : other.exact_)
        add(each.value, each.times);
    for (std::size_t i = 0; i < other.bins_.size(); ++i)
        if (other.bins_[i] > 0) {
            count_ += other.bins_[i];
            put(other.first_ + static_cast<std::uint32_t>(i), other.bins_[i]);
        }
}

SimDuration QuantileSketch::quantile(double q) const {
    auto const rank =
        std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(q * static_cast<double>(count_))));
    std::uint64_t seen = 0;
    for (Counted const& each : exact_)
        if ((seen += each.times) >= rank) return each.value;
    for (std::size_t i = 0; i < bins_.size(); ++i)
        if ((seen += bins_[i]) >= rank) return middle_of(first_ + static_cast<std::uint32_t>(i));
    return SimDuration{0};
}

} // namespace qkdes
