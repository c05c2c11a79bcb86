// The joint chances of one event and the rates that follow: against Ma, Fung and Lo's closed form, which is derived
// another way, against the C library, and against what must hold by symmetry. (Against the tags: matching_test.cpp.)
#include "models/link/entangled/coincidence_statistics.hpp"

#include "models/link/entangled/entangled_yield.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace qkdes {
namespace {

EntangledParameters pulsed(PairStatistics statistics, double pairs, double e_d) {
    EntangledParameters p;
    p.source.emission = PairEmission::pulsed;
    p.source.clock = Hertz{1e8};
    p.source.statistics = statistics;
    p.source.pairs_per_pulse = pairs;
    p.source.misalignment = e_d;
    p.fibre.length = Kilometres{0};
    for (ArmParameters* end : {&p.alice, &p.bob})
        *end = {.loss = Decibels{0},
                .efficiency = 0.3,
                .dark_counts = Hertz{0},
                .dead_time = SimDuration{0},
                .jitter_ps = 0,
                .basis_bias = 0.5};
    p.bob.efficiency = 0.11;
    p.timing.bandwidth_nm = 0;
    return p;
}

struct Pulse {
    double gain = 0, qber = 0;
};
/// In equal bases, given that they are.
Pulse per_pulse(EntangledParameters const& p) {
    auto const c = coincidence_statistics(p, {});
    double const right = c.key[0] + c.other_basis[0], wrong = c.key[1] + c.other_basis[1];
    return {2 * (right + wrong) / p.source.clock.value, wrong / (right + wrong)};
}

TEST(CoincidenceStatistics, ThermalPairsAreThoseOfMa2007) {
    for (double pairs : {0.002, 0.05, 0.6})
        for (double e_d : {0.0, 0.015}) {
            auto const mine = per_pulse(pulsed(PairStatistics::thermal, pairs, e_d));
            auto const ma = pulsed_pair_yield({.eta_a = 0.3, .eta_b = 0.11, .misalignment = e_d}, pairs / 2, 1.2);
            EXPECT_NEAR(mine.gain / ma.gain, 1, 1e-9) << pairs;
            // The paper lets a multi-pair state err as a whole, the model photon by photon: apart in second order only.
            if (e_d == 0)
                EXPECT_NEAR(mine.qber, ma.qber, 1e-9) << pairs;
            else
                EXPECT_NEAR(mine.qber / ma.qber, 1, 1e-3) << pairs;
        }
    // Independent pairs err more: of two pairs in a pulse half the mixed coincidences are wrong, not a third.
    EXPECT_GT(per_pulse(pulsed(PairStatistics::poisson, 0.3, 0)).qber, 0.06);
}

// Darks of the tags' model fall into the window as the paper's Y0 falls into a gate of that width.
TEST(CoincidenceStatistics, DarkCountsAreThoseOfMa2007) {
    auto p = pulsed(PairStatistics::thermal, 0.01, 0.01);
    p.alice.dark_counts = p.bob.dark_counts = Hertz{5e4};
    p.timing.window_ps = 10'000; // all of a period, as the paper's gate
    auto const mine = per_pulse(p);
    double const y0 = 4 * 5e4 * 1e-8; // all of an end's detectors, one window a pulse
    auto const ma =
        pulsed_pair_yield({.eta_a = 0.3, .eta_b = 0.11, .dark_a = y0, .dark_b = y0, .misalignment = 0.01}, 0.005, 1.2);
    EXPECT_NEAR(mine.gain / ma.gain, 1, 5e-3);
    // The paper lets a dark count beside a pair's click do no harm; here it takes its place half of the time.
    EXPECT_NEAR(mine.qber - ma.qber, y0 / 2, 0.1 * y0);
    p.alice.dark_counts = p.bob.dark_counts = Hertz{0};
    EXPECT_LT(per_pulse(p).gain, 0.995 * ma.gain); // that can fail: darks matter here
}

TEST(CoincidenceStatistics, WindowShareIsTheErrorFunction) {
    for (double x = 0.001; x < 8; x *= 1.3)
        EXPECT_NEAR(window_share(x * 100, 100), std::erf(std::sqrt(std::numbers::ln2) * x), 2e-15);
    EXPECT_EQ(window_share(100, 0), 1);
    EXPECT_NEAR(window_share(100, 100), 0.7610, 1e-4); // half to half of the maximum
}

TEST(CoincidenceStatistics, EkertsSharesAndS) {
    EntangledParameters p;
    p.protocol = EntangledProtocol::e91;
    for (ArmParameters* end : {&p.alice, &p.bob})
        end->dark_counts = Hertz{0};
    p.source.pair_rate = Hertz{1'000}; // no accidentals to speak of
    for (double e : {0.0, 0.03, 0.2}) {
        p.source.misalignment = e;
        auto const c = coincidence_statistics(p, {});
        double tests = 0;
        for (auto const& t : c.tests)
            tests += t[0] + t[1];
        EXPECT_NEAR((c.key[0] + c.key[1]) / c.total(), 2.0 / 9, 1e-12);
        EXPECT_NEAR(tests / c.total(), 4.0 / 9, 1e-12);
        EXPECT_NEAR(c.chsh(), chsh_from_qber(e), 1e-5);
        EXPECT_NEAR(c.key[1] / (c.key[0] + c.key[1]), e, 1e-6);
    }
    p.chsh_setting = 0.1;
    auto const c = coincidence_statistics(p, {});
    EXPECT_NEAR((c.key[0] + c.key[1]) / c.total(), 0.9 * 0.9 / 2, 1e-12);
}

TEST(CoincidenceStatistics, KindsAddUp) {
    for (auto protocol : {EntangledProtocol::bbm92, EntangledProtocol::e91})
        for (auto emission : {PairEmission::continuous, PairEmission::pulsed}) {
            EntangledParameters p;
            p.protocol = protocol;
            p.source.emission = emission;
            p.alice.dark_counts = Hertz{1e5};
            auto const c = coincidence_statistics(p, {.stray_light = Hertz{1e5}});
            double sum = c.unused + c.key[0] + c.key[1] + c.other_basis[0] + c.other_basis[1];
            for (auto const& t : c.tests)
                sum += t[0] + t[1];
            EXPECT_NEAR(sum / c.total(), 1, 1e-12);
            EXPECT_LE(c.true_found, c.partners);
            double weights = 0;
            for (auto const& [code, weight] : light_model(p, {}).outcomes)
                weights += weight;
            EXPECT_NEAR(weights, 1, 1e-12);
        }
}

TEST(CoincidenceStatistics, ConditionsActAsTheirCardSays) {
    EntangledParameters p;
    auto const calm = coincidence_statistics(p, {});
    auto const qber = [](CoincidenceStatistics const& c) { return c.key[1] / (c.key[0] + c.key[1]); };

    // Loss: 3 dB on a source in the middle take the root of a half from each end.
    auto const lossy = light_model(p, {.extra_loss = Decibels{3}});
    EXPECT_NEAR(lossy.events / light_model(p, {}).events, std::pow(10.0, -0.3), 1e-12);
    p.source.position = 0;
    EXPECT_NEAR(coincidence_statistics(p, {.extra_loss = Decibels{3}}).tags_a, coincidence_statistics(p, {}).tags_a,
                1e-6);
    p.source.position = 0.5;

    EXPECT_NEAR(qber(coincidence_statistics(p, {.extra_error = 0.02})) - qber(calm), 0.02, 1e-4);
    auto const lit = coincidence_statistics(p, {.stray_light = Hertz{1e6}});
    EXPECT_GT(lit.tags_a, calm.tags_a + 3e5);
    EXPECT_GT(qber(lit), qber(calm));

    // Intercept and resend: a quarter of the attacked bits err, both bases; S is at most sqrt 2.
    ConditionStep const eve{.attack = Attack::intercept_resend, .attacked = 1};
    auto const tapped = coincidence_statistics(p, eve);
    EXPECT_NEAR(qber(tapped), 0.25 + 0.5 * p.source.misalignment, 1e-3);
    EXPECT_NEAR(tapped.other_basis[1] / (tapped.other_basis[0] + tapped.other_basis[1]), qber(tapped), 1e-5);
    EXPECT_NEAR(tapped.total(), calm.total(), 1e-6);
    EXPECT_NEAR(tapped.known_to_eve, 0.5 * tapped.true_found / tapped.total(), 1e-12);
    p.protocol = EntangledProtocol::e91;
    EXPECT_LE(coincidence_statistics(p, eve).chsh(), std::numbers::sqrt2);
    EXPECT_GT(coincidence_statistics(p, eve).chsh(), 0.95 * std::numbers::sqrt2);
    p.protocol = EntangledProtocol::bbm92;

    // Blinding: half of the steered photons are lost, nothing errs, and Eve knows what is left of them.
    auto const steered = coincidence_statistics(p, {.attack = Attack::blinding, .attacked = 1});
    EXPECT_NEAR(steered.partners / calm.partners, 0.5, 0.02); // a little more: Bob is dead less often
    EXPECT_LT(qber(steered), qber(calm) + 2e-4);
    EXPECT_GT(steered.known_to_eve, 0.99);
    for (auto attack : {Attack::photon_number_splitting, Attack::time_shift})
        EXPECT_EQ(coincidence_statistics(p, {.attack = attack, .attacked = 1}).total(), calm.total());
}

} // namespace
} // namespace qkdes
