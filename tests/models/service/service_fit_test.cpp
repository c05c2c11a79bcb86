#include "models/service/service_fit.hpp"

#include "sim/base/distributions.hpp"
#include "sim/base/rng.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace qkdes {
namespace {

std::vector<double> drawn(ServiceParameters const& p, std::size_t n, std::uint64_t seed, double level = 0) {
    RngStream rng{seed, "service"};
    std::vector<double> out;
    for (std::size_t i = 0; i < n; ++i) {
        double t = p.median * std::exp(level + p.spread * sample_normal(rng));
        if (rng.bernoulli(p.stall)) t += p.stall_mean * sample_exponential(rng);
        out.push_back(t);
    }
    return out;
}

// By hand: 1 2 4 8 16 has jitters 1 2 4 8; the windows' deviations are sqrt(28.75/3) and sqrt(115/3).
TEST(LatencyStatistics, ByHand) {
    double const latencies[] = {1, 2, 4, 8, 16};
    auto const s = latency_statistics(latencies);
    EXPECT_DOUBLE_EQ(s.median, 4);
    EXPECT_DOUBLE_EQ(s.jitter_median, 2);
    EXPECT_DOUBLE_EQ(s.jitter_p95, 8);
    EXPECT_NEAR(s.rolling_std_p95, std::sqrt(115.0 / 3), 1e-12);
}

// Normal limit: the median of |N1 - N2| is 0.954, its 95th percentile 2.772.
TEST(LatencyStatistics, ANarrowBodyHasTheNormalRatios) {
    auto const s = latency_statistics(drawn({100, 0.01, 0, 1}, 200'000, 3));
    EXPECT_NEAR(s.jitter_median, 0.954, 0.01);
    EXPECT_NEAR(s.jitter_p95, 2.772, 0.03);
    EXPECT_NEAR(s.rolling_std_p95, std::sqrt(7.815 / 3), 0.02); // chi-squared of 3 degrees
}

// Fails when a parameter has no effect, or two trade places.
TEST(ServiceFit, PlantedParametersComeBack) {
    for (ServiceParameters const& truth :
         {ServiceParameters{100, 0.05, 0.1, 40}, ServiceParameters{500, 0.05, 0.07, 800},
          ServiceParameters{140, 0.2, 0.05, 300}}) {
        ServiceFit const fit = fit_service(latency_statistics(drawn(truth, 100'000, 7)));
        EXPECT_NEAR(fit.parameters.median / truth.median, 1, 0.02);
        EXPECT_NEAR(fit.parameters.spread / truth.spread, 1, 0.1) << truth.median;
        EXPECT_NEAR(fit.parameters.stall / truth.stall, 1, 0.25) << truth.median;
        EXPECT_NEAR(fit.parameters.stall_mean / truth.stall_mean, 1, 0.25) << truth.median;
        EXPECT_NEAR(fit.worst, 1, 0.02);
    }
}

// The unit does not matter: milliseconds or seconds.
TEST(ServiceFit, ScalesWithTheUnit) {
    LatencyStatistics const ms{102.661, 5.5104, 42.079, 23.804};
    LatencyStatistics const s{0.102661, 0.0055104, 0.042079, 0.023804};
    auto const a = fit_service(ms).parameters, b = fit_service(s).parameters;
    EXPECT_NEAR(a.median / b.median, 1000, 10);
    EXPECT_NEAR(a.spread / b.spread, 1, 0.05);
}

// Table IV of arXiv:2604.20376, in ms: each node's four figures within 25 %, the median within 2 %.
TEST(ServiceFit, ThePublishedNodesFit) {
    LatencyStatistics const table[] = {{102.661, 5.5104, 42.079, 23.804},   {106.473, 8.958, 53.33, 30.989},
                                       {110.638, 29.870, 78.944, 38.147},   {140.890, 25.492, 91.555, 51.863},
                                       {704.282, 52.931, 359.525, 226.620}, {496.933, 27.592, 724.589, 656.137},
                                       {114.441, 25.905, 67.390, 37.387},   {131.394, 19.395, 59.999, 33.593}};
    for (auto const& measured : table) {
        ServiceFit const fit = fit_service(measured);
        EXPECT_NEAR(fit.fitted.median / measured.median, 1, 0.02) << measured.median;
        EXPECT_GT(fit.worst, 0.8) << measured.median;
        EXPECT_LT(fit.worst, 1.25) << measured.median;
    }
}

TEST(Drift, IsWhatMediansVaryBeyondSampling) {
    RngStream rng{5, "levels"};
    std::vector<double> moving, still;
    for (std::uint64_t run = 0; run < 200; ++run) {
        moving.push_back(latency_statistics(drawn({100, 0.2, 0, 1}, 100, run, 0.05 * sample_normal(rng))).median);
        still.push_back(latency_statistics(drawn({100, 0.2, 0, 1}, 100, 1000 + run)).median);
    }
    EXPECT_NEAR(drift_of_runs(moving, 100, 0.2), 0.05, 0.008);
    EXPECT_LT(drift_of_runs(still, 100, 0.2), 0.012);
    EXPECT_EQ(drift_of_runs(std::vector<double>{100}, 100, 0.2), 0);
}

} // namespace
} // namespace qkdes
