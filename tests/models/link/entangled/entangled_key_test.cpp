// Finite key lengths: sums by hand (done apart, in another language), limits, and that every term counts.
#include "models/link/entangled/entangled_key.hpp"

#include "models/link/binary_entropy.hpp"
#include "models/link/entangled/entangled_decisions.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace qkdes {
namespace {

EntangledCounts bbm92(std::uint64_t key, std::uint64_t tests, std::uint64_t errors) {
    EntangledCounts c;
    c.key = {key, 0};
    c.other_basis = {tests - errors, errors};
    return c;
}
EntangledCounts e91() {
    EntangledCounts c;
    c.key = {1'000'000, 0};
    c.tests = {{{420'000, 80'000}, {82'000, 418'000}, {419'000, 81'000}, {421'000, 79'000}}};
    return c;
}

// mu of the paper is .0190810 here; 724108.2 bits.
TEST(EntangledKey, Bbm92ByHand) {
    auto const key =
        entangled_key(EntangledProtocol::bbm92, bbm92(1'000'000, 62'500, 625), 1'000'000, 1e-9, 86'000, 70);
    EXPECT_NEAR(key.phase_error, 0.02908100748, 1e-10);
    EXPECT_EQ(key.secret, 724'108u);
}

// S = 2.712, lowered to 2.69331; 587697.7 bits.
TEST(EntangledKey, E91ByHand) {
    EXPECT_NEAR(e91().chsh(), 2.712, 1e-12);
    EXPECT_NEAR(2.712 - chsh_stray(e91(), 1e-9 / 3), 2.693314442742861, 1e-12);
    auto const key = entangled_key(EntangledProtocol::e91, e91(), 1'000'000, 1e-9, 90'000, 70);
    EXPECT_NEAR(key.phase_error, 0.049032797236921555, 1e-12);
    EXPECT_EQ(key.secret, 587'697u);
}

TEST(EntangledKey, Limits) {
    auto const bits = [](EntangledCounts const& c, double eps = 1e-9, std::uint64_t leak = 0) {
        return entangled_key(EntangledProtocol::bbm92, c, c.total_key(), eps, leak, 0).secret;
    };
    EXPECT_EQ(bits(bbm92(1'000'000, 0, 0)), 0u);            // nothing known of the phase
    EXPECT_EQ(bits(bbm92(0, 1'000, 0)), 0u);                // no key
    EXPECT_EQ(bits(bbm92(1'000'000, 100'000, 50'000)), 0u); // phases at random
    EXPECT_EQ(bits(bbm92(10'000, 20, 0)), 0u);              // too few tests
    // Endless blocks: 1 - h(Q).
    double const n = 1e15, q = 0.03;
    auto const endless = bbm92(1'000'000'000'000'000, 100'000'000'000'000, 3'000'000'000'000);
    EXPECT_NEAR(static_cast<double>(bits(endless)) / n, 1 - binary_entropy(q), 1e-5);
    // Each term counts, in its direction.
    auto const c = bbm92(1'000'000, 60'000, 600);
    EXPECT_EQ(bits(c, 1e-9, 1'000), bits(c) - 1'000);
    EXPECT_LT(bits(c, 1e-12), bits(c));
    EXPECT_LT(bits(bbm92(1'000'000, 60'000, 700)), bits(c));
    EXPECT_LT(bits(bbm92(1'000'000, 30'000, 300)), bits(c));
    // S at 2 or below, or a test never made: no key.
    auto weak = e91();
    for (auto& t : weak.tests)
        t = {375'000, 125'000};
    weak.tests[1] = {125'000, 375'000}; // S = 2 exactly
    EXPECT_EQ(entangled_key(EntangledProtocol::e91, weak, 1'000'000, 1e-9, 0, 0).secret, 0u);
    auto blind = e91();
    blind.tests[2] = {0, 0};
    EXPECT_EQ(chsh_stray(blind, 1e-9), std::numeric_limits<double>::infinity());
    EXPECT_EQ(entangled_key(EntangledProtocol::e91, blind, 1'000'000, 1e-9, 0, 0).secret, 0u);
    // The sign of the second correlation.
    auto turned = e91();
    std::swap(turned.tests[1][0], turned.tests[1][1]);
    EXPECT_LT(turned.chsh(), 1.5);
}

TEST(EntangledKey, DecisionsBeforeCorrection) {
    EntangledParameters p;
    auto const c = bbm92(1'000'000, 60'000, 600);
    auto const estimate = entangled_estimate(p, c, 0, 0);
    EXPECT_DOUBLE_EQ(estimate.observed, 0.01);
    EXPECT_EQ(before_correction(p, c, estimate, 1'000'000), BlockOutcome::key);
    EXPECT_EQ(before_correction(p, c, {0.12, 0.12}, 1'000'000), BlockOutcome::aborted);
    EXPECT_EQ(before_correction(p, bbm92(10'000, 20, 0), {0, 0.01}, 10'000), BlockOutcome::no_key);
    EXPECT_DOUBLE_EQ(entangled_estimate(p, c, 1'000, 50).observed, 0.05); // a sample goes before the other basis

    p.protocol = EntangledProtocol::e91;
    auto const of_s = entangled_estimate(p, e91(), 0, 0);
    EXPECT_NEAR(of_s.observed, (1 - 2.712 / std::sqrt(8.0)) / 2, 1e-12);
    EXPECT_EQ(before_correction(p, e91(), of_s, 1'000'000), BlockOutcome::key);
    p.chsh_threshold = 2.712; // at the threshold is not above it
    EXPECT_EQ(before_correction(p, e91(), of_s, 1'000'000), BlockOutcome::aborted);
    EntangledCounts lucky = e91();
    lucky.tests = {{{50, 0}, {0, 50}, {50, 0}, {50, 0}}}; // S = 4 by chance: an error rate of 0 is not believed
    EXPECT_GT(entangled_estimate(p, lucky, 0, 0).for_correction, 0);
    EXPECT_EQ(entangled_estimate(p, lucky, 0, 0).observed, 0);
}

} // namespace
} // namespace qkdes
