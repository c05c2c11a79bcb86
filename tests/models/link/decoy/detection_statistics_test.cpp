// Limits of the click rates in closed form. Agreement with sampled detections is fidelity_test.cpp's.
#include "models/link/decoy/detection_statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace qkdes {
namespace {

DecoyBb84Parameters link(double km = 10) {
    DecoyBb84Parameters p;
    p.fibre.length = Kilometres{km};
    p.receiver.dead_time = SimDuration{0};
    return p;
}

TEST(DetectionStatistics, WithoutMemoryEveryClickIsKept) {
    auto const rates = detection_statistics(link(), {});
    EXPECT_DOUBLE_EQ(rates.kept, rates.live_clicks);
    EXPECT_DOUBLE_EQ(rates.detections, rates.live_clicks);
    EXPECT_NEAR(rates.dispersion, 1 - rates.live_clicks, 1e-12); // a binomial count
    EXPECT_NEAR(rates.chances.total_z(), 0.8 * 0.8, 1e-12);
    EXPECT_NEAR(rates.chances.total_x(), 0.2 * 0.2, 1e-12);
}

TEST(DetectionStatistics, AllBlankedIsNonParalysable) {
    auto p = link();
    double const q = detection_statistics(p, {}).live_clicks;
    for (int dead : {1, 100, 10'000}) {
        p.receiver.dead_time = SimDuration{dead};
        auto const rates = detection_statistics(p, {});
        EXPECT_NEAR(rates.kept, q / (1 + q * dead), 1e-15);
        EXPECT_NEAR(rates.dispersion, (1 - q) / std::pow(1 + q * dead, 2), 1e-12);
    }
}

TEST(DetectionStatistics, EachKeepsTheProductOfLiveShares) {
    auto p = link(50);
    p.receiver.dead_time = SimDuration{100};
    p.receiver.dead_time_mode = DeadTimeMode::each;
    double const h = PulseDistribution{p, {}}.click_probability(1);
    auto const rates = detection_statistics(p, {});
    EXPECT_NEAR(rates.kept, rates.live_clicks / std::pow(1 + 100 * h, 2), 2e-3 * rates.kept);
    EXPECT_GT(rates.detections, rates.kept);
    // Gates shorter than the clock's period: no gate is missed, nothing is dropped.
    p.receiver.dead_time = SimDuration{0};
    EXPECT_DOUBLE_EQ(detection_statistics(p, {}).kept, detection_statistics(p, {}).detections);
}

TEST(DetectionStatistics, AfterpulsesToFirstOrder) {
    auto p = link(250); // rare clicks: a carrier is released long before the next of them
    p.receiver.afterpulse_probability = 0.01;
    auto const rates = detection_statistics(p, {});
    EXPECT_NEAR(rates.kept / rates.live_clicks, 1 / (1 - 0.01), 1e-5); // each click leaves .01, those leave .0001 ...
    // A dead time of one decay lets e^-1 of the carriers through.
    p.receiver.dead_time = p.receiver.afterpulse_decay;
    EXPECT_NEAR(1 - detection_statistics(p, {}).light_share, 0.01 * std::exp(-1), 2e-4);
}

TEST(DetectionStatistics, DeadGatesAreWholeGates) {
    auto p = link();
    p.receiver.dead_time = SimDuration{10'000};
    EXPECT_EQ(dead_gates(p), 10'000u);
    p.source.clock = Hertz{2.5e8};
    EXPECT_EQ(dead_gates(p), 2'500u);
    p.receiver.dead_time = SimDuration{3};
    EXPECT_EQ(dead_gates(p), 0u); // the next gate begins after 4 ns
}

} // namespace
} // namespace qkdes
