// COW against Korzh 2015: one optical error for both distances. Mutations that turn it red: darks that err always, a
// dead time left out of the clicks, a key.
#include "models/link/cow/cow_link.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace qkdes {
namespace {

TEST(Cow, ErrorRatesOfKorzh2015) {
    auto const near = cow_yield(korzh_2015_203km()), far = cow_yield(korzh_2015_307km());
    EXPECT_NEAR(near.qber, 0.015, 0.0035);
    EXPECT_NEAR(far.qber, 0.035, 0.0035);
    EXPECT_NEAR(total_loss(korzh_2015_203km().fibre).value, 34.1, 1e-9);
    EXPECT_NEAR(total_loss(korzh_2015_307km().fibre).value, 51.9, 1e-9);
}

TEST(Cow, NoKeyAnywhere) {
    auto p = korzh_2015_203km();
    for (double km : {1.0, 50.0, 203.0}) {
        p.fibre.length = Kilometres{km};
        EXPECT_EQ(cow_yield(p).secret, 0.0);
    }
    EXPECT_NE(kCowVerdict.find("no key"), std::string_view::npos);
}

TEST(Cow, PerturbedRowsFollowPhysics) {
    for (auto const& p : {korzh_2015_203km(), korzh_2015_307km()}) {
        auto const y = cow_yield(p);
        auto lossier = p, darker = p, lit = p, slower = p;
        lossier.fibre.components = lossier.fibre.components + Decibels{1};
        EXPECT_GT(cow_yield(lossier).qber, y.qber);
        EXPECT_LT(cow_yield(lossier).sifted, y.sifted);
        EXPECT_LT(cow_yield(lossier).visibility, y.visibility);
        darker.dark_counts = 2 * darker.dark_counts;
        EXPECT_GT(cow_yield(darker).qber, y.qber);
        EXPECT_GT(cow_yield(darker).clicks, y.clicks);
        lit.fibre.stray_light = Hertz{1000};
        EXPECT_GT(cow_yield(lit).qber, y.qber);
        slower.dead_time = 2 * slower.dead_time;
        EXPECT_LT(cow_yield(slower).clicks, y.clicks);
        EXPECT_DOUBLE_EQ(cow_yield(slower).qber, y.qber); // blind to who is kept out
        EXPECT_LT(y.sifted, y.clicks);
    }
}

// Closed form without noise: bits are the share 1 - f of pairs with one filled slot; decoys click twice as often.
TEST(Cow, ClicksInClosedForm) {
    CowParameters p;
    p.fibre.length = Kilometres{100};
    p.dark_counts = Hertz{0};
    p.dead_time = SimDuration{0};
    double const through = std::pow(10.0, -2.05) * 0.22 * 0.9;
    auto const y = cow_yield(p);
    EXPECT_NEAR(y.sifted, 312.5e6 * 0.845 * 0.1 * through, 1e-6 * y.sifted);
    EXPECT_NEAR(y.clicks, 312.5e6 * 1.155 * 0.1 * through, 1e-6 * y.clicks);
    EXPECT_DOUBLE_EQ(y.qber, p.optical_error);
    EXPECT_DOUBLE_EQ(y.visibility, p.visibility);
    p.dead_time = SimDuration{50'000};
    EXPECT_NEAR(cow_yield(p).clicks, y.clicks / (1 + y.clicks * 50e-6), 1e-9 * y.clicks);
}

} // namespace
} // namespace qkdes
