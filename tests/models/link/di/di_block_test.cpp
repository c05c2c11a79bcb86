// One device-independent block: what it yields, what it refuses, and that each fault of operations shows where it
// should.
//
// False alarms: statistical comparisons at 6.1 standard deviations or binomial_band(1e-9); about 30 in this file.
#include "models/link/di/di_block.hpp"

#include "models/link/di/di_finite_key.hpp"
#include "models/link/di/di_rates.hpp"
#include "models/link/di/di_round.hpp"
#include "models/link/di/di_yield.hpp"
#include "tests/support/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace qkdes {
namespace {

constexpr SimDuration kNoHorizon = std::chrono::hours{1000};

DiBlock make(DiParameters const& p, ConditionStep const& step, Fidelity fidelity, std::uint64_t index = 0,
             SimDuration horizon = kNoHorizon) {
    return simulate_di_block_with_statistics(p, {&step, 1}, horizon, fidelity, 11, "a-b", index);
}

/// Small blocks for what needs no key.
DiParameters small() {
    DiParameters p;
    p.protocol.rounds = 100'000;
    return p;
}

constexpr Fidelity kBoth[] = {Fidelity::photon, Fidelity::block};

// The experiment: S, Q, duration and key of the defaults. Length: what the paper's formula gives for what really
// leaked; more than the experiment's 95,884 bits, since Cascade leaks less than its 296,517.
TEST(DiBlock, TheExperimentOfTheDefaults) {
    DiParameters const p;
    for (Fidelity fidelity : kBoth) {
        auto const made = make(p, {}, fidelity);
        auto const& [block, s] = made;
        auto const& y = block.yield;
        ASSERT_EQ(block.outcome, BlockOutcome::key);
        EXPECT_EQ(s.rounds(), p.protocol.rounds);
        EXPECT_NEAR(y.chsh, 2.677, 6.1 * chsh_deviation(s) + 1e-3);
        EXPECT_TRUE(test::binomial_band(s.key_rounds, 0.0144).contains(y.qber_z)) << y.qber_z;
        EXPECT_TRUE(test::binomial_band(s.rounds(), 13.0 / 256).contains(double(s.tests()) / double(s.rounds())));
        double const hours = seconds(block.gathering) / 3600;
        EXPECT_NEAR(hours, 7.9, 0.05);
        double const disclosed = double(y.error_correction_leak + y.verification_bits);
        EXPECT_EQ(y.secret, di_finite_key(p.protocol, s.rounds(), disclosed).secret);
        EXPECT_GT(y.secret, 130'000u);
        EXPECT_LT(y.secret, 190'000u);
        EXPECT_EQ(block.alice_key.size(), y.secret);
        EXPECT_EQ(block.alice_key, block.bob_key);
        auto const half = static_cast<double>(block.alice_key.count()) / static_cast<double>(y.secret);
        EXPECT_TRUE(test::binomial_band(y.secret, 0.5).contains(half));
    }
}

TEST(DiBlock, ConservesRounds) {
    DiParameters p = small();
    p.boxes.efficiency_alice = 0.97;
    ConditionStep const step{.impairment = Impairment::sync_drift, .severity = 0.3};
    for (Fidelity fidelity : kBoth) {
        auto const [block, s] = make(p, step, fidelity);
        auto const& y = block.yield;
        EXPECT_EQ(y.detections, y.sifted.total_z() + y.sifted.total_x() + y.basis_mismatch + y.dropped);
        EXPECT_EQ(y.sifted.total_z() + y.sifted.total_x(), p.protocol.rounds);
        EXPECT_EQ(y.tests, s.tests());
        EXPECT_LE(y.detections, y.pulses);
        EXPECT_LE(s.wins(), s.tests());
        EXPECT_EQ(s.setting_bits, 2 * s.tests());
        EXPECT_EQ(block.outcome, BlockOutcome::no_key); // F7: too small for any key
        EXPECT_EQ(y.error_correction_leak, 0u);         // and nobody corrects it
    }
}

// A block depends on (parameters, conditions, seed, link, index) and on nothing else. Mutation that turns it red: a
// static stream instead of the named ones.
TEST(DiBlock, SameArgumentsSameBlock) {
    DiParameters const p = small();
    for (Fidelity fidelity : kBoth) {
        auto const one = make(p, {}, fidelity, 3);
        make(DiParameters{}, {}, Fidelity::block, 9); // what was computed in between must not matter
        auto const two = make(p, {}, fidelity, 3), other = make(p, {}, fidelity, 4);
        EXPECT_EQ(one.statistics, two.statistics);
        EXPECT_EQ(one.block.gathering, two.block.gathering);
        EXPECT_NE(one.statistics, other.statistics);
    }
}

TEST(DiBlock, InterruptedByTheHorizonClosedByItsOwnLimit) {
    DiParameters p = small();
    auto const rate = di_yield(p).rounds;
    SimDuration const half = from_seconds(0.5 * static_cast<double>(p.protocol.rounds) / rate);
    for (Fidelity fidelity : kBoth) {
        auto const cut = make(p, {}, fidelity, 0, half);
        EXPECT_EQ(cut.block.outcome, BlockOutcome::interrupted);
        EXPECT_EQ(cut.block.gathering, half);
        EXPECT_EQ(cut.block.yield.pulses, 0u);
        p.protocol.longest_gathering = half;
        auto const closed = make(p, {}, fidelity);
        EXPECT_NE(closed.block.outcome, BlockOutcome::interrupted);
        EXPECT_EQ(closed.block.gathering, half);
        double const n = rate * seconds(half);
        EXPECT_NEAR(static_cast<double>(closed.statistics.rounds()), n, 6.1 * std::sqrt(n) + 1);
        p.protocol.longest_gathering = std::chrono::hours{24};
    }
}

/// What operators see of a fault, against the calm link.
struct Seen {
    DiBlock calm, faulty;
    double drop_in_chsh() const { return calm.block.yield.chsh - faulty.block.yield.chsh; }
    double noise() const { return std::hypot(chsh_deviation(calm.statistics), chsh_deviation(faulty.statistics)); }
};
Seen see(DiParameters const& p, ConditionStep const& step, Fidelity fidelity) {
    return {make(p, {}, fidelity), make(p, step, fidelity, 1)};
}

// F1: S falls, Q rises, the gate refuses the block. 2 % of extra error takes .107 off S: eight deviations at 1e5
// rounds.
TEST(DiFaults, LowViolationIsRefused) {
    DiParameters p;
    p.protocol.rounds = 1'200'000;
    for (Fidelity fidelity : kBoth) {
        auto const seen = see(p, {.extra_error = 0.04}, fidelity);
        EXPECT_EQ(seen.calm.block.outcome, BlockOutcome::key);
        EXPECT_EQ(seen.faulty.block.outcome, BlockOutcome::aborted);
        EXPECT_NEAR(seen.drop_in_chsh(), 0.08 * 2.677, 6.1 * seen.noise());
        EXPECT_GT(seen.drop_in_chsh(), 6.1 * seen.noise());
        EXPECT_EQ(seen.faulty.block.yield.secret, 0u);
        EXPECT_TRUE(seen.faulty.block.alice_key.empty());
    }
}

// F2: discarded trials up and arrival times off; S stays.
TEST(DiFaults, SyncDriftDiscardsTrials) {
    for (Fidelity fidelity : kBoth) {
        auto const seen = see(small(), {.impairment = Impairment::sync_drift, .severity = 0.2}, fidelity);
        auto const& s = seen.faulty.statistics;
        EXPECT_EQ(seen.calm.statistics.discarded, 0u);
        EXPECT_TRUE(test::binomial_band(s.heralds, 0.2).contains(double(s.discarded) / double(s.heralds)));
        EXPECT_NEAR(s.arrival_offset_ns, 20, 6.1 * 10 / std::sqrt(double(s.heralds)));
        EXPECT_NEAR(seen.drop_in_chsh(), 0, 6.1 * seen.noise());
    }
}

// F3: the monobit test of the setting bits sees it and the block is thrown away; S shows nothing. 1e5 rounds have 1e4
// setting bits, so P(1) = .55 is ten deviations. Fair bits alarm once in 1e9 blocks.
TEST(DiFaults, BiasedSettingsRaiseTheAlarm) {
    for (Fidelity fidelity : kBoth) {
        auto const seen = see(small(), {.impairment = Impairment::rng_bias, .severity = 0.1}, fidelity);
        EXPECT_GT(setting_health(seen.calm.statistics), 1e-9);
        EXPECT_LT(setting_health(seen.faulty.statistics), 1e-9);
        EXPECT_NE(seen.calm.block.outcome, BlockOutcome::aborted);
        EXPECT_EQ(seen.faulty.block.outcome, BlockOutcome::aborted);
        EXPECT_NEAR(seen.drop_in_chsh(), 0, 6.1 * seen.noise());
    }
}

// F4: detection shares fall, and S with them, since failures count.
TEST(DiFaults, SaturationLosesOutcomesAndViolation) {
    for (Fidelity fidelity : kBoth) {
        auto const seen = see(small(), {.impairment = Impairment::saturation, .severity = 0.1}, fidelity);
        auto const& s = seen.faulty.statistics;
        EXPECT_EQ(seen.calm.statistics.seen_alice, seen.calm.statistics.rounds());
        for (auto seen_by : {s.seen_alice, s.seen_bob})
            EXPECT_TRUE(test::binomial_band(s.rounds(), 0.9).contains(double(seen_by) / double(s.rounds())));
        EXPECT_NEAR(s.rounds() > 0 ? chsh(s) : 0, 0.81 * 2.677 + 0.02, 6.1 * chsh_deviation(s) + 1e-3);
    }
}

// F6: the rate of heralds steps down by the square and arrival times step; nothing is discarded, S stays.
TEST(DiFaults, TimingStepShowsInRateAndArrival) {
    for (Fidelity fidelity : kBoth) {
        auto const seen = see(small(), {.impairment = Impairment::timing_step, .severity = 0.3}, fidelity);
        auto const &calm = seen.calm.statistics, &s = seen.faulty.statistics;
        double const ratio = (double(s.heralds) / double(s.attempts)) / (double(calm.heralds) / double(calm.attempts));
        EXPECT_NEAR(ratio, 0.49, 6.1 * 0.49 * std::sqrt(2e-5));
        EXPECT_NEAR(s.arrival_offset_ns, 30, 6.1 * 10 / std::sqrt(double(s.heralds)));
        EXPECT_EQ(s.discarded, 0u);
        EXPECT_NEAR(seen.drop_in_chsh(), 0, 6.1 * seen.noise());
    }
}

// An eavesdropper: intercept-resend halves the correlations of what it touches. Blinding improves Q and still shows,
// which is what the Bell test is for.
TEST(DiFaults, AttacksCostViolation) {
    DiParameters p;
    p.protocol.rounds = 1'200'000;
    for (Fidelity fidelity : kBoth) {
        auto const resent = see(p, {.attack = Attack::intercept_resend, .attacked = 0.1}, fidelity);
        EXPECT_EQ(resent.faulty.block.outcome, BlockOutcome::aborted);
        EXPECT_NEAR(resent.drop_in_chsh(), 0.05 * 2.677, 6.1 * resent.noise());
        EXPECT_GT(resent.faulty.block.yield.qber_z, 0.0144 + 0.02);
        auto const blinded = see(p, {.attack = Attack::blinding, .attacked = 0.3}, fidelity);
        EXPECT_EQ(blinded.faulty.block.outcome, BlockOutcome::aborted);
        EXPECT_LT(blinded.faulty.block.yield.qber_z, 0.0144 * 0.8);
        EXPECT_NEAR(blinded.drop_in_chsh(), 0.3 * 0.677, 6.1 * blinded.noise());
        auto const all = see(p, {.attack = Attack::blinding, .attacked = 1}, fidelity);
        EXPECT_NEAR(all.faulty.block.yield.chsh, 2, 1e-12);
        EXPECT_EQ(all.faulty.block.yield.qber_z, 0);
        auto const shifted = see(p, {.attack = Attack::time_shift, .attacked = 1}, fidelity);
        EXPECT_NEAR(shifted.faulty.block.yield.chsh, 2.677 / 2, 6.1 * shifted.noise());
        auto const splitting = make(p, {.attack = Attack::photon_number_splitting, .attacked = 1}, fidelity);
        EXPECT_EQ(splitting.statistics, make(p, {}, fidelity).statistics);
    }
}

// A Q above the limit while S is good: the boxes' key setting alone is off. And loss: only the rate falls.
TEST(DiBlock, ErrorGateAndExtraLoss) {
    DiParameters p;
    p.protocol.rounds = 1'200'000;
    p.protocol.abort_qber = 0.012;
    for (Fidelity fidelity : kBoth) {
        auto const made = make(p, {}, fidelity);
        EXPECT_EQ(made.block.outcome, BlockOutcome::aborted);
        auto const lossy = see(small(), {.extra_loss = Decibels{3}}, fidelity);
        EXPECT_NEAR(seconds(lossy.faulty.block.gathering) / seconds(lossy.calm.block.gathering), std::pow(10, 0.3),
                    6.1 * 2 * std::sqrt(2e-5));
        EXPECT_NEAR(lossy.drop_in_chsh(), 0, 6.1 * lossy.noise());
    }
}

// Any method of correction, with frames that it gives up: those are read out, paid for and kept. Where .1 % of errors
// was planned and 1.44 % come, LDPC gives up frames; parties that forgot to read them out would fail verification.
TEST(DiBlock, OtherMethodsOfCorrection) {
    DiParameters p;
    p.protocol.rounds = 2'500'000;
    auto const cascade = make(p, {}, Fidelity::photon);
    p.protocol.correction = CorrectionMethod::ldpc;
    auto const planned = make(p, {}, Fidelity::photon);
    EXPECT_EQ(planned.statistics, cascade.statistics);
    ASSERT_EQ(planned.block.outcome, BlockOutcome::key);
    EXPECT_EQ(planned.block.alice_key, planned.block.bob_key);
    EXPECT_GT(planned.block.yield.error_correction_leak, cascade.block.yield.error_correction_leak);
    EXPECT_LT(planned.block.yield.secret, cascade.block.yield.secret);
    p.protocol.expected_qber = 0.001;
    auto const hopeful = make(p, {}, Fidelity::photon);
    auto const& y = hopeful.block.yield;
    EXPECT_GT(y.frame_errors, 0u);
    EXPECT_GE(y.error_correction_leak, y.frame_errors * 90'000);
    EXPECT_EQ(hopeful.block.outcome, BlockOutcome::no_key);
}

TEST(DiBlock, NoiseOfAliceEntersCorrectionAndNotTheCounts) {
    DiParameters p;
    p.protocol.rounds = 3'000'000;
    p.protocol.noise = 0.02;
    for (Fidelity fidelity : kBoth) {
        auto const made = make(p, {}, fidelity);
        auto const& y = made.block.yield;
        EXPECT_EQ(made.block.outcome, BlockOutcome::key);
        EXPECT_EQ(made.block.alice_key, made.block.bob_key);
        EXPECT_TRUE(test::binomial_band(made.statistics.key_rounds, 0.0144).contains(y.qber_z));
        p.protocol.noise = 0;
        EXPECT_GT(y.error_correction_leak, make(p, {}, fidelity).block.yield.error_correction_leak * 3 / 2);
        p.protocol.noise = 0.02;
    }
}

} // namespace
} // namespace qkdes
