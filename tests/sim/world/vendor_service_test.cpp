// Service times against the closed forms of their parts. Bands are five standard errors: a false alarm in 1.7 million.
#include "sim/world/vendor_service.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace qkdes {
namespace {

using namespace std::chrono_literals;

std::vector<double> draw(VendorSpec const& spec, std::size_t count, SimDuration apart, std::uint64_t seed = 1) {
    VendorService service{spec, RngStream{seed, "vendor"}};
    std::vector<double> out;
    for (std::size_t i = 0; i < count; ++i)
        out.push_back(seconds(service.next(kSimStart + static_cast<SimDuration::rep>(i) * apart)));
    return out;
}

struct Moments {
    double mean = 0, deviation = 0;
};
Moments of_logs(std::vector<double> const& sample, double median) {
    Moments m;
    for (double x : sample)
        m.mean += std::log(x / median) / static_cast<double>(sample.size());
    for (double x : sample)
        m.deviation += std::pow(std::log(x / median) - m.mean, 2) / static_cast<double>(sample.size() - 1);
    m.deviation = std::sqrt(m.deviation);
    return m;
}

TEST(VendorService, WithoutSpreadItIsTheLatency) {
    VendorSpec spec;
    spec.spread = 0;
    for (double t : draw(spec, 10, 1s))
        EXPECT_DOUBLE_EQ(t, 0.1);
}

TEST(VendorService, TheBodyIsLogNormalAroundItsMedian) {
    VendorSpec spec;
    spec.spread = 0.4;
    std::size_t const n = 20000;
    auto const m = of_logs(draw(spec, n, 1s), 0.1);
    double const root = std::sqrt(static_cast<double>(n));
    EXPECT_NEAR(m.mean, 0, 5 * 0.4 / root);
    EXPECT_NEAR(m.deviation, 0.4, 5 * 0.4 / (root * std::sqrt(2.0)));
}

TEST(VendorService, StallsAreRareAndLong) {
    VendorSpec spec;
    spec.spread = 0;
    spec.stall = 0.02;
    spec.stall_time = 3s;
    std::size_t const n = 50000;
    double stalls = 0, total = 0;
    for (double t : draw(spec, n, 1s)) {
        if (t <= 0.1 + 1e-9) continue;
        ++stalls;
        total += t - 0.1;
    }
    double const expected = 0.02 * static_cast<double>(n);
    EXPECT_NEAR(stalls, expected, 5 * std::sqrt(expected * 0.98));
    EXPECT_NEAR(total / stalls, 3.0, 5 * 3.0 / std::sqrt(stalls));
}

// Neighbours in time share the level, and requests far apart do not; its spread does not depend on how often one asks.
TEST(VendorService, TheLevelDrifts) {
    VendorSpec spec;
    spec.spread = 0;
    spec.drift = 0.3;
    spec.drift_time = 100s;
    auto const correlation = [](std::vector<double> const& sample) {
        double sum = 0, square = 0;
        for (std::size_t i = 0; i + 1 < sample.size(); ++i) {
            sum += std::log(sample[i] / 0.1) * std::log(sample[i + 1] / 0.1);
            square += std::pow(std::log(sample[i] / 0.1), 2);
        }
        return sum / square;
    };
    EXPECT_NEAR(correlation(draw(spec, 20000, 100s)), std::exp(-1.0), 0.05);
    EXPECT_NEAR(correlation(draw(spec, 20000, 10s)), std::exp(-0.1), 0.05);
    EXPECT_NEAR(correlation(draw(spec, 20000, 2000s)), 0, 0.05);
    EXPECT_NEAR(of_logs(draw(spec, 20000, 2000s), 0.1).deviation, 0.3, 5 * 0.3 / std::sqrt(40000.0));
    double square = 0; // over runs: the first request has the level's full spread already
    for (std::uint64_t seed = 0; seed < 2000; ++seed)
        square += std::pow(std::log(draw(spec, 1, 1s, seed)[0] / 0.1), 2) / 2000;
    EXPECT_NEAR(square, 0.09, 5 * 0.09 * std::sqrt(2.0 / 2000));
}

TEST(VendorService, TheSameStreamGivesTheSameTimes) {
    VendorSpec spec;
    spec.stall = 0.1;
    spec.drift = 0.2;
    EXPECT_EQ(draw(spec, 100, 1s), draw(spec, 100, 1s));
    EXPECT_NE(draw(spec, 100, 1s, 1), draw(spec, 100, 1s, 2));
}

} // namespace
} // namespace qkdes
