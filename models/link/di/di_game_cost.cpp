#include "models/link/di/di_game_cost.hpp"

#include "models/link/binary_entropy.hpp"
#include "sim/base/distributions.hpp"
#include "sim/base/portable_math.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace qkdes {
namespace {

struct Point {
    double q, f, rounds; ///< rounds of one frame of 6e4 bits
};
constexpr std::array<Point, 8> kFit{{{0.100, 1.1348, 58},
                                     {0.120, 1.1085, 77},
                                     {0.140, 1.0972, 92},
                                     {0.155, 1.0945, 106},
                                     {0.165, 1.0954, 118},
                                     {0.175, 1.0974, 131},
                                     {0.190, 1.1019, 148},
                                     {0.210, 1.1106, 171}}};
constexpr double kOverhead = 40;           ///< bits a frame: the search for the last errors
constexpr double kScatter = 0.26;          ///< deviation over the root of the leak
constexpr double kResidualErrors = 1.5e-4; ///< frames left with an error, as at lower rates

Point at(double q) {
    q = std::clamp(q, kFit.front().q, kFit.back().q);
    std::size_t i = 1;
    while (q > kFit[i].q)
        ++i;
    auto const &a = kFit[i - 1], &b = kFit[i];
    double const part = (q - a.q) / (b.q - a.q);
    return {q, a.f + part * (b.f - a.f), a.rounds + part * (b.rounds - a.rounds)};
}

} // namespace

double game_efficiency(double q) { return at(q).f; }

CascadeCost draw_game_cost(std::uint64_t games, std::uint64_t lost, std::uint64_t frame_bits, RngStream& rng) {
    CascadeCost cost;
    if (games == 0) return cost;
    double const n = static_cast<double>(games), q = static_cast<double>(lost) / n;
    double const frames = std::max(1.0, std::nearbyint(n / static_cast<double>(frame_bits)));
    Point const fit = at(q);
    double const bulk = n * binary_entropy(q) * fit.f + kOverhead * frames;
    double const leak = bulk + kScatter * std::sqrt(bulk) * sample_normal(rng);
    cost.leaked = static_cast<std::uint64_t>(std::clamp(std::nearbyint(leak), std::min(n / 4, n), n));
    // A frame's rounds grow slowly with its size; the block's are its slowest frame's.
    double const mean = fit.rounds * (1 + 0.07 * portable_log(n / frames / 6e4)), beta = 0.12 * mean;
    double const gumbel = -portable_log(-portable_log(rng.uniform()));
    cost.round_trips =
        static_cast<std::uint32_t>(std::clamp(mean + beta * (gumbel - 0.5772 + portable_log(frames)), 14.0, 1e6));
    cost.all_correct = sample_binomial(rng, static_cast<std::uint64_t>(frames), kResidualErrors) == 0;
    return cost;
}

} // namespace qkdes
