// Raman light against hand-made figures and limits, and what it does to a key. Mutations that turn it red: a for 2a in
// the counter-propagating length, decibels for nepers, milliwatts for watts.
#include "models/link/channel/raman.hpp"

#include "models/link/decoy/session_yield.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace qkdes {
namespace {

FibreParameters fibre(double km) {
    FibreParameters f;
    f.length = Kilometres{km};
    return f;
}
double light(double km, Propagation direction, double dbm = 0, QuantumFilter filter = {}) {
    std::vector<ClassicalChannel> const one{{dbm, direction, 2e-9}};
    return raman_light(fibre(km), one, filter).value;
}
constexpr auto kWith = Propagation::with_quantum, kAgainst = Propagation::against_quantum;

TEST(Raman, HandMadeFigure) {
    // 1 mW, 50 km at .2 dB/km: 1e-3 W * 2e-9 * .8 nm * 50 km * .1 = 8e-12 W, at 1.2816e-19 J a photon.
    EXPECT_NEAR(light(50, kWith), 8e-12 / 1.28158e-19, 1e-4 * 6.2e7);
    // Against: (1 - .01) / (2 * .04605) = 10.75 km.
    EXPECT_NEAR(light(50, kAgainst), 1e-3 * 2e-9 * 0.8 * 10.749 / 1.28158e-19, 1e-3 * 1.3e8);
}

TEST(Raman, Limits) {
    // In a short fibre the direction does not matter; in a long one the light against grows no more, that with it dies.
    EXPECT_NEAR(light(0.01, kWith) / light(0.01, kAgainst), 1, 1e-3);
    EXPECT_NEAR(light(300, kAgainst) / light(200, kAgainst), 1, 1e-3);
    EXPECT_LT(light(300, kWith), 0.02 * light(200, kWith));
    // Most light of a co-propagating channel comes after 1/a = 21.7 km.
    EXPECT_GT(light(21.7, kWith), light(20, kWith));
    EXPECT_GT(light(21.7, kWith), light(24, kWith));
    EXPECT_EQ(light(0, kWith), 0.0);
}

TEST(Raman, IsLinearInPowerWidthAndChannels) {
    double const one = light(40, kWith);
    EXPECT_NEAR(light(40, kWith, 10), 10 * one, 1e-9 * one);
    EXPECT_NEAR(light(40, kWith, 0, {1550, 0.4, Decibels{0}}), one / 2, 1e-9 * one);
    EXPECT_NEAR(light(40, kWith, 0, {1550, 0.8, Decibels{3}}), one * std::pow(10.0, -0.3), 1e-9 * one);
    std::vector<ClassicalChannel> const three(3, ClassicalChannel{0, kWith, 2e-9});
    EXPECT_NEAR(raman_light(fibre(40), three, {}).value, 3 * one, 1e-9 * one);
    EXPECT_EQ(raman_light(fibre(40), {}, {}).value, 0.0);
}

TEST(Raman, EatsTheKey) {
    DecoyBb84Parameters p;
    p.fibre.length = Kilometres{50};
    double before = block_yield(p, 1.1).secret, error = 0;
    EXPECT_GT(before, 0.0);
    for (double dbm : {-50.0, -40.0, -30.0, -25.0}) {
        std::vector<ClassicalChannel> const both{{dbm, kWith, 2e-9}, {dbm, kAgainst, 2e-9}};
        p.fibre.stray_light = raman_light(p.fibre, both, {});
        auto const y = block_yield(p, 1.1);
        EXPECT_LT(y.secret, before);
        EXPECT_GT(y.qber_z, error);
        before = y.secret;
        error = y.qber_z;
    }
    // 1 mW each way beside the quantum channel, without narrow filters, leaves nothing.
    std::vector<ClassicalChannel> const bright{{0, kWith, 2e-9}, {0, kAgainst, 2e-9}};
    p.fibre.stray_light = raman_light(p.fibre, bright, {});
    EXPECT_EQ(block_yield(p, 1.1).secret, 0.0);
}

} // namespace
} // namespace qkdes
