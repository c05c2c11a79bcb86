// The normal source: each number against the formula, both paths, and the distribution.
#include "models/link/cv/normal_batch.hpp"

#include "models/link/log_batch.hpp"
#include "tests/support/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

namespace qkdes {
namespace {

std::vector<std::uint64_t> draws(std::size_t n) {
    std::vector<std::uint64_t> all(n);
    RngStream{11, "normal batch"}.fill(std::span{all});
    // Corners: all bits clear, all set.
    for (std::size_t i = 0; i < 8; ++i)
        all[i] = 0, all[8 + i] = ~std::uint64_t{0};
    return all;
}

TEST(NormalBatch, BothPathsGiveTheSameBits) {
    auto const in = draws(80'008); // 80'008: not a multiple of a batch
    std::vector<double> fast(in.size()), plain(in.size());
    normal_batch(in, fast);
    normal_batch_scalar(in, plain);
    EXPECT_EQ(fast, plain);
}

// Wrong when a term of a series is. Roundings: three in the logarithm, halved by the root, one in it, two in the series
// and one in the product, 1.1e-16 each.
TEST(NormalBatch, IsBoxAndMullersFormula) {
    auto const in = draws(8'000);
    std::vector<double> out(in.size());
    normal_batch(in, out);
    for (std::size_t g = 0; g < in.size(); g += 8)
        for (std::size_t lane = 0; lane < 4; ++lane) {
            std::uint64_t const phase = in[g + 4 + lane];
            long double const u = open_uniform(in[g + lane]), v = open_uniform(phase);
            long double radius = std::sqrt(-2 * std::log(u));
            if (phase & 1) radius = -radius;
            long double const angle = (v - 0.5L) * std::numbers::pi_v<long double> / 2;
            long double x = radius * std::cos(angle), y = radius * std::sin(angle);
            if (phase & 2) std::swap(x, y);
            long double const scale = std::abs(radius) * 6e-16L;
            ASSERT_NEAR(static_cast<double>(out[g + lane] - x), 0, static_cast<double>(scale));
            ASSERT_NEAR(static_cast<double>(out[g + 4 + lane] - y), 0, static_cast<double>(scale));
        }
}

// 8e6 numbers; each comparison at 6.1 standard errors (1e-9). Power: a variance wrong by .2 %, a correlation of .2 %
// between neighbours at any distance up to 8, a chance beyond 4 sigma (507 expected) wrong by 27 %.
TEST(NormalBatch, MomentsTailsAndIndependence) {
    constexpr std::size_t n = 1 << 20, rounds = 8;
    RngStream rng{12, "normal batch"};
    std::vector<double> x(n);
    double sum[4] = {}, lagged[9] = {}, square_lagged[9] = {}, beyond = 0, below_one = 0;
    for (std::size_t round = 0; round < rounds; ++round) {
        fill_normal(rng, x);
        for (std::size_t i = 0; i < n; ++i) {
            double power = 1;
            for (double& s : sum)
                s += power *= x[i];
            beyond += std::abs(x[i]) > 4;
            below_one += std::abs(x[i]) < 1;
            for (std::size_t lag = 1; lag < 9 && lag <= i; ++lag) {
                lagged[lag] += x[i] * x[i - lag];
                square_lagged[lag] += (x[i] * x[i] - 1) * (x[i - lag] * x[i - lag] - 1);
            }
        }
    }
    double const all = n * rounds, error = 6.11 / std::sqrt(all);
    EXPECT_NEAR(sum[0] / all, 0, error);
    EXPECT_NEAR(sum[1] / all, 1, error * std::sqrt(2.0));
    EXPECT_NEAR(sum[2] / all, 0, error * std::sqrt(15.0));
    EXPECT_NEAR(sum[3] / all, 3, error * std::sqrt(96.0));
    for (int lag = 1; lag < 9; ++lag) {
        EXPECT_NEAR(lagged[lag] / all, 0, error) << lag;
        EXPECT_NEAR(square_lagged[lag] / all, 0, 2 * error) << lag;
    }
    auto const count = static_cast<std::uint64_t>(all);
    EXPECT_TRUE(test::binomial_band(count, std::erfc(4 / std::sqrt(2.0))).contains(beyond / all));
    EXPECT_TRUE(test::binomial_band(count, std::erf(1 / std::sqrt(2.0))).contains(below_one / all));
}

} // namespace
} // namespace qkdes
