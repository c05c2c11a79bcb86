// Blocks as the world sees them: pure functions, conservation, outcomes, and that both ends' keys are computed apart.
#include "models/link/cv/cv_block.hpp"

#include "models/link/cv/cv_decisions.hpp"
#include "models/link/cv/cv_yield.hpp"
#include "tests/support/property.hpp"
#include "tests/support/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace qkdes {
namespace {

constexpr SimDuration kForever = std::chrono::hours{24};
ConditionStep const kSteady[1];
constexpr Fidelity kBoth[] = {Fidelity::photon, Fidelity::block};

/// 5 km, SNR .9 a value: slices, in frames of 1e5, at an efficiency at which frames hardly fail.
CvParameters small(std::uint64_t block = 600'000) {
    CvParameters p;
    p.fibre.length = Kilometres{5};
    p.post.block = block;
    p.post.frame = 100'000;
    p.post.beta = 0.88;
    return p;
}

LinkBlock make(CvParameters const& p, Fidelity fidelity, std::uint64_t index = 0, std::uint64_t seed = 1,
               std::span<ConditionStep const> conditions = kSteady, SimDuration horizon = kForever) {
    return simulate_cv_block(p, conditions, horizon, fidelity, seed, "a-b", index);
}

void expect_equal(LinkBlock const& a, LinkBlock const& b) {
    EXPECT_EQ(a.outcome, b.outcome);
    EXPECT_EQ(a.gathering, b.gathering);
    EXPECT_EQ(a.yield.transmittance, b.yield.transmittance);
    EXPECT_EQ(a.yield.excess_noise, b.yield.excess_noise);
    EXPECT_EQ(a.yield.frame_errors, b.yield.frame_errors);
    EXPECT_TRUE(a.alice_key == b.alice_key && a.bob_key == b.bob_key);
}

// Turns red when a stream of the exchange is opened without the block's index or the link's name, or shared between
// blocks.
TEST(CvBlock, IsAPureFunction) {
    for (auto fidelity : kBoth) {
        auto const p = small();
        auto const first = make(p, fidelity, 3);
        ASSERT_EQ(first.outcome, BlockOutcome::key);
        expect_equal(first, make(p, fidelity, 3));
        for (auto const& other : {make(p, fidelity, 4), make(p, fidelity, 3, 2),
                                  simulate_cv_block(p, kSteady, kForever, fidelity, 1, "b-c", 3)}) {
            EXPECT_FALSE(first.alice_key == other.alice_key);
            EXPECT_NE(first.yield.transmittance, other.yield.transmittance);
        }
    }
}

TEST(CvBlock, MakesEqualKeysAtBothEnds) {
    for (auto fidelity : kBoth) {
        auto const p = small();
        auto const block = make(p, fidelity, 1);
        auto const& y = block.yield;
        ASSERT_EQ(block.outcome, BlockOutcome::key);
        EXPECT_EQ(block.alice_key.size(), y.secret);
        EXPECT_TRUE(block.alice_key == block.bob_key);
        EXPECT_EQ(y.detections, p.post.block);
        EXPECT_EQ(y.sampled, p.post.block / 2);
        EXPECT_EQ(y.pulses, static_cast<std::uint64_t>(std::ceil(static_cast<double>(p.post.block) / 0.9)));
        EXPECT_EQ(block.gathering, from_seconds(static_cast<double>(p.post.block) / 90e6));
        EXPECT_EQ(block.computing, from_seconds(static_cast<double>(p.post.block) / 20e6));
        EXPECT_EQ(y.authentication_bits, 384u);
        EXPECT_EQ(y.round_trips, kCvRoundTrips);
        EXPECT_GE(y.frames, 4u);
        EXPECT_LE(y.frames, 6u); // 6e5 values
        EXPECT_GT(y.error_correction_leak, 0u);
        EXPECT_GT(y.verification_bits, 50u);
        EXPECT_NEAR(y.transmittance, transmittance(Decibels{1}), 0.02);
        // Half of the bits are ones: the key comes out of a hash, whatever the raw bits were.
        EXPECT_TRUE(test::binomial_band(y.secret, 0.5)
                        .contains(static_cast<double>(block.alice_key.count()) / static_cast<double>(y.secret)));
    }
}

// The length formula, worked again from what the block reports. With rotation the strings' entropy is their length, one
// bit a value, so that nothing is left to trust: red when a term is missing, or the leak is the planned one.
TEST(CvBlock, LengthPaysForTheRealLeak) {
    for (auto fidelity : kBoth) {
        auto p = small();
        p.fibre.length = Kilometres{10};
        p.source.variance = 2.5;
        p.post.method = CvReconciliationMethod::rotation;
        p.post.block = 1'000'000;
        auto const block = make(p, fidelity);
        auto const& y = block.yield;
        ASSERT_EQ(block.outcome, BlockOutcome::key);
        ASSERT_GT(y.frames, y.frame_errors);
        // Back from the estimates to gain and noise.
        auto const seen = cv_quadrature(p.receiver, y.transmittance, y.excess_noise);
        auto const estimate = cv_estimate(p, seen, 2 * y.sampled);
        auto const worst = cv_information(p, estimate.least_transmittance, estimate.most_excess_noise);
        // Frames have 1e5 values or somewhat fewer; their exact length is the code's.
        double const frames = static_cast<double>(y.frames - y.frame_errors);
        double const leak = static_cast<double>(y.error_correction_leak);
        auto const length_with = [&](double values) {
            return values - leak - values / 2 * (worst.holevo + cv_finite_size_cost(values / 2, 1e-10, 1e-10)) -
                   static_cast<double>(y.verification_bits);
        };
        double low = 0.6e5 * frames, high = 1.1e5 * frames; // the length grows with the values: one fits
        for (int i = 0; i < 100; ++i) {
            double const middle = (low + high) / 2;
            (length_with(middle) < static_cast<double>(y.secret) ? low : high) = middle;
        }
        double const frame = high / frames;
        // Whole words, since codes are lifted by them; the floor of the length leaves less than half a value open.
        EXPECT_NEAR(frame, std::nearbyint(frame / 64) * 64, 0.5) << frame;
    }
}

RC_GTEST_PROP(CvBlock, CountsAreConserved, ()) {
    auto p = small(*rc::gen::inRange(10'000, 150'000));
    p.fibre.length = Kilometres{static_cast<double>(*rc::gen::inRange(0, 100))};
    p.receiver.detection = *rc::gen::arbitrary<bool>() ? CvDetection::homodyne : CvDetection::heterodyne;
    p.source.modulation = *rc::gen::arbitrary<bool>() ? CvModulation::gaussian : CvModulation::qam;
    p.source.constellation = *rc::gen::element(4u, 16u, 64u);
    p.source.variance = *rc::gen::element(0.5, 4.0, 20.0);
    p.post.frame = *rc::gen::element(0, 20'000, 50'000);
    p.post.reveal = 0.1 * *rc::gen::inRange(1, 9);
    p.post.finite_size = *rc::gen::arbitrary<bool>();
    p.post.longest_gathering = std::chrono::microseconds{*rc::gen::inRange(1, 2'000)};
    for (auto fidelity : kBoth) {
        auto const block = make(p, fidelity, *rc::gen::inRange<std::uint64_t>(0, 1000));
        auto const& y = block.yield;
        RC_ASSERT(y.detections <= p.post.block);
        RC_ASSERT(y.detections <= y.pulses);
        RC_ASSERT(y.sampled <= y.detections);
        RC_ASSERT(y.frame_errors <= y.frames);
        RC_ASSERT(y.secret <= 12 * (y.detections - y.sampled));
        RC_ASSERT(block.alice_key == block.bob_key && block.alice_key.size() == y.secret);
        RC_ASSERT((block.outcome == BlockOutcome::key) == (y.secret > 0));
        RC_ASSERT(block.gathering <= p.post.longest_gathering);
        RC_ASSERT(y.round_trips == kCvRoundTrips);
    }
}

TEST(CvBlock, AnEavesdropperOnEverySymbolAborts) {
    ConditionStep const attacked[1] = {{.attack = Attack::intercept_resend, .attacked = 1.0}};
    for (auto fidelity : kBoth) {
        auto const block = make(small(), fidelity, 0, 1, attacked);
        EXPECT_EQ(block.outcome, BlockOutcome::aborted);
        EXPECT_NEAR(block.yield.excess_noise, 2.005, 0.2);
        EXPECT_TRUE(block.alice_key.empty() && block.bob_key.empty());
    }
}

// On a tenth of the symbols: .2 SNU, below the limit for aborting, and too much for key.
TEST(CvBlock, AnEavesdropperOnSomeTakesTheKey) {
    ConditionStep const attacked[1] = {{.attack = Attack::intercept_resend, .attacked = 0.1}};
    auto p = small();
    p.fibre.length = Kilometres{20};
    p.post.block = 4'000'000;
    for (auto fidelity : kBoth) {
        EXPECT_EQ(make(p, fidelity, 0, 1, attacked).outcome, BlockOutcome::no_key);
    }
    EXPECT_EQ(make(p, Fidelity::block).outcome, BlockOutcome::key);
}

// Each condition costs key, and enough of it costs all.
TEST(CvBlock, ConditionsCostKey) {
    auto const p = small(2'000'000);
    double const calm = static_cast<double>(make(p, Fidelity::block).yield.secret);
    ASSERT_GT(calm, 0);
    struct Pair {
        ConditionStep some, much;
    };
    for (Pair const& c : {Pair{{.extra_loss = Decibels{1}}, {.extra_loss = Decibels{20}}},
                          Pair{{.extra_error = 0.005}, {.extra_error = 0.1}},
                          Pair{{.stray_light = Hertz{2e9}}, {.stray_light = Hertz{1e11}}}}) {
        auto const some = make(p, Fidelity::block, 0, 1, std::span{&c.some, 1});
        EXPECT_EQ(some.outcome, BlockOutcome::key);
        EXPECT_LT(static_cast<double>(some.yield.secret), 0.95 * calm);
        EXPECT_EQ(make(p, Fidelity::block, 0, 1, std::span{&c.much, 1}).yield.secret, 0u);
    }
}

TEST(CvBlock, EndsAsTheContractSays) {
    auto p = small(); // 6.67 ms
    for (auto fidelity : kBoth) {
        auto const cut = make(p, fidelity, 0, 1, kSteady, std::chrono::milliseconds{6});
        EXPECT_EQ(cut.outcome, BlockOutcome::interrupted);
        EXPECT_EQ(cut.gathering, std::chrono::milliseconds{6});
        EXPECT_EQ(cut.yield.detections, 0u);
        EXPECT_EQ(make(p, fidelity, 0, 1, kSteady, std::chrono::milliseconds{7}).outcome, BlockOutcome::key);
        auto closed = p;
        closed.post.longest_gathering = std::chrono::milliseconds{5};
        auto const short_block = make(closed, fidelity);
        EXPECT_EQ(short_block.gathering, std::chrono::milliseconds{5});
        EXPECT_EQ(short_block.yield.detections, 450'000u);
        closed.post.longest_gathering = SimDuration{10};
        EXPECT_EQ(make(closed, fidelity).outcome, BlockOutcome::no_key);
    }
}

// Where finite size takes everything, where no code reaches (SNR .025, at 83 km), where no light is left.
TEST(CvBlock, NoKeyBeyondReach) {
    auto p = small(100'000);
    for (auto [km, finite] : {std::pair{40.0, true}, {100.0, false}, {400.0, false}, {3'000.0, true}})
        for (auto fidelity : kBoth) {
            p.fibre.length = Kilometres{km};
            p.post.finite_size = finite;
            EXPECT_NE(make(p, fidelity).outcome, BlockOutcome::key) << km;
        }
}

TEST(CvBlock, ConstellationsAndHomodyneGiveKeyToo) {
    auto p = small();
    p.fibre.length = Kilometres{2};
    p.source.modulation = CvModulation::qam;
    p.source.variance = 1.0;
    for (auto detection : {CvDetection::homodyne, CvDetection::heterodyne}) {
        p.receiver.detection = detection;
        for (auto fidelity : kBoth) {
            auto const block = make(p, fidelity);
            EXPECT_EQ(block.outcome, BlockOutcome::key);
            EXPECT_TRUE(block.alice_key == block.bob_key);
        }
    }
}

TEST(CvBlock, FiniteSizeCosts) {
    auto p = small();
    for (auto fidelity : kBoth) {
        auto const with = make(p, fidelity);
        p.post.finite_size = false;
        auto const without = make(p, fidelity);
        p.post.finite_size = true;
        EXPECT_GT(without.yield.secret, with.yield.secret + 10'000);
        EXPECT_EQ(without.yield.error_correction_leak, with.yield.error_correction_leak);
    }
}

} // namespace
} // namespace qkdes
