#include "sim/base/units.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <type_traits>

namespace qkdes {
namespace {

TEST(Units, LossAddsUpAndTurnsIntoTransmittance) {
    Decibels const fibre = DecibelsPerKm{0.2} * Kilometres{50};
    EXPECT_DOUBLE_EQ(fibre.value, 10);
    EXPECT_DOUBLE_EQ(transmittance(fibre), 0.1);
    EXPECT_DOUBLE_EQ(transmittance(Decibels{0}), 1);
    EXPECT_DOUBLE_EQ(transmittance(fibre + Decibels{20}), 1e-3);
    EXPECT_LT(transmittance(Decibels{3.1}), transmittance(Decibels{3.0}));
}

// What must not compile: a length where a loss is meant, a bare number where a quantity is meant.
static_assert(!std::is_convertible_v<Kilometres, Decibels>);
static_assert(!std::is_convertible_v<double, Kilometres>);
static_assert(!std::is_convertible_v<Kilometres, double>);

TEST(Units, SecondsRoundToTheNearestNanosecond) {
    EXPECT_EQ(from_seconds(1.5).count(), 1'500'000'000);
    EXPECT_EQ(from_seconds(0.1 + 0.2).count(), 300'000'000); // not ...299 by cutting
    EXPECT_EQ(from_seconds(1.4e-9).count(), 1);
    EXPECT_EQ(from_seconds(1.6e-9).count(), 2);
    EXPECT_EQ(from_seconds(-1.6e-9).count(), -2);
    EXPECT_EQ(from_seconds(0).count(), 0);
}

// Turns red when the conversion overflows instead: undefined, and a negative time on common machines.
TEST(Units, SecondsSaturate) {
    double const infinity = std::numeric_limits<double>::infinity();
    for (double s : {1e10, 1e300, infinity}) {
        EXPECT_EQ(from_seconds(s), SimDuration::max());
        EXPECT_EQ(from_seconds(-s), SimDuration::min());
    }
    EXPECT_EQ(from_seconds(9.1e9).count(), 9'100'000'000'000'000'000);
    EXPECT_DEATH(from_seconds(std::nan("")), "isnan");
}

TEST(Units, SecondsOfADurationAndBack) {
    for (std::int64_t ns : {0LL, 1LL, 999'999'999LL, 7'200'000'000'000LL}) {
        EXPECT_EQ(from_seconds(seconds(SimDuration{ns})).count(), ns);
        EXPECT_EQ(seconds(kSimStart + SimDuration{ns}), seconds(SimDuration{ns}));
    }
}

} // namespace
} // namespace qkdes
