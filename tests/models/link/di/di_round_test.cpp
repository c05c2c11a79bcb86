// The law of a round against limits and against the definition.
#include "models/link/di/di_round.hpp"

#include "models/link/di/di_rates.hpp"
#include "models/link/di/di_yield.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace qkdes {
namespace {

DiParameters perfect() {
    DiParameters p;
    p.boxes.correlation_key = p.boxes.correlation_conjugate = 1;
    return p;
}
DiExpectation expected(DiParameters const& p, ConditionStep const& step = {}) {
    return di_expectation(di_round(p, step));
}

TEST(DiRound, PerfectStateReachesTsirelson) {
    auto const e = expected(perfect());
    EXPECT_NEAR(e.chsh, 2 * std::numbers::sqrt2, 1e-11);
    EXPECT_NEAR(e.qber, 0, 1e-15);
}

TEST(DiRound, DefaultsAreTheExperiment) {
    auto const e = expected({});
    EXPECT_NEAR(e.chsh, 2.677, 5e-4);
    EXPECT_NEAR(e.qber, 0.0144, 1e-12);
    EXPECT_NEAR(di_round({}, {}).herald, 2.18e-4, 1e-6);
}

// Garg and Mermin 1987: 82.84 % is where a maximally entangled state stops to violate when failures count.
TEST(DiRound, EfficiencyThreshold) {
    auto p = perfect();
    double const limit = 2 * (std::numbers::sqrt2 - 1);
    p.boxes.efficiency_alice = p.boxes.efficiency_bob = limit;
    EXPECT_NEAR(expected(p).chsh, 2, 1e-10);
    p.boxes.efficiency_bob = limit + 0.01;
    EXPECT_GT(expected(p).chsh, 2.01);
    p.boxes.efficiency_bob = limit - 0.01;
    EXPECT_LT(expected(p).chsh, 1.99);
}

TEST(DiRound, NoConditionBeatsQuantumOrClassicalBounds) {
    for (Attack attack : {Attack::intercept_resend, Attack::blinding, Attack::time_shift}) {
        ConditionStep const step{.attack = attack, .attacked = 1};
        EXPECT_LE(expected(perfect(), step).chsh, 2 + 1e-12);
    }
    EXPECT_NEAR(expected(perfect(), {.attack = Attack::intercept_resend, .attacked = 1}).qber, 0.25, 1e-12);
}

TEST(DiRound, CellsAreAProbabilityAndFailuresGiveZero) {
    DiParameters p;
    p.boxes.efficiency_alice = 0.9, p.boxes.efficiency_bob = 0.8, p.boxes.readout_error_bob = 0.02;
    for (auto attack : {Attack::none, Attack::blinding, Attack::time_shift, Attack::intercept_resend})
        for (auto impairment : {Impairment::none, Impairment::rng_bias, Impairment::saturation}) {
            ConditionStep const step{
                .attack = attack, .attacked = 0.3, .extra_error = 0.01, .impairment = impairment, .severity = 0.2};
            auto const cells = di_cells(di_round(p, step));
            double sum = 0, tests = 0;
            for (unsigned i = 0; i < kDiCells; ++i) {
                auto const c = di_cell(i);
                EXPECT_EQ(index_of(c), i);
                EXPECT_GE(cells[i], 0);
                if ((c.a && !c.seen_a) || (c.b && !c.seen_b)) {
                    EXPECT_EQ(cells[i], 0);
                }
                sum += cells[i];
                tests += c.test() ? cells[i] : 0;
            }
            EXPECT_NEAR(sum, 1, 1e-14);
            EXPECT_NEAR(tests, 13.0 / 256, 1e-14);
        }
}

// No signalling: Bob's setting leaves Alice's marginal alone, efficiencies and all.
TEST(DiRound, NoSignalling) {
    DiParameters p;
    p.boxes.efficiency_alice = 0.9, p.boxes.efficiency_bob = 0.7;
    auto const cells = di_cells(di_round(p, {}));
    double all[5]{}, ones[5]{};
    for (unsigned i = 0; i < kDiCells; ++i) {
        all[i / 16] += cells[i];
        ones[i / 16] += di_cell(i).a ? cells[i] : 0;
    }
    for (int kind = 0; kind < 5; ++kind)
        EXPECT_NEAR(ones[kind] / all[kind], 0.45, 1e-12);
}

// Loss: heralds need two photons, each through half of the fibre; rounds fall as the whole fibre's transmittance, until
// false heralds take over and the violation is gone.
TEST(DiYield, DistanceCostsRateAndThenViolation) {
    DiParameters p;
    p.fibre = {};
    p.source.attempts = Hertz{1e6};
    p.source.station_dark = 1e-7;
    auto at = [&](double km) {
        p.fibre.length = Kilometres{km};
        return di_yield(p);
    };
    auto const near = at(0), ten = at(10);
    double const slowed = (1 / 1e6 + 10 * 1.4682 / 299'792.458) * 1e6;
    EXPECT_NEAR(near.heralds / ten.heralds / slowed, std::pow(10, 0.2), 2e-3);
    EXPECT_NEAR(near.attempts / ten.attempts, slowed, 1e-3); // flight times are whole nanoseconds
    double last = near.rounds;
    for (double km : {20.0, 40.0, 80.0, 160.0}) {
        auto const y = at(km);
        EXPECT_LT(y.rounds, last);
        EXPECT_LE(y.chsh, near.chsh);
        EXPECT_LE(y.secret, y.asymptotic);
        last = y.rounds;
    }
    auto const far = at(400);
    EXPECT_LT(far.chsh, 2);
    EXPECT_EQ(far.asymptotic, 0);
    EXPECT_EQ(far.secret, 0);
}

TEST(DiYield, DefaultsPerSecond) {
    auto const y = di_yield({});
    EXPECT_NEAR(y.rounds, 1.5e6 / (7.9 * 3600), 0.3);
    EXPECT_NEAR(y.asymptotic, y.rounds * 243 / 256 * 0.5834, 0.02);
    EXPECT_GT(y.secret, 0);
    EXPECT_LT(y.secret, y.asymptotic / 4); // finite key is the story: the block is hardly larger than the least
}

// A herald probability as measured takes the place of the figures it would follow from.
TEST(DiYield, GivenHeraldProbability) {
    DiParameters p;
    p.source.herald_probability = 1e-3;
    p.fibre.length = Kilometres{1};
    auto const near = di_yield(p);
    EXPECT_NEAR(near.heralds, near.attempts * 1e-3, 1e-9);
    // Conditions act on it all the same: the loss on both halves together, the window on each of two photons.
    EXPECT_NEAR(di_round(p, {.extra_loss = Decibels{3}}).herald, 1e-3 * std::pow(10, -0.3), 1e-12);
    EXPECT_NEAR(di_round(p, {.impairment = Impairment::timing_step, .severity = 0.3}).herald, 0.49e-3, 1e-12);
}

} // namespace
} // namespace qkdes
