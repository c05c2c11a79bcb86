// Against long double, which has 11 bits more: within 3 units in the last place over the whole range.
// Turns red when a coefficient is wrong in its last digits, or a range reduction loses them.
#include "sim/base/portable_math.hpp"
#include "sim/base/rng.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

/// Error in units of the last place of the exact value.
double ulps(double computed, long double exact) {
    double const rounded = static_cast<double>(exact);
    long double const ulp = std::nextafter(std::abs(rounded), HUGE_VAL) - std::abs(rounded);
    return static_cast<double>(std::abs(computed - exact) / ulp);
}

TEST(PortableMath, Logarithm) {
    RngStream rng{1, "log"};
    double worst = 0;
    for (int i = 0; i < 300'000; ++i) {
        double const x = std::ldexp(1 + rng.uniform(), static_cast<int>(rng.below(2000)) - 1000);
        worst = std::max(worst, ulps(portable_log(x), std::log(static_cast<long double>(x))));
        double const near_one = 0.5 + rng.uniform();
        worst = std::max(worst, ulps(portable_log(near_one), std::log(static_cast<long double>(near_one))));
    }
    EXPECT_LT(worst, 3);
    EXPECT_EQ(portable_log(1), 0);
}

TEST(PortableMath, LogarithmOfOnePlus) {
    RngStream rng{2, "log1p"};
    double worst = 0;
    for (int i = 0; i < 300'000; ++i) {
        double const size = std::ldexp(rng.uniform(), -static_cast<int>(rng.below(60)));
        for (double x : {size, -0.999 * size})
            worst = std::max(worst, ulps(portable_log1p(x), std::log1p(static_cast<long double>(x))));
    }
    EXPECT_LT(worst, 3); // beyond the middle range 1 + x is rounded first
    EXPECT_EQ(portable_log1p(-1e-300), -1e-300);
}

TEST(PortableMath, Exponential) {
    RngStream rng{3, "exp"};
    double worst = 0;
    for (int i = 0; i < 300'000; ++i) {
        double const x = 1400 * rng.uniform() - 700, small = 2 * rng.uniform() - 1;
        worst = std::max(worst, ulps(portable_exp(x), std::exp(static_cast<long double>(x))));
        worst = std::max(worst, ulps(portable_exp(small), std::exp(static_cast<long double>(small))));
    }
    EXPECT_LT(worst, 3);
    EXPECT_EQ(portable_exp(0), 1);
    EXPECT_EQ(portable_exp(-1e9), 0);
    EXPECT_EQ(portable_exp(1e9), HUGE_VAL);
}

} // namespace
} // namespace qkdes
