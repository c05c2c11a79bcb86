#include "models/link/entangled/clock_search.hpp"

#include "models/link/small_math.hpp"

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

constexpr double kMostBins = 1 << 22;
constexpr double kLeastPeak = 64;     ///< coincidences above the background
constexpr double kFalseAlarm = 20.73; ///< ln 1e9

/// Is a count so high that the background of this mean explains it in none of the bins?
bool is_peak(double count, double background, double bins) {
    if (count < background + kLeastPeak) return false;
    double const mean = std::max(background, 1e-9);
    return count * portable_log(count / mean) - count + mean > kFalseAlarm + portable_log(bins);
}

constexpr double kSplits[] = {1, 8, 64, 512}; ///< parts of the drift's range, searched one by one

struct Grid {
    double low, bin, bins;
    double high() const { return low + bin * bins; }
};

/// For tags between `from` and `until` ps, and a drift known to within `drift` either way.
Grid coarse_grid(ClockSearchSettings const& s, double from, double until, double drift) {
    double const range = s.range_ps + s.drift_range * until + 2 * s.peak_ps;
    double const bin = std::max({s.peak_ps, drift * (until - from), 2 * range / kMostBins});
    return {s.nominal_ps - range, bin, std::ceil(2 * range / bin)};
}

/// Finer parts of the drift's range are of no use once the peak is not blurred.
bool worth_splitting(ClockSearchSettings const& s, double length, double split) {
    return split == 1 || 8 * s.drift_range * length / split > s.peak_ps;
}

/// Calls with every pair of tags whose difference, less what the line drifts, lies in [low, high).
template <class Visit>
void each_difference(std::span<TimeTag const> alice, std::span<TimeTag const> bob, double low, double high,
                     ClockFit const& line, Visit visit) {
    std::size_t first = 0;
    for (TimeTag const a : alice) {
        std::int64_t const t = a.time_ps();
        double const drifted = line(t) - line.at;
        auto const lowest = static_cast<std::int64_t>(std::ceil(low + drifted)),
                   highest = static_cast<std::int64_t>(std::ceil(high + drifted));
        while (first < bob.size() && bob[first].time_ps() < t + lowest)
            ++first;
        for (std::size_t j = first; j < bob.size(); ++j) {
            std::int64_t const difference = bob[j].time_ps() - t;
            if (difference >= highest) break;
            visit(t, difference);
        }
    }
}

using Points = std::vector<ClockSearchResult::Point>;

/// The most points that two neighbouring bins of width `bin` hold, and where they meet.
std::pair<std::uint32_t, double> highest_pair(Points const& points, double low, double high, double bin,
                                              ClockFit const& line, std::vector<std::uint32_t>& histogram) {
    histogram.assign(static_cast<std::size_t>((high - low) / bin) + 2, 0);
    for (auto const& p : points) {
        double const at = (p.difference - (line(p.time_ps) - line.at) - low) / bin;
        if (at >= 0 && at < static_cast<double>(histogram.size())) ++histogram[static_cast<std::size_t>(at)];
    }
    std::uint32_t most = 0;
    std::size_t where = 0;
    for (std::size_t i = 1; i < histogram.size(); ++i)
        if (histogram[i - 1] + histogram[i] > most) most = histogram[i - 1] + histogram[i], where = i;
    return {most, low + bin * static_cast<double>(where)};
}

/// Least squares through the points within `reach` of the line; what they are goes to `near`.
ClockFit refit(Points const& points, ClockFit line, double reach, Points& near) {
    near.clear();
    double n = 0, st = 0, sd = 0, stt = 0, std_ = 0;
    for (auto const& p : points) {
        double const off = p.difference - line(p.time_ps), t = static_cast<double>(p.time_ps - line.when);
        if (std::abs(off) > reach) continue;
        near.push_back(p);
        n += 1, st += t, sd += off, stt += t * t, std_ += t * off;
    }
    double const spread = n * stt - st * st;
    if (n < 3 || spread <= 0) return line;
    double const slope = (n * std_ - st * sd) / spread;
    line.at += (sd - slope * st) / n;
    line.drift += slope;
    return line;
}

/// The coarse peak for drifts about the line's: where it is, and how high.
struct CoarsePeak {
    double at = 0, count = 0, background = 0;
};
CoarsePeak coarse_peak(std::span<TimeTag const> alice, std::span<TimeTag const> bob, Grid const& grid,
                       ClockFit const& line, std::vector<std::uint32_t>& histogram) {
    histogram.assign(static_cast<std::size_t>(grid.bins) + 2, 0);
    double total = 0;
    each_difference(alice, bob, grid.low, grid.high(), line, [&](std::int64_t t, std::int64_t difference) {
        double const from_low = static_cast<double>(difference) - (line(t) - line.at) - grid.low;
        ++histogram[static_cast<std::size_t>(std::max(0.0, from_low) / grid.bin)];
        total += 1;
    });
    std::size_t peak = 1;
    for (std::size_t i = 1; i < histogram.size(); ++i)
        if (histogram[i - 1] + histogram[i] > histogram[peak - 1] + histogram[peak]) peak = i;
    double const count = histogram[peak - 1] + histogram[peak];
    return {grid.low + grid.bin * static_cast<double>(peak), count, 2 * (total - count) / grid.bins};
}

} // namespace

std::optional<ClockSearchResult> search_clocks(std::span<TimeTag const> alice, std::span<TimeTag const> bob,
                                               ClockSearchSettings const& s) {
    if (alice.size() < 2 || bob.size() < 2) return std::nullopt;
    double const from = static_cast<double>(alice.front().time_ps()),
                 until = static_cast<double>(alice.back().time_ps()), length = std::max(1.0, until - from);
    double const bob_seconds = 1e-12 * static_cast<double>(bob.back().time_ps() - bob.front().time_ps() + 1);
    double const work =
        search_work(static_cast<double>(alice.size()), static_cast<double>(bob.size()) / bob_seconds, until * 1e-12, s);

    // Coarse.
    ClockFit best{static_cast<std::int64_t>(from + length / 2), 0, 0};
    CoarsePeak peak;
    Grid grid{};
    double drift_left = 0;
    std::vector<std::uint32_t> histogram;
    bool found = false;
    for (double const split : kSplits) {
        if (found || !worth_splitting(s, length, split) || work * split > kMostSearchWork) break;
        drift_left = s.drift_range / split;
        grid = coarse_grid(s, from, until, drift_left);
        for (double part = 0; part < split; part += 1) {
            ClockFit line = best;
            line.drift = s.drift_range * ((2 * part + 1) / split - 1);
            auto const here = coarse_peak(alice, bob, grid, line, histogram);
            if (!is_peak(here.count, here.background, grid.bins * split) || here.count <= peak.count) continue;
            found = true;
            peak = here;
            best.drift = line.drift;
        }
    }
    if (!found) return std::nullopt;

    // Fine: lines of every drift in the part through what is near the coarse peak.
    ClockFit const middle = best;
    double const low = peak.at - 2 * grid.bin, high = peak.at + 2 * grid.bin;
    Points points;
    each_difference(alice, bob, low, high, middle, [&](std::int64_t t, std::int64_t difference) {
        points.push_back({t, static_cast<double>(difference)});
    });
    double const fine = s.peak_ps / 2, steps = std::ceil(drift_left * length / fine);
    std::uint32_t most = 0;
    for (double k = -steps; k <= steps; k += 1) {
        ClockFit line = middle;
        line.drift += steps > 0 ? drift_left * k / steps : 0;
        auto const [held, where] = highest_pair(points, low, high, fine, line, histogram);
        if (held <= most) continue;
        most = held;
        best = line;
        best.at = where;
    }
    ClockSearchResult result;
    best = refit(points, best, 2 * s.peak_ps, result.points);
    best = refit(points, best, 1.5 * s.peak_ps, result.points);
    result.fit = refit(points, best, s.peak_ps, result.points);
    return result;
}

double search_work(double alice_tags, double bob_rate, double seconds, ClockSearchSettings const& s) {
    return alice_tags * bob_rate * 2e-12 * (s.range_ps + s.drift_range * seconds * 1e12);
}

double expected_search_tags(double alice_rate, double bob_rate, double true_rate, ClockSearchSettings const& s) {
    if (true_rate <= 0) return 0;
    for (double tags = kFirstSearchTags;; tags *= 2) {
        double const length = tags / alice_rate, work = search_work(tags, bob_rate, length, s);
        bool const too_many = tags * std::max(1.0, bob_rate / alice_rate) > static_cast<double>(kMostSearchTags);
        if (work > kMostSearchWork || too_many) return 0;
        for (double const split : kSplits) {
            if (!worth_splitting(s, length * 1e12, split) || work * split > kMostSearchWork) break;
            Grid const grid = coarse_grid(s, 0, length * 1e12, s.drift_range / split);
            double const background = 2 * tags * bob_rate * grid.bin * 1e-12;
            if (is_peak(background + 0.8 * true_rate * length, background, grid.bins * split)) return tags;
        }
    }
}

} // namespace qkdes
