// Literature anchor and properties of the asymptotic yield.
#include "models/link/decoy/decoy_bb84_yield.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace qkdes {
namespace {

/// The parameters of the GYS experiment as Ma 2005 uses them.
double gys_rate(double km, double dark_yield = 1.7e-6) {
    double const eta = 0.045 * std::pow(10.0, -0.21 * km / 10);
    return 0.5 * asymptotic_yield({eta, dark_yield, 0.033}, 0.48, 1.22).secret;
}

double gys_cut_off(double dark_yield = 1.7e-6) {
    double low = 50, high = 300;
    while (high - low > 1e-3)
        (gys_rate((low + high) / 2, dark_yield) > 0 ? low : high) = (low + high) / 2;
    return low;
}

TEST(DecoyBb84Yield, GysCutOffAndRateOfMa2005) {
    EXPECT_NEAR(gys_cut_off(), 142.05, 0.3);
    EXPECT_NEAR(gys_rate(0), 2.555e-3, 0.01 * 2.555e-3);
    EXPECT_EQ(gys_rate(143), 0.0); // exactly zero beyond
}

TEST(DecoyBb84Yield, TheAnchorCanFail) {
    EXPECT_GT(std::abs(gys_cut_off(2 * 1.7e-6) - 142.05), 5); // dark counts doubled
}

// Two decoys are worth almost endless ones: never more, the cut-off a kilometre and a half nearer (Ma 2005 finds 140.55
// km for nu = .05, and 142.05 for endless ones), and the same in the limit of weak decoys.
TEST(DecoyBb84Yield, VacuumAndWeakDecoyOfMa2005) {
    double cut_off = 0;
    for (double km = 0; km < 150; km += 0.5) {
        PulseChannel const channel{0.045 * std::pow(10.0, -0.21 * km / 10), 1.7e-6, 0.033};
        auto const endless = asymptotic_yield(channel, 0.48, 1.22);
        double before = endless.secret;
        for (double nu : {1e-4, 0.01, 0.05, 0.1, 0.2}) {
            auto const two = vacuum_weak_yield(channel, 0.48, nu, 1.22);
            // Q = Y0 + 1 - e^(-eta mu) as the paper has it counts a dark beside a photon twice: Y0 eta of slack in Y1.
            EXPECT_LE(two.secret, before * (1 + 3e-6)) << km << " " << nu;
            EXPECT_LE(two.single_gain, endless.single_gain * (1 + 3e-6));
            EXPECT_GE(two.single_error, endless.single_error * (1 - 3e-6));
            EXPECT_EQ(two.gain, endless.gain);
            before = two.secret;
        }
        if (km <= 100) {
            EXPECT_NEAR(vacuum_weak_yield(channel, 0.48, 0.05, 1.22).secret, endless.secret, 0.13 * endless.secret);
            EXPECT_NEAR(vacuum_weak_yield(channel, 0.48, 1e-4, 1.22).secret, endless.secret, 1e-3 * endless.secret);
        }
        if (vacuum_weak_yield(channel, 0.48, 0.05, 1.22).secret > 0) cut_off = km;
    }
    EXPECT_NEAR(cut_off, 140.55, 0.5);
}

TEST(DecoyBb84Yield, WithoutMemoryItIsTheFormula) {
    DecoyBb84Parameters p;
    p.receiver.dead_time = SimDuration{0};
    auto const yield = decoy_bb84_yield(p, 1.1);
    double const eta = 0.2 * std::pow(10.0, -0.6), dark = 1e-7;
    auto const pulse = asymptotic_yield({eta, 2 * dark, 0.01}, 0.5, 1.1);
    EXPECT_NEAR(yield.secret, 1e9 * 0.64 * 0.5 * pulse.secret, 1e-3 * yield.secret); // the formula drops double clicks
    EXPECT_NEAR(yield.qber, pulse.qber, 2e-3 * pulse.qber + 2e-5);
}

RC_GTEST_PROP(DecoyBb84Yield, MoreFibreNeverMoreKey, ()) {
    DecoyBb84Parameters p;
    p.receiver.dead_time = SimDuration{*rc::gen::inRange(0, 20'000)};
    p.receiver.dead_time_mode = *rc::gen::arbitrary<bool>() ? DeadTimeMode::all : DeadTimeMode::each;
    p.receiver.basis_choice = *rc::gen::arbitrary<bool>() ? BasisChoice::active : BasisChoice::passive;
    p.receiver.afterpulse_probability = 0.001 * *rc::gen::inRange(0, 50);
    double const km = *rc::gen::inRange(0, 200);
    // With mode `each` and a saturated receiver, attenuation helps (fewer events fall into dead times): leave it out.
    if (p.receiver.dead_time_mode == DeadTimeMode::each) p.receiver.dead_time = SimDuration{*rc::gen::inRange(0, 20)};
    auto longer = p;
    p.fibre.length = Kilometres{km};
    longer.fibre.length = Kilometres{km + *rc::gen::inRange(0, 50)};
    auto const near = decoy_bb84_yield(p), far = decoy_bb84_yield(longer);
    RC_ASSERT(far.secret <= near.secret * (1 + 1e-12));
    RC_ASSERT(near.secret <= near.sifted && near.sifted <= near.usable && near.usable <= near.clicks * (1 + 1e-9));
}

// Stray light costs what the same dark yield does.
TEST(DecoyBb84Yield, StrayLightIsDarkYield) {
    for (BasisChoice choice : {BasisChoice::active, BasisChoice::passive}) {
        DecoyBb84Parameters dark, stray;
        dark.receiver.basis_choice = stray.receiver.basis_choice = choice;
        dark.receiver.dead_time = stray.receiver.dead_time = SimDuration{0};
        dark.fibre.length = stray.fibre.length = Kilometres{100};
        dark.receiver.basis_bias = stray.receiver.basis_bias =
            0.5; // a splitter sends each detector as much stray light
        dark.receiver.dark_counts = Hertz{2e4};
        stray.receiver.dark_counts = Hertz{0};
        double const seen = 2e4 * (choice == BasisChoice::active ? 2 : 4);
        stray.fibre.stray_light = Hertz{seen / (0.2 * std::pow(10.0, -0.2))};
        auto const a = decoy_bb84_yield(dark), b = decoy_bb84_yield(stray);
        EXPECT_GT(a.secret, 0.0);
        EXPECT_NEAR(b.secret, a.secret, 1e-3 * a.secret);
        EXPECT_NEAR(b.qber, a.qber, 1e-3 * a.qber);
        stray.fibre.stray_light = Hertz{0};
        EXPECT_GT(decoy_bb84_yield(stray).secret, 1.05 * a.secret);
    }
}

TEST(DecoyBb84Yield, NothingBeyondTheCutOff) {
    DecoyBb84Parameters p;
    p.fibre.length = Kilometres{400};
    auto const yield = decoy_bb84_yield(p);
    EXPECT_EQ(yield.secret, 0.0);
    EXPECT_GT(yield.qber, 0.3);
    EXPECT_GT(yield.sifted, 0.0); // dark counts sift as well as photons
}

TEST(FlightTime, FollowsTheGroupIndex) {
    FibreParameters fibre;
    fibre.length = Kilometres{100};
    EXPECT_EQ(flight_time(fibre), SimDuration{489'739}); // 100 km * 1.4682 / c
    fibre.length = Kilometres{0};
    EXPECT_EQ(flight_time(fibre), SimDuration{0});
}

} // namespace
} // namespace qkdes
