// Rates against published experiments, against each other where two derivations meet, and at their limits.
#include "models/link/entangled/entangled_yield.hpp"

#include "models/link/binary_entropy.hpp"
#include "models/link/entangled/coincidence_statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace qkdes {
namespace {

// T. Honjo et al., Opt. Express 16, 19118 (2008): 1 GHz, three slots a qubit, .04 pairs, arms of 6.85 and 6.53 dB,
// detectors of 2.0 and .7 %, 250 counts/s each (two an arm: 125 for each of the model's four), 0 km: QBER 2.35 %, 29.4
// sifted bits/s. Not published: what the time window lets pass (29.4/s fixes it) and the imperfection of the
// interferometers, e_d. What is tested: pairs and darks alone explain most of the QBER, and what they leave is an e_d
// below 1 %.
TEST(EntangledYield, Honjo2008) {
    EntangledParameters p;
    p.source.emission = PairEmission::pulsed;
    p.source.clock = Hertz{1e9 / 3};
    p.source.pairs_per_pulse = 0.04;
    p.source.misalignment = 0;
    p.fibre.length = Kilometres{0};
    p.alice = {.loss = Decibels{6.85},
               .efficiency = 0.02,
               .dark_counts = Hertz{125},
               .dead_time = SimDuration{0},
               .jitter_ps = 200,
               .basis_bias = 0.5};
    p.bob = p.alice;
    p.bob.loss = Decibels{6.53};
    p.bob.efficiency = 0.007;
    p.timing.bandwidth_nm = 0;
    auto const sifted = [&](double window) {
        p.timing.window_ps = window;
        auto const c = coincidence_statistics(p, {});
        return c.key[0] + c.key[1] + c.other_basis[0] + c.other_basis[1];
    };
    EXPECT_NEAR(sifted(3'000), 44.6, 0.3); // all of the light: clock/3 x mu (1 + mu) eta_A eta_B / 2, and darks
    double low = 10, high = 1'000;
    for (int i = 0; i < 60; ++i)
        (sifted((low + high) / 2) < 29.4 ? low : high) = (low + high) / 2;
    EXPECT_NEAR(sifted(low), 29.4, 0.01);
    double const without = entangled_yield(p).qber;
    EXPECT_GT(without, 0.018);
    EXPECT_LT(without, 0.0235);
    double e_low = 0, e_high = 0.05;
    for (int i = 0; i < 60; ++i) {
        p.source.misalignment = (e_low + e_high) / 2;
        (entangled_yield(p).qber < 0.0235 ? e_low : e_high) = p.source.misalignment;
    }
    EXPECT_NEAR(entangled_yield(p).qber, 0.0235, 1e-6);
    EXPECT_LT(e_low, 0.01);
    RecordProperty("misalignment", std::to_string(e_low));
    RecordProperty("window_ps", std::to_string(low));
}

// S. P. Neumann et al., Nat. Commun. 13, 6134 (2022): 248 km, 79 dB in all, window 114 ps, 9 pairs/s; the brightness is
// not fixed by what is published here and is the knob. Tested: the brightness that gives 9/s is one that such sources
// have, and at it key is still made, but not with ten times the brightness (accidentals).
TEST(EntangledYield, Neumann2022) {
    double const arm = std::pow(10.0, -3.95);
    PairStreamChannel const c{
        .eta_a = arm, .eta_b = arm, .dark_a = 400, .dark_b = 400, .timing_ps = 80, .misalignment = 0.01};
    double low = 1e6, high = 1e11;
    for (int i = 0; i < 100; ++i) {
        double const middle = std::sqrt(low * high);
        (stream_pair_yield(c, middle, 114, 1.1).coincidences < 9 ? low : high) = middle;
    }
    EXPECT_GT(low, 3e8);
    EXPECT_LT(low, 1.5e9);
    EXPECT_GT(stream_pair_yield(c, low, 114, 1.1).secret, 0);
    EXPECT_EQ(stream_pair_yield(c, 30 * low, 114, 1.1).secret, 0);
    RecordProperty("pairs_per_second", std::to_string(low));
}

// D. S. Naik et al., Phys. Rev. Lett. 84, 4733 (2000): S = 2.6545, QBER 3.06 %.
TEST(EntangledYield, Naik2000) {
    EXPECT_NEAR(qber_from_chsh(2.6545), 0.0306, 0.0022);
    EXPECT_NEAR(qber_from_chsh(2.6545), 0.03074, 1e-4);
    EXPECT_NEAR(chsh_from_qber(qber_from_chsh(2.5)), 2.5, 1e-12);
    // A whole E91 link with a source of that quality shows both at once.
    EntangledParameters p;
    p.protocol = EntangledProtocol::e91;
    p.source.misalignment = qber_from_chsh(2.6545);
    p.source.pair_rate = Hertz{1e5};
    auto const y = entangled_yield(p);
    EXPECT_NEAR(y.chsh, 2.6545, 0.002);
    EXPECT_NEAR(y.qber, 0.0306, 0.0022);
}

TEST(EntangledYield, Thresholds) {
    // BBM92: 1 = 2 h(E) at 11.0 %. A channel without loss and noise, so that E is e_pol.
    auto const at = [](double e) {
        return stream_pair_yield({.eta_a = 1, .eta_b = 1, .misalignment = e}, 1e3, 1, 1.0).secret;
    };
    EXPECT_GT(at(0.1099), 0);
    EXPECT_EQ(at(0.1101), 0);
    // CHSH-priced: 7.149 % (A. Acín et al. 2007).
    auto const priced = [](double q) { return 1 - binary_entropy(q) - eve_information(chsh_from_qber(q)); };
    EXPECT_GT(priced(0.07148), 0);
    EXPECT_LT(priced(0.07151), 0);
    EXPECT_NEAR(chsh_from_qber(0), 2 * std::sqrt(2.0), 1e-12);
    EXPECT_EQ(eve_information(2), 1);
    EXPECT_EQ(eve_information(1.4), 1);
    EXPECT_NEAR(eve_information(2 * std::sqrt(2.0)), 0, 1e-9);
}

TEST(EntangledYield, RefusesBelowTheThresholdOfS) {
    EntangledParameters p;
    p.protocol = EntangledProtocol::e91;
    auto const y = entangled_yield(p);
    EXPECT_GT(y.secret, 0);
    p.chsh_threshold = y.chsh + 0.001;
    EXPECT_EQ(entangled_yield(p).secret, 0);
    p.chsh_threshold = 2;
    p.source.misalignment = 0.15; // S = 1.98
    EXPECT_EQ(entangled_yield(p).secret, 0);
    EXPECT_LT(entangled_yield(p).chsh, 2);
}

TEST(EntangledYield, MoreLossNeverGivesMore) {
    for (auto protocol : {EntangledProtocol::bbm92, EntangledProtocol::e91})
        for (auto emission : {PairEmission::continuous, PairEmission::pulsed}) {
            EntangledParameters p;
            p.protocol = protocol;
            p.source.emission = emission;
            // Below what the detectors can follow, where more light would mean less.
            p.source.pair_rate = Hertz{1e6};
            p.source.pairs_per_pulse = 0.002;
            p.alice.dead_time = p.bob.dead_time = SimDuration{0};
            double last = 1e99;
            bool cut_off = false;
            for (double km = 0; km <= 600; km += 10) {
                p.fibre.length = Kilometres{km};
                auto const y = entangled_yield(p);
                EXPECT_LE(y.secret, last) << km;
                EXPECT_LE(y.secret, y.sifted);
                EXPECT_GE(y.secret, 0);
                last = y.secret;
                cut_off = y.secret == 0;
            }
            EXPECT_TRUE(cut_off);
        }
    EXPECT_GT(entangled_yield({}).secret, 1e5); // defaults, 20 km
    EntangledParameters far;
    far.fibre.length = Kilometres{50};
    EXPECT_GT(entangled_yield(far).secret, 1e4);
}

TEST(EntangledYield, TheSearchFindsWhatAGridFinds) {
    PairStreamChannel const c{.eta_a = 1e-3,
                              .eta_b = 2e-3,
                              .dark_a = 1e3,
                              .dark_b = 500,
                              .dead_a = 50e-9,
                              .dead_b = 50e-9,
                              .timing_ps = 100,
                              .misalignment = 0.01};
    auto const best = best_pair_stream(c, 1e12, 1.1);
    ASSERT_GT(best.yield.secret, 0);
    double most = 0;
    for (double pairs = 1e6; pairs < 1e12; pairs *= 1.1)
        for (double window = 5; window < 1'000; window *= 1.1)
            most = std::max(most, stream_pair_yield(c, pairs, window, 1.1).secret);
    EXPECT_GE(best.yield.secret, 0.9999 * most);
    EXPECT_LT(best.yield.secret, 1.01 * most);
    EXPECT_NEAR(best.yield.secret, stream_pair_yield(c, best.pair_rate, best.window_ps, 1.1).secret, 1e-9);
    // The window alone, at a rate that is not the best.
    double const w = best_window_ps(c, 1e8, 1.1), s = stream_pair_yield(c, 1e8, w, 1.1).secret;
    EXPECT_GE(s, stream_pair_yield(c, 1e8, w * 1.05, 1.1).secret);
    EXPECT_GE(s, stream_pair_yield(c, 1e8, w / 1.05, 1.1).secret);
    // Too dark a channel has no best point, and that is no crash.
    EXPECT_EQ(best_pair_stream({.eta_a = 1e-9, .eta_b = 1e-9, .dark_a = 1e6, .dark_b = 1e6, .timing_ps = 100}, 1e9, 1.1)
                  .yield.secret,
              0);
}

// The paper's formula for a continuous source, and the rates that the block level draws from: the same but for
// ambiguous tags and doubly dead ends, both below 1e-3 here.
TEST(EntangledYield, NeumannsFormulaAgreesWithTheLinks) {
    EntangledParameters p;
    p.source.pair_rate = Hertz{2e5};
    p.alice.basis_bias = p.bob.basis_bias = 0.999'999;
    auto const y = entangled_yield(p);
    double const eta = std::pow(10.0, -(20 * 0.2 / 2 + 2) / 10) * 0.6;
    double const spread = std::sqrt(2 * 60.0 * 60 + std::pow(17 * 20 * 0.1, 2));
    auto const n = stream_pair_yield({.eta_a = eta,
                                      .eta_b = eta,
                                      .dark_a = 400,
                                      .dark_b = 400,
                                      .dead_a = 50e-9,
                                      .dead_b = 50e-9,
                                      .timing_ps = spread,
                                      .misalignment = 0.01},
                                     2e5, 250, 1.1);
    EXPECT_NEAR(y.singles_a / n.singles_a, 1, 1e-9);
    EXPECT_NEAR(y.coincidences / n.coincidences, 1, 1e-3);
    EXPECT_NEAR(y.qber / n.qber, 1, 2e-3);
}

} // namespace
} // namespace qkdes
