// Blocks as the world sees them: pure functions, conservation, outcomes, attacks, and that both ends' keys are computed
// apart.
#include "models/link/entangled/entangled_block.hpp"

#include "models/link/entangled/photon_tags.hpp"
#include "tests/support/statistics.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace qkdes {
namespace {

constexpr SimDuration kForever = std::chrono::hours{24};
ConditionStep const kSteady[1];
constexpr Fidelity kBoth[] = {Fidelity::photon, Fidelity::block};
constexpr EntangledProtocol kProtocols[] = {EntangledProtocol::bbm92, EntangledProtocol::e91};

EntangledParameters small(EntangledProtocol protocol = EntangledProtocol::bbm92, std::uint64_t block = 40'000) {
    EntangledParameters p;
    p.protocol = protocol;
    p.post.block = block;
    return p;
}

LinkBlock make(EntangledParameters const& p, Fidelity fidelity, std::uint64_t index = 0, std::uint64_t seed = 1,
               std::span<ConditionStep const> conditions = kSteady, SimDuration horizon = kForever) {
    return simulate_entangled_block(p, conditions, horizon, fidelity, seed, "a-b", index);
}

void expect_equal(LinkBlock const& a, LinkBlock const& b) {
    EXPECT_EQ(a.outcome, b.outcome);
    EXPECT_EQ(a.gathering, b.gathering);
    EXPECT_EQ(a.yield.pulses, b.yield.pulses);
    EXPECT_EQ(a.yield.sifted.m_z, b.yield.sifted.m_z);
    EXPECT_EQ(a.yield.chsh, b.yield.chsh);
    EXPECT_EQ(a.yield.round_trips, b.yield.round_trips);
    EXPECT_TRUE(a.alice_key == b.alice_key && a.bob_key == b.bob_key);
}

// Turns red when any stream is opened without the block's index, or shared between blocks.
TEST(EntangledBlock, IsAPureFunction) {
    for (auto fidelity : kBoth)
        for (auto protocol : kProtocols) {
            auto const p = small(protocol);
            auto const first = make(p, fidelity, 3);
            ASSERT_EQ(first.outcome, BlockOutcome::key);
            make(p, fidelity, 2);
            expect_equal(first, make(p, fidelity, 3));
            auto const next = make(p, fidelity, 4);
            EXPECT_FALSE(first.alice_key == next.alice_key);
            EXPECT_NE(first.gathering, next.gathering); // the light, not the hash alone
            EXPECT_NE(first.yield.pulses, next.yield.pulses);
            EXPECT_FALSE(first.alice_key == make(p, fidelity, 3, 2).alice_key);
            auto const other = simulate_entangled_block(p, kSteady, kForever, fidelity, 1, "b-c", 3);
            EXPECT_FALSE(first.alice_key == other.alice_key);
        }
}

TEST(EntangledBlock, MakesEqualKeysAtBothEnds) {
    for (auto fidelity : kBoth)
        for (auto protocol : kProtocols)
            for (auto method : {EstimationMethod::other_basis, EstimationMethod::sampling}) {
                auto p = small(protocol);
                p.post.estimation = method;
                auto const block = make(p, fidelity);
                auto const& y = block.yield;
                ASSERT_EQ(block.outcome, BlockOutcome::key);
                EXPECT_EQ(block.alice_key.size(), y.secret);
                EXPECT_TRUE(block.alice_key == block.bob_key);
                EXPECT_EQ(y.sifted.total_z(), p.post.block);
                EXPECT_EQ(y.sampled, method == EstimationMethod::sampling ? 2'000u : 0u);
                EXPECT_EQ(y.single_photon, static_cast<double>(p.post.block - y.sampled)); // what the key is made of
                EXPECT_EQ(y.authentication_bits, 384u);
                EXPECT_GT(y.round_trips, 20u);
                EXPECT_EQ(y.known_to_eve, 0);
                if (protocol == EntangledProtocol::e91) {
                    EXPECT_NEAR(y.chsh, 2.77, 0.05); // six standard errors
                    EXPECT_GT(y.tests, 70'000u);     // twice the key
                } else {
                    EXPECT_EQ(y.tests, 0u);
                    EXPECT_GT(y.sifted.total_x(), 1'000u);
                }
                EXPECT_TRUE(
                    test::binomial_band(y.secret, 0.5)
                        .contains(static_cast<double>(block.alice_key.count()) / static_cast<double>(y.secret)));
            }
}

// Every method of correction ends in equal keys at both fidelities, of about one length.
TEST(EntangledBlock, AnyMethodOfCorrectionWillDo) {
    for (auto method : {CorrectionMethod::cascade, CorrectionMethod::cascade_original, CorrectionMethod::cascade_biconf,
                        CorrectionMethod::ldpc}) {
        auto p = small();
        p.post.correction = method;
        auto const real = make(p, Fidelity::photon), drawn = make(p, Fidelity::block);
        ASSERT_EQ(real.outcome, BlockOutcome::key);
        ASSERT_EQ(drawn.outcome, BlockOutcome::key);
        EXPECT_TRUE(real.alice_key == real.bob_key && real.alice_key.size() == real.yield.secret);
        EXPECT_NEAR(static_cast<double>(real.yield.secret) / static_cast<double>(drawn.yield.secret), 1, 0.25);
    }
}

TEST(EntangledBlock, AliceAndBobStartFromDifferentBits) {
    auto made = gather_tags(small(), kSteady, kForever, RngStream{1, "x"});
    auto const a = made.sifting.alice.take(), b = made.sifting.bob.take();
    EXPECT_GT(a.distance(b), 250u);
    EXPECT_LT(a.distance(b), 650u);
    EXPECT_TRUE(test::binomial_band(a.size(), 0.5).contains(static_cast<double>(a.count()) / 40'000));
}

RC_GTEST_PROP(EntangledBlock, CountsAreConserved, ()) {
    auto p = small(*rc::gen::element(EntangledProtocol::bbm92, EntangledProtocol::e91), 10'000);
    p.fibre.length = Kilometres{static_cast<double>(*rc::gen::inRange(0, 80))};
    p.source.position = 0.25 * *rc::gen::inRange(0, 5);
    p.source.emission = *rc::gen::element(PairEmission::continuous, PairEmission::pulsed);
    p.source.statistics = *rc::gen::element(PairStatistics::poisson, PairStatistics::thermal);
    p.source.pair_rate = Hertz{1e5 * *rc::gen::inRange(1, 100)};
    p.alice.dead_time = SimDuration{*rc::gen::inRange(0, 300)};
    p.bob.dark_counts = Hertz{static_cast<double>(*rc::gen::inRange(0, 50'000))};
    p.alice.basis_bias = 0.1 * *rc::gen::inRange(1, 10);
    p.timing.window_ps = *rc::gen::inRange(20, 900);
    p.timing.clock_drift_ppb = *rc::gen::inRange(-10, 11);
    p.chsh_setting = 0.1 * *rc::gen::inRange(1, 10);
    p.post.estimation = *rc::gen::element(EstimationMethod::sampling, EstimationMethod::other_basis);
    p.post.longest_gathering = std::chrono::milliseconds{*rc::gen::inRange(1, 300)};
    ConditionStep condition{.attacked = 0.1 * *rc::gen::inRange(0, 11),
                            .extra_loss = Decibels{static_cast<double>(*rc::gen::inRange(0, 6))},
                            .stray_light = Hertz{static_cast<double>(*rc::gen::inRange(0, 100'000))}};
    condition.attack = *rc::gen::element(Attack::none, Attack::intercept_resend, Attack::blinding);
    for (auto fidelity : kBoth) {
        auto const block = make(p, fidelity, *rc::gen::inRange<std::uint64_t>(0, 1'000), 1, {&condition, 1});
        auto const& y = block.yield;
        RC_ASSERT(y.detections == y.sifted.total_z() + y.sifted.total_x() + y.basis_mismatch + y.dropped);
        RC_ASSERT(y.sifted.total_z() <= p.post.block && y.tests <= y.basis_mismatch);
        RC_ASSERT(y.sifted.m_z[0] <= y.sifted.n_z[0] && y.sifted.m_x[0] <= y.sifted.n_x[0]);
        RC_ASSERT(std::abs(y.chsh) <= 4);
        RC_ASSERT(y.secret + y.sampled <= y.sifted.total_z());
        RC_ASSERT(y.known_to_eve >= 0 && y.known_to_eve <= static_cast<double>(y.secret));
        RC_ASSERT(block.alice_key == block.bob_key && block.alice_key.size() == y.secret);
        RC_ASSERT((block.outcome == BlockOutcome::key) == (y.secret > 0));
        RC_ASSERT(block.gathering <= p.post.longest_gathering);
    }
}

TEST(EntangledBlock, AnEavesdropperOnEveryPairAborts) {
    ConditionStep const attacked[1] = {{.attack = Attack::intercept_resend, .attacked = 1.0}};
    for (auto fidelity : kBoth)
        for (auto protocol : kProtocols) {
            auto const block = make(small(protocol), fidelity, 0, 1, attacked);
            EXPECT_EQ(block.outcome, BlockOutcome::aborted);
            EXPECT_TRUE(block.alice_key.empty());
            EXPECT_EQ(block.yield.error_correction_leak, 0u); // known before correction
            EXPECT_NEAR(block.yield.qber_z, 0.255, 0.015);
            double const s = protocol == EntangledProtocol::e91 ? std::sqrt(2.0) * 0.98 : 0;
            EXPECT_NEAR(block.yield.chsh, s, 0.05);
        }
}

// S alone refuses: the QBER limit is set out of the way, and S is below or above its threshold.
TEST(EntangledBlock, KeyIsRefusedBelowTheThresholdOfS) {
    ConditionStep const half[1] = {{.attack = Attack::intercept_resend, .attacked = 0.6}}; // S = 1.94
    for (auto fidelity : kBoth) {
        auto p = small(EntangledProtocol::e91);
        p.post.abort_qber = 0.5;
        EXPECT_EQ(make(p, fidelity, 0, 1, half).outcome, BlockOutcome::aborted);
        EXPECT_EQ(make(p, fidelity).outcome, BlockOutcome::key);
        p.chsh_threshold = 2.82;
        EXPECT_EQ(make(p, fidelity).outcome, BlockOutcome::aborted);
    }
}

// Blinding shows neither in the errors nor in S: key is made, and Eve knows it.
TEST(EntangledBlock, BlindingGoesUnnoticed) {
    ConditionStep const steered[1] = {{.attack = Attack::blinding, .attacked = 1.0}};
    for (auto fidelity : kBoth)
        for (auto protocol : kProtocols) {
            auto const block = make(small(protocol), fidelity, 0, 1, steered);
            ASSERT_EQ(block.outcome, BlockOutcome::key);
            EXPECT_GT(block.yield.known_to_eve, 0.99 * static_cast<double>(block.yield.secret));
            EXPECT_GT(block.gathering, make(small(protocol), fidelity).gathering * 3 / 2);
        }
}

TEST(EntangledBlock, SmallBlocksGiveNothing) {
    for (auto fidelity : kBoth) {
        auto p = small(EntangledProtocol::bbm92, 10'000);
        p.alice.basis_bias = p.bob.basis_bias = 0.97; // ten tests
        auto const block = make(p, fidelity);
        EXPECT_EQ(block.outcome, BlockOutcome::no_key);
        EXPECT_EQ(block.yield.error_correction_leak, 0u);
    }
}

TEST(EntangledBlock, TheHorizonInterrupts) {
    for (auto fidelity : kBoth) {
        SimDuration const full = make(small(), fidelity).gathering;
        auto const block = make(small(), fidelity, 0, 1, kSteady, full - SimDuration{2});
        EXPECT_EQ(block.outcome, BlockOutcome::interrupted);
        EXPECT_EQ(block.gathering, full - SimDuration{2});
        EXPECT_EQ(block.yield.detections, 0u);
        expect_equal(make(small(), fidelity), make(small(), fidelity, 0, 1, kSteady, full)); // the last tag counts
    }
}

TEST(EntangledBlock, ClosesAtTheLongestGathering) {
    for (auto fidelity : kBoth) {
        auto p = small(EntangledProtocol::bbm92, 10'000'000);
        p.post.longest_gathering = std::chrono::milliseconds{300};
        auto const block = make(p, fidelity);
        EXPECT_EQ(block.outcome, BlockOutcome::key);
        EXPECT_EQ(block.gathering, std::chrono::milliseconds{300});
        EXPECT_NEAR(static_cast<double>(block.yield.sifted.total_z()), 0.3 * 164'740, 6.1 * 222);
        EXPECT_NEAR(static_cast<double>(block.yield.pulses), 1.5e6, 6.1 * 1225); // pairs emitted
    }
}

// Beyond the cut-off: no clock is found at the photon level, and the block level knows.
TEST(EntangledBlock, FarTooFarGivesNothing) {
    for (auto fidelity : kBoth) {
        auto p = small();
        p.fibre.length = Kilometres{600};
        p.post.longest_gathering = std::chrono::seconds{100};
        auto const block = make(p, fidelity);
        EXPECT_EQ(block.outcome, BlockOutcome::no_key);
        EXPECT_EQ(block.yield.detections, 0u);
        EXPECT_EQ(block.gathering, std::chrono::seconds{100});
    }
}

} // namespace
} // namespace qkdes
