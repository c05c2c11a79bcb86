// The quantum exchange: the same twice, the right moments, steps at their symbol, Eve in both quadratures.
#include "models/link/cv/cv_symbols.hpp"

#include "models/link/cv/discrete_modulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace qkdes {
namespace {

ConditionStep const kSteady[1];

struct Exchange {
    std::vector<double> alice, bob;
    std::vector<bool> revealed;
};
Exchange run(CvParameters const& p, std::uint64_t symbols, std::span<ConditionStep const> conditions = kSteady,
             std::uint64_t seed = 1, std::uint64_t index = 0) {
    Exchange all;
    CvSymbols source{p, conditions, symbols, seed, "a-b", index};
    std::uint64_t total = 0;
    while (source.next()) {
        auto const a = source.alice(), b = source.bob();
        EXPECT_EQ(a.size(), source.size() * values_per_symbol(p.receiver));
        all.alice.insert(all.alice.end(), a.begin(), a.end());
        all.bob.insert(all.bob.end(), b.begin(), b.end());
        for (std::size_t i = 0; i < source.size(); ++i)
            all.revealed.push_back(source.revealed().get(i));
        total += source.size();
        EXPECT_EQ(static_cast<std::uint64_t>(std::count(all.revealed.begin(), all.revealed.end(), true)),
                  cv_revealed(p, total));
    }
    EXPECT_EQ(total, symbols);
    return all;
}

// A block is walked twice: red when anything but the arguments enters.
TEST(CvSymbols, TheSameTwice) {
    ConditionStep const conditions[2] = {
        {}, {.from = SimDuration{300'000}, .attack = Attack::intercept_resend, .attacked = 0.5}};
    for (auto modulation : {CvModulation::gaussian, CvModulation::qam}) {
        CvParameters p;
        p.source.modulation = modulation;
        auto const first = run(p, 70'001, conditions);
        auto const again = run(p, 70'001, conditions);
        EXPECT_EQ(first.alice, again.alice);
        EXPECT_EQ(first.bob, again.bob);
        EXPECT_EQ(first.revealed, again.revealed);
        EXPECT_NE(first.alice, run(p, 70'001, conditions, 1, 1).alice);
        EXPECT_NE(first.bob, run(p, 70'001, conditions, 2).bob);
    }
}

// Comparisons at 6.1 standard errors (1e-9); power: a gain wrong by 1 %, a noise by 1.2 %.
TEST(CvSymbols, ChannelIsLinearWithTheNoiseOfTheCard) {
    for (auto detection : {CvDetection::homodyne, CvDetection::heterodyne})
        for (auto modulation : {CvModulation::gaussian, CvModulation::qam}) {
            CvParameters p;
            p.receiver.detection = detection;
            p.source.modulation = modulation;
            auto const all = run(p, 500'000);
            auto const channel = cv_channel(p, {});
            auto const expected = cv_quadrature(p.receiver, channel.transmittance, channel.excess_noise);
            double xx = 0, xz = 0, zz = 0, z4 = 0;
            auto const n = static_cast<double>(all.alice.size());
            for (std::size_t i = 0; i < all.alice.size(); ++i) {
                double const x = all.alice[i], z = all.bob[i] - expected.gain * x;
                xx += x * x;
                xz += x * z;
                zz += z * z;
                z4 += z * z * z * z;
            }
            double const error = 6.11 / std::sqrt(n);
            EXPECT_NEAR(xx / n / p.source.variance, 1, error * std::sqrt(2.0));
            EXPECT_NEAR(xz / n, 0, error * std::sqrt(p.source.variance * expected.noise));
            EXPECT_NEAR(zz / n / expected.noise, 1, error * std::sqrt(2.0));
            EXPECT_NEAR(z4 / n / (3 * expected.noise * expected.noise), 1, error * std::sqrt(96.0) / 3);
        }
}

TEST(CvSymbols, ConstellationsHaveTheirPointsAlone) {
    CvParameters p;
    p.source.modulation = CvModulation::qam;
    p.source.constellation = 16;
    auto const levels = qam_levels(p.source);
    auto const all = run(p, 100'000);
    std::vector<double> counts(4);
    for (double x : all.alice) {
        auto const at = std::find(levels.values.begin(), levels.values.end(), x);
        ASSERT_NE(at, levels.values.end());
        counts[static_cast<std::size_t>(at - levels.values.begin())] += 1;
    }
    auto const n = static_cast<double>(all.alice.size());
    for (std::size_t i = 0; i < 4; ++i) {
        double const chance = levels.probabilities[i];
        EXPECT_NEAR(counts[i] / n, chance, 6.11 * std::sqrt(chance * (1 - chance) / n)) << i;
    }
}

// At a step the light goes out: what Bob sees is correlated with Alice up to that symbol and not from it on.
TEST(CvSymbols, StepsTakeEffectAtTheirSymbol) {
    CvParameters p;
    p.source.variance = 100;
    p.receiver = {CvDetection::homodyne, DetectorTrust::trusted, 1.0, 0.0};
    p.fibre.length = Kilometres{0};
    p.noise = {.at_input = 0, .at_detection = 0};
    // Symbol 40'000 at 90 million a second: in the second chunk.
    ConditionStep const conditions[2] = {{}, {.from = SimDuration{444'444}, .extra_loss = Decibels{300}}};
    auto const all = run(p, 80'000, conditions);
    double before = 0, after = 0;
    for (std::size_t i = 39'000; i < 41'000; ++i)
        (i < 40'000 ? before : after) += std::pow(all.bob[i] - all.alice[i], 2) / 1'000;
    EXPECT_NEAR(before, 1, 6.11 * std::sqrt(2.0 / 1'000)); // vacuum; 101 where the light is out
    EXPECT_NEAR(after, 101, 101 * 6.11 * std::sqrt(2.0 / 1'000));
    EXPECT_LT(std::abs(all.bob[39'999] - all.alice[39'999]), 8);
    auto const stretches = cv_stretches(p, conditions, 80'000);
    ASSERT_EQ(stretches.size(), 2u);
    EXPECT_EQ(stretches[1].first, 40'000u);
    EXPECT_EQ(cv_stretches(p, conditions, 40'000).size(), 1u); // the step is after the block
}

// Eve takes symbols, not quadratures: what she adds is in both at once. Mean 2 f at the input; the squares of a
// symbol's two residuals have covariance f (1 - f) (2 gain^2)^2. At 6.1 standard errors of 2e6 values; without the
// pairing the covariance is 0, 30 standard errors away.
TEST(CvSymbols, EveTakesBothQuadratures) {
    CvParameters p;
    p.fibre.length = Kilometres{0};
    p.receiver.efficiency = 1;
    ConditionStep const attacked[1] = {{.attack = Attack::intercept_resend, .attacked = 0.3}};
    auto const all = run(p, 1'000'000, attacked);
    auto const calm = cv_quadrature(p.receiver, 1, cv_channel(p, {}).excess_noise);
    double const extra = 2 * calm.gain * calm.gain;
    double sum = 0, product = 0;
    for (std::size_t i = 0; i < all.alice.size(); i += 2) {
        double const a = std::pow(all.bob[i] - calm.gain * all.alice[i], 2);
        double const b = std::pow(all.bob[i + 1] - calm.gain * all.alice[i + 1], 2);
        sum += a + b;
        product += a * b;
    }
    double const n = static_cast<double>(all.alice.size()) / 2, mean = sum / (2 * n);
    double const v = calm.noise + 0.3 * extra;
    EXPECT_NEAR(mean, v, 6.11 * v * std::sqrt(2.4 / (2 * n)));
    EXPECT_NEAR(product / n - mean * mean, 0.3 * 0.7 * extra * extra, 6.11 * 5 / std::sqrt(n));
    EXPECT_GT(0.3 * 0.7 * extra * extra, 5 * 6.11 * 5 / std::sqrt(n)); // it would be seen
}

} // namespace
} // namespace qkdes
