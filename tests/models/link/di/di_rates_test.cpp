// Asymptotic device-independent rates against published numbers and limits.
#include "models/link/di/di_rates.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace qkdes {
namespace {

constexpr double kTsirelson = 2 * std::numbers::sqrt2;

/// Largest Q with a positive rate under white noise, S = 2 sqrt 2 (1 - 2 Q).
template <class Rate>
double threshold(Rate const& rate) {
    double low = 0.05, high = 0.10;
    while (high - low > 1e-8)
        (rate(kTsirelson * (1 - low - high), (low + high) / 2) > 0 ? low : high) = (low + high) / 2;
    return low;
}

// Literature anchors: Nadlinger 2022 (.5834), Zhang 2022 (S = 2.578, Q = 7.8 %: half of .157 is the paper's .07 or
// .08).
TEST(DiRates, PublishedRates) {
    EXPECT_NEAR(di_rate(2.677, 0.0144), 0.5834, 1e-3);
    EXPECT_NEAR(di_rate(2.578, 0.078), 0.157, 2e-3);
    EXPECT_NEAR(di_rate(kTsirelson, 0), 1, 1e-12);
}

// Pironio 2009 and Ho 2020. A rate that forgot the noise's I_p would miss the second by .8 points.
TEST(DiRates, ThresholdsUnderWhiteNoise) {
    EXPECT_NEAR(threshold([](double s, double q) { return di_rate(s, q); }), 0.07149, 5e-6);
    EXPECT_NEAR(threshold([](double s, double q) { return di_best_noisy_rate(s, q).rate; }), 0.0808, 1e-4);
}

TEST(DiRates, NoiseHelpsOnlyWhereItIsNeeded) {
    EXPECT_EQ(di_best_noisy_rate(kTsirelson, 0).noise, 0);
    auto const near = di_best_noisy_rate(kTsirelson * (1 - 0.15), 0.075);
    EXPECT_GT(near.rate, 0);
    EXPECT_GT(near.noise, 0.1);
    EXPECT_LT(di_rate(kTsirelson * (1 - 0.15), 0.075), 0);
}

TEST(DiRates, NothingWithoutViolation) {
    for (double s : {0.0, 1.0, 1.999, 2.0}) {
        EXPECT_EQ(di_entropy(s), 0) << s;
        EXPECT_LE(di_rate(s, 0.01), 0) << s;
    }
    EXPECT_GT(di_entropy(2.001), 0);
}

// Properties that the finite-key search leans on: slope = difference quotient, convexity, symmetry about 1/2, for
// several noises. A concave spot would let the bisection of di_finite_key.cpp miss the infimum.
TEST(DiRates, EntropyOfWinningIsConvexWithTheRightSlope) {
    double const low = 0.5 - std::numbers::sqrt2 / 4, high = 1 - low;
    for (double p : {0.0, 0.01, 0.1, 0.3, 0.45}) {
        double const step = 1e-6;
        for (double w = low + 1e-4; w < high - 1e-4; w += 1.3e-3) {
            double const before = di_entropy_of_winning(w - step, p).value, here = di_entropy_of_winning(w, p).value,
                         after = di_entropy_of_winning(w + step, p).value;
            double const slope = di_entropy_of_winning(w, p).slope;
            bool const kink = std::abs(std::abs(w - 0.5) - 0.25) < 2 * step;
            if (!kink) {
                EXPECT_NEAR(slope, (after - before) / (2 * step), 2e-4 * (1 + std::abs(slope))) << w << " " << p;
            }
            EXPECT_LE(di_entropy_of_winning(w - 50 * step, p).slope, slope + 1e-9) << w << " " << p;
            EXPECT_NEAR(here, di_entropy_of_winning(1 - w, p).value, 1e-12);
        }
    }
}

TEST(DiRates, MonotoneInBothFigures) {
    for (double s = 2.01; s < kTsirelson - 0.02; s += 0.01) {
        EXPECT_LT(di_rate(s, 0.02), di_rate(s + 0.01, 0.02));
        EXPECT_GT(di_rate(s, 0.02), di_rate(s, 0.021));
    }
}

} // namespace
} // namespace qkdes
