// Continuous samplers, to one false alarm in 1e9, each with the negative twin that proves the test's power (3 % in
// scale).
#include "sim/base/distributions.hpp"
#include "tests/support/chi_square.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace qkdes {
namespace {

template <class Sampler>
std::vector<double> draw(std::string_view name, Sampler sampler) {
    RngStream rng{5, name};
    std::vector<double> out(200'000);
    for (auto& x : out)
        x = sampler(rng);
    return out;
}

TEST(Exponential, AgreesWithItsDistribution) {
    auto const draws = draw("exponential", [](RngStream& rng) { return sample_exponential(rng); });
    auto const cdf = [](double x) { return -std::expm1(-x); };
    EXPECT_TRUE(test::fits_cdf(draws, cdf));
    EXPECT_FALSE(test::fits_cdf(draws, [&](double x) { return cdf(1.06 * x); }));
    for (double x : draws)
        ASSERT_GT(x, 0);
}

TEST(Normal, AgreesWithItsDistribution) {
    auto const draws = draw("normal", [](RngStream& rng) { return sample_normal(rng); });
    auto const cdf = [](double x) { return 0.5 * std::erfc(-x / std::sqrt(2.0)); };
    EXPECT_TRUE(test::fits_cdf(draws, cdf));
    EXPECT_FALSE(test::fits_cdf(draws, [&](double x) { return cdf(1.06 * x); }));
    EXPECT_FALSE(test::fits_cdf(draws, [&](double x) { return cdf(x + 0.03); }));
}

// Shapes whose distribution has a closed form: 1/2 (a squared normal, halved), 1, 3 and 30 (sums of exponentials).
TEST(Gamma, AgreesWithItsDistribution) {
    auto const erlang = [](int shape) {
        return [shape](double x) {
            double term = std::exp(-x), tail = 0;
            for (int k = 0; k < shape; term *= x / ++k)
                tail += term;
            return 1 - tail;
        };
    };
    auto const check = [](double shape, auto cdf) {
        auto const draws = draw("gamma", [shape](RngStream& rng) { return sample_gamma(rng, shape); });
        EXPECT_TRUE(test::fits_cdf(draws, cdf)) << shape;
        EXPECT_FALSE(test::fits_cdf(draws, [&](double x) { return cdf(1.06 * x); })) << shape;
    };
    check(0.5, [](double x) { return std::erf(std::sqrt(x)); });
    check(1, erlang(1));
    check(3, erlang(3));
    check(30, erlang(30));
}

} // namespace
} // namespace qkdes
