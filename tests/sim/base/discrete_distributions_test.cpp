// Each sampler against the exact probabilities, to one false alarm in 1e9 (tests/support/chi_square.hpp), in every
// regime: inversion, rejection, mirrored, and with counts far above 2^32. Power: 200,000 draws tell a parameter that is
// wrong by 6 %; the negative twin beside each test proves that it can fail.
#include "sim/base/distributions.hpp"
#include "tests/support/chi_square.hpp"
#include "tests/support/statistics.hpp"

#include "sim/base/hash.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <numeric>
#include <tuple>
#include <vector>

namespace qkdes {
namespace {

constexpr std::size_t kDraws = 200'000;

template <class Sampler>
std::vector<std::uint64_t> draw(std::string_view name, Sampler sampler) {
    RngStream rng{5, name};
    std::vector<std::uint64_t> out(kDraws);
    for (auto& x : out)
        x = sampler(rng);
    return out;
}

class Binomial : public ::testing::TestWithParam<std::tuple<std::uint64_t, double>> {};

// Turns red when a constant of BTRS' hat or a term of the point probability is off.
TEST_P(Binomial, AgreesWithTheExactProbabilities) {
    auto const [n, p] = GetParam();
    auto const draws = draw("binomial", [n = n, p = p](RngStream& rng) { return sample_binomial(rng, n, p); });
    EXPECT_TRUE(test::fits(draws, test::binomial_pmf(n, p)));
    double const wrong = p < 0.5 ? p * 1.06 : 1 - (1 - p) * 1.06;
    EXPECT_FALSE(test::fits(draws, test::binomial_pmf(n, wrong)));
}

INSTANTIATE_TEST_SUITE_P(Regimes, Binomial,
                         ::testing::Values(std::tuple{1ull, 0.3}, std::tuple{7ull, 0.5}, std::tuple{1000ull, 0.004},
                                           std::tuple{1000ull, 0.996}, std::tuple{20ull, 0.49999},
                                           std::tuple{20ull, 0.5}, std::tuple{40ull, 0.3}, std::tuple{100ull, 0.8},
                                           std::tuple{1'000'000ull, 0.01}, std::tuple{1'000'000'000'000ull, 3e-11},
                                           std::tuple{100'000'000'000'000ull, 2e-14},
                                           std::tuple{100'000'000'000'000ull, 1e-10}));

TEST(BinomialEdges, NothingToDraw) {
    RngStream rng{1, "edges"};
    for (std::uint64_t n : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 53, ~std::uint64_t{0}}) {
        EXPECT_EQ(sample_binomial(rng, n, 0.0), 0u);
        EXPECT_EQ(sample_binomial(rng, n, 1.0), n);
    }
    EXPECT_EQ(sample_binomial(rng, 0, 0.5), 0u);
    EXPECT_LE(sample_binomial(rng, 1, 0x1p-1000), 1u);
    EXPECT_LE(sample_binomial(rng, 3, 1 - 0x1p-53), 3u);
}

// Mean and variance where the whole distribution is out of reach. Turns red when the range of k overflows or
// the acceptance test is dropped for huge n.
TEST(BinomialEdges, HugeCounts) {
    for (auto const& [n, p] : {std::pair{100'000'000'000'000ull, 0.3}, std::pair{1'000'000'000'000'000ull, 0.5},
                               std::pair{1ull << 60, 1e-3}}) {
        RngStream rng{2, "huge"};
        constexpr std::size_t kFew = 40'000;
        double const exact_mean = static_cast<double>(n) * p, deviation = std::sqrt(exact_mean * (1 - p));
        double sum = 0, squares = 0;
        for (std::size_t i = 0; i < kFew; ++i) {
            double const z = (static_cast<double>(sample_binomial(rng, n, p)) - exact_mean) / deviation;
            sum += z;
            squares += z * z;
        }
        double const mean = sum / kFew, variance = squares / kFew;
        EXPECT_TRUE(test::mean_band(kFew, 0, 1).contains(mean)) << n;
        EXPECT_TRUE(test::mean_band(kFew, 1, std::sqrt(2.0)).contains(variance)) << n;
        EXPECT_FALSE(test::mean_band(kFew, 1, std::sqrt(2.0)).contains(variance * 1.1)) << n;
    }
}

class Poisson : public ::testing::TestWithParam<double> {};

TEST_P(Poisson, AgreesWithTheExactProbabilities) {
    double const mean = GetParam();
    auto const draws = draw("poisson", [mean](RngStream& rng) { return sample_poisson(rng, mean); });
    EXPECT_TRUE(test::fits(draws, test::poisson_pmf(mean)));
    EXPECT_FALSE(test::fits(draws, test::poisson_pmf(mean * 1.06)));
}

INSTANTIATE_TEST_SUITE_P(Regimes, Poisson, ::testing::Values(0.3, 2.0, 9.999, 10.0, 11.5, 100.0, 12'345.6));

TEST(PoissonEdges, NothingAndHuge) {
    RngStream rng{3, "edges"};
    EXPECT_EQ(sample_poisson(rng, 0), 0u);
    for (double mean : {1e12, 1e15, 0x1p62}) {
        double const z = (static_cast<double>(sample_poisson(rng, mean)) - mean) / std::sqrt(mean);
        EXPECT_LT(std::abs(z), 6.11) << mean;
    }
}

class Geometric : public ::testing::TestWithParam<double> {};

TEST_P(Geometric, AgreesWithTheExactProbabilities) {
    double const p = GetParam();
    auto const draws = draw("geometric", [p](RngStream& rng) { return sample_geometric(rng, p); });
    EXPECT_TRUE(test::fits(draws, test::geometric_pmf(p)));
    EXPECT_FALSE(test::fits(draws, test::geometric_pmf(p * 0.94)));
}

INSTANTIATE_TEST_SUITE_P(Regimes, Geometric, ::testing::Values(0.9, 0.5, 0.05, 0.001));

TEST(GeometricEdges, CertainAndHopeless) {
    RngStream rng{4, "edges"};
    EXPECT_EQ(sample_geometric(rng, 1.0), 0u);
    EXPECT_EQ(sample_geometric(rng, 0x1p-100), std::uint64_t{1} << 63); // saturates
    // p = 1e-12: -log(survival) of the draws is exponential with mean 1. 1 - p must not have been rounded to a double.
    double sum = 0;
    for (int i = 0; i < 100'000; ++i)
        sum += static_cast<double>(sample_geometric(rng, 1e-12)) * 1e-12;
    EXPECT_TRUE(test::mean_band(100'000, 1, 1).contains(sum / 100'000));
}

TEST(Multinomial, CountsSumAndEachCellIsBinomial) {
    std::array<double, 5> const weights{3, 0, 1, 0.5, 0};
    RngStream rng{6, "multinomial"};
    std::array<std::vector<std::uint64_t>, 5> cells;
    for (std::size_t i = 0; i < kDraws; ++i) {
        std::array<std::uint64_t, 5> counts{};
        sample_multinomial(rng, 90, weights, counts);
        ASSERT_EQ(std::accumulate(counts.begin(), counts.end(), std::uint64_t{0}), 90u);
        ASSERT_EQ(counts[1] + counts[4], 0u);
        for (std::size_t c : {0u, 2u, 3u})
            cells[c].push_back(counts[c]);
    }
    for (std::size_t c : {0u, 2u, 3u}) {
        EXPECT_TRUE(test::fits(cells[c], test::binomial_pmf(90, weights[c] / 4.5))) << c;
        EXPECT_FALSE(test::fits(cells[c], test::binomial_pmf(90, weights[c] / 4.5 * 1.03))) << c;
    }
    std::array<std::uint64_t, 5> counts{};
    sample_multinomial(rng, 100'000'000'000'000, weights, counts);
    EXPECT_EQ(counts[0] + counts[2] + counts[3], 100'000'000'000'000u);
}

// The same draws on every machine. Turns red when a sampler draws in an order that the compiler may choose, or when its
// logarithm comes from the C library.
TEST(Distributions, GoldenDraws) {
    RngStream rng{7, "golden"};
    RunningHash hash;
    for (int i = 0; i < 1000; ++i) {
        hash.add(sample_binomial(rng, 1'000'000, 0.1));
        hash.add(sample_poisson(rng, 33.3));
        hash.add(sample_geometric(rng, 1e-6));
        hash.add(std::bit_cast<std::uint64_t>(sample_gamma(rng, 0.7)));
        hash.add(std::bit_cast<std::uint64_t>(sample_normal(rng)));
        hash.add(std::bit_cast<std::uint64_t>(sample_exponential(rng)));
    }
    EXPECT_EQ(hash.value(), 1770468108480106041u);
}

TEST(DistributionsDeathTest, RefuseParametersOutsideTheirRange) {
    RngStream rng{8, "death"};
    EXPECT_DEATH(sample_binomial(rng, 5, 1.5), "p <= 1");
    EXPECT_DEATH(sample_binomial(rng, 5, std::nan("")), "p >= 0");
    EXPECT_DEATH(sample_geometric(rng, 0), "p > 0");
    EXPECT_DEATH(sample_poisson(rng, -1), "mean >= 0");
    EXPECT_DEATH(sample_gamma(rng, 0), "shape > 0");
}

} // namespace
} // namespace qkdes
