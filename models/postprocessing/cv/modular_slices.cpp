#include "models/postprocessing/cv/modular_slices.hpp"

#include "models/postprocessing/cv/channel_value.hpp"
#include "sim/base/contracts.hpp"
#include "sim/base/portable_math.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes::cv {
namespace {

/// Differential entropy, in bits, of a normal of this standard deviation wrapped to [0, period). Equidistant points a
/// tenth of a deviation apart: for a periodic function this is right to 1e-9.
double wrapped_entropy(double deviation, double period) {
    int const points = static_cast<int>(std::clamp(std::ceil(10 * period / deviation), 32.0, 400.0));
    int const turns = static_cast<int>(std::ceil(9 * deviation / period)) + 1;
    double sum = 0;
    for (int i = 0; i < points; ++i) {
        double const at = (i + 0.5) / points * period;
        double density = 0;
        for (int k = -turns; k <= turns; ++k) {
            double const z = (at + k * period) / deviation;
            density += std::exp(-z * z / 2);
        }
        density /= deviation * std::sqrt(2 * M_PI);
        if (density > 0) sum -= density * std::log2(density) * period / points;
    }
    return sum;
}

constexpr std::size_t kTableSize = 4096;

/// One period of a level's likelihood, in units of 1.
std::vector<float> likelihood_table(unsigned level) {
    std::vector<float> table(kTableSize);
    double const period = static_cast<double>(2u << level);
    for (std::size_t i = 0; i < kTableSize; ++i)
        table[i] = static_cast<float>(slice_likelihood(level, (static_cast<double>(i) + 0.5) / kTableSize * period));
    return table;
}

std::vector<float> const& likelihood(unsigned level) {
    static std::vector<std::vector<float>> const tables = [] {
        std::vector<std::vector<float>> all;
        for (unsigned l = 0; l < kMostSlices; ++l)
            all.push_back(likelihood_table(l));
        return all;
    }();
    return tables[level];
}

} // namespace

double slice_likelihood(unsigned level, double phase) {
    double const half = static_cast<double>(1u << level), period = 2 * half;
    double const at = phase - std::floor(phase / period) * period; // in [0, period)
    // Distances to the nearest points of each kind rule; the sums run over all that matter.
    auto const log_sum = [&](double offset) {
        double nearest = 1e300;
        for (int k = -2; k <= 1; ++k)
            nearest = std::min(nearest, std::abs(at + offset + k * period));
        double sum = 0;
        for (int k = -9; k <= 8; ++k) {
            double const d = at + offset + k * period;
            sum += portable_exp(-kSliceStep * kSliceStep * (d * d - nearest * nearest) / 2);
        }
        return portable_log(sum) - kSliceStep * kSliceStep * nearest * nearest / 2;
    };
    return log_sum(0) - log_sum(half);
}

double slice_entropy(double snr, unsigned levels) {
    // h(y mod 2^levels step) - h(y mod step), in units of the noise.
    double const deviation = std::sqrt(1 + snr);
    return wrapped_entropy(deviation, kSliceStep * static_cast<double>(1u << levels)) -
           wrapped_entropy(deviation, kSliceStep);
}

double slice_equivocation(unsigned level, double cell) {
    // H(bits 0..level | x, v) - H(bits 0..level-1 | x, v): as the entropy, with y normal about gain x.
    if (level >= kCodedSlices) return 0;
    double const step = kSliceStep * cell;
    return wrapped_entropy(1, step * static_cast<double>(2u << level)) -
           wrapped_entropy(1, step * static_cast<double>(1u << level));
}

SliceLevels slice_levels(double snr) {
    // Level 2 costs its thin code; those above are free, so that then all that hold anything are taken.
    double const deviation = std::sqrt(1 + snr), place = wrapped_entropy(deviation, kSliceStep);
    auto const entropy = [&](unsigned levels) {
        return wrapped_entropy(deviation, kSliceStep * static_cast<double>(1u << levels)) - place;
    };
    SliceLevels taken{2, entropy(2)};
    for (unsigned levels = 3; levels <= kMostSlices; ++levels) {
        double const more = entropy(levels);
        if (more - taken.entropy < (levels == 3 ? kThinShare : 1e-6)) break;
        taken = {levels, more};
    }
    return taken;
}

SlicedSymbols slice(std::span<float const> bob, CvChannelEstimate const& channel, unsigned levels) {
    QKDES_EXPECTS(levels >= 1 && levels <= kMostSlices);
    double const per_step = 1 / (kSliceStep * std::sqrt(channel.noise_variance));
    SlicedSymbols out{std::vector<float>(bob.size()), std::vector<std::uint8_t>(bob.size())};
    for (std::size_t i = 0; i < bob.size(); ++i) {
        double const cells = static_cast<double>(bob[i]) * per_step;
        auto whole = static_cast<std::int64_t>(cells);
        whole -= cells < static_cast<double>(whole); // floor
        out.place[i] = static_cast<float>(cells - static_cast<double>(whole));
        out.cells[i] = static_cast<std::uint8_t>(whole & ((1 << levels) - 1));
    }
    return out;
}

SliceReader::SliceReader(std::span<float const> alice, std::span<float const> place, CvChannelEstimate const& channel,
                         unsigned scale)
    : phase_(alice.size()), scale_{scale} {
    QKDES_EXPECTS(alice.size() == place.size());
    double const per_step = channel.gain / (kSliceStep * std::sqrt(channel.noise_variance));
    constexpr double turn = 1u << kMostSlices; // every level's period divides it
    for (std::size_t i = 0; i < alice.size(); ++i) {
        double const phase = static_cast<double>(place[i]) - static_cast<double>(alice[i]) * per_step;
        phase_[i] = static_cast<float>(phase - std::floor(phase / turn) * turn);
    }
}

void SliceReader::channel_values(unsigned level, std::span<std::int16_t> out) const {
    QKDES_EXPECTS(out.size() == phase_.size() && level < kMostSlices);
    std::vector<std::int16_t> table(kTableSize);
    auto const& reals = likelihood(level);
    for (std::size_t i = 0; i < kTableSize; ++i)
        table[i] = to_channel_value(reals[i] * static_cast<float>(1u << scale_));
    // The period is a power of two, so that wrapping is a mask.
    float const per_entry = static_cast<float>(kTableSize) / static_cast<float>(2u << level);
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = table[static_cast<std::uint32_t>(static_cast<std::int32_t>(phase_[i] * per_entry)) & (kTableSize - 1)];
}

void SliceReader::decide(unsigned level, Bits const& bits) {
    QKDES_EXPECTS(bits.size() == phase_.size());
    float const half = static_cast<float>(1u << level);
    for (std::size_t i = 0; i < phase_.size(); ++i)
        phase_[i] += bits.get(i) ? half : 0;
}

} // namespace qkdes::cv
