// How two ends find what their clocks differ by, from nothing but their own time tags.
//
//   C. Ho, A. Lamas-Linares, C. Kurtsiefer, "Clock synchronization by remote detection of correlated photon pairs", New
//   J. Phys. 11, 045011 (2009), doi:10.1088/1367-2630/11/4/045011: the differences of all pairs of tags have one peak.
//   Here they are counted one by one instead of by Fourier transform: within the range that is searched a tag has few
//   neighbours, and a sum over them is cheaper and has no folded background.
//
//
//   coarse   histogram of Bob's times minus Alice's over the range; bins as wide as the peak or as what the largest
//            drift makes of it; the highest two neighbouring bins count as a peak when the background makes that many
//            with chance below 1e-9 over the whole range (Chernoff's bound), and they hold 64 more than it. Where
//            drift blurs the peak away, the same for each eighth of the drift's range, each 64th and each 512th.
//   fine     straight lines of every drift in that part through the coarse peak; the one with the most tags near it,
//            then least squares.
//
// The search is tried on the first 256 tags, then on twice as many, and so on, until it has seen 2^24 tags of an end.
//
// Holds for:  work (search_work) below kMostSearchWork, seconds of processor time; constant drift during the search.
// Leaves out: the communication (Alice's tags to Bob); it is part of sifting.
// Checked:    offsets and drifts found again, noise alone refused: tests/models/link/entangled/matching_test.cpp.
#pragma once
#include "models/link/entangled/time_tag.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace qkdes {

struct ClockSearchSettings {
    double nominal_ps = 0; ///< what the difference would be with equal clocks
    double range_ps = 1e8; ///< of the offset at time 0
    double drift_range = 1e-8;
    double peak_ps = 100; ///< width of the peak: the timing spread, or the window where that is wider
};

/// Bob's time minus Alice's, at Alice's time t: at + drift (t - when).
struct ClockFit {
    std::int64_t when = 0; ///< ps
    double at = 0, drift = 0;
    double operator()(std::int64_t time_ps) const { return at + drift * static_cast<double>(time_ps - when); }
};

/// One attempt on the given tags; also what each tag near the line was off by, for whoever goes on fitting.
struct ClockSearchResult {
    ClockFit fit;
    struct Point {
        std::int64_t time_ps;
        double difference;
    };
    std::vector<Point> points;
};
std::optional<ClockSearchResult> search_clocks(std::span<TimeTag const> alice, std::span<TimeTag const> bob,
                                               ClockSearchSettings const& settings);

/// Differences that one histogram would count.
double search_work(double alice_tags, double bob_rate, double seconds, ClockSearchSettings const& settings);
inline constexpr double kMostSearchWork = 2e9;
inline constexpr std::size_t kFirstSearchTags = 256;
inline constexpr std::size_t kMostSearchTags = std::size_t{1} << 24; ///< of either end: 128 MiB

/// Whether the search would succeed on average at these rates, and on how many of Alice's tags; 0 if never.
double expected_search_tags(double alice_rate, double bob_rate, double true_rate, ClockSearchSettings const& settings);

} // namespace qkdes
