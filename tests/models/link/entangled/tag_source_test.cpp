// The time tags of both ends: rates, law of the gaps, dead time, order, and what connects the two ends.
// False alarms: each comparison is at 6.1 standard errors or a Chernoff band, 1e-9; about 30 of them.
#include "models/link/entangled/tag_source.hpp"

#include "tests/support/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

ConditionStep const kSteady[1];

struct Tags {
    std::vector<TimeTag> alice, bob;
};

Tags make(EntangledParameters const& p, SimDuration end, std::span<ConditionStep const> conditions = kSteady,
          std::uint64_t seed = 1) {
    Tags tags;
    TagSource source{p, conditions, end, RngStream{seed, "tags"}};
    while (source.next(tags.alice, tags.bob)) {
    }
    return tags;
}

EntangledParameters bare() {
    EntangledParameters p;
    p.timing.clock_offset = SimDuration{0};
    p.timing.clock_drift_ppb = 0;
    p.alice.dead_time = p.bob.dead_time = SimDuration{0};
    return p;
}

TEST(TagSource, TagsAreInOrderAndOutsideDeadTimes) {
    for (auto emission : {PairEmission::continuous, PairEmission::pulsed}) {
        EntangledParameters p;
        p.source.emission = emission;
        p.bob.dead_time = SimDuration{200};
        auto const tags = make(p, std::chrono::milliseconds{100});
        ASSERT_GT(tags.alice.size(), 50'000u);
        std::int64_t least_a = 1 << 30, least_b = 1 << 30;
        for (std::size_t i = 1; i < tags.alice.size(); ++i)
            least_a = std::min(least_a, tags.alice[i].time_ps() - tags.alice[i - 1].time_ps());
        for (std::size_t i = 1; i < tags.bob.size(); ++i)
            least_b = std::min(least_b, tags.bob[i].time_ps() - tags.bob[i - 1].time_ps());
        EXPECT_GE(least_a, 50'000);
        EXPECT_LT(least_a, 51'500);  // but no longer than the dead time (of a pulse's period at most)
        EXPECT_GE(least_b, 199'999); // Bob's clock runs, and rounds
        EXPECT_LT(least_b, 201'500);
    }
}

// Without dead time an end's tags are a Poisson process: gaps in ten classes of equal chance.
TEST(TagSource, GapsAreExponential) {
    auto const p = bare();
    auto const tags = make(p, std::chrono::milliseconds{300});
    auto const rates = coincidence_statistics(p, {});
    double const n = static_cast<double>(tags.alice.size()) - 1;
    EXPECT_TRUE(test::mean_band(1, rates.tags_a * 0.3, std::sqrt(rates.tags_a * 0.3)).contains(n + 1));
    std::array<double, 10> classes{};
    for (std::size_t i = 1; i < tags.alice.size(); ++i) {
        double const gap = static_cast<double>(tags.alice[i].time_ps() - tags.alice[i - 1].time_ps());
        double const u = 1 - std::exp(-gap * 1e-12 * rates.tags_a);
        classes[std::min(9u, static_cast<unsigned>(u * 10))] += 1;
    }
    for (double c : classes)
        EXPECT_TRUE(test::binomial_band(static_cast<std::uint64_t>(n), 0.1).contains(c / n)) << c / n;
}

// Chunks are stitched without a trace: counts in windows of a tenth of a chunk have the variance of a Poisson process.
TEST(TagSource, CountsHaveThePoissonSpread) {
    auto const p = bare();
    auto const tags = make(p, std::chrono::milliseconds{300});
    double const window = 2.7e9; // ps; about 3300 tags
    std::vector<double> counts(111, 0);
    for (TimeTag const t : tags.alice)
        if (static_cast<double>(t.time_ps()) < 111 * window)
            counts[static_cast<std::size_t>(static_cast<double>(t.time_ps()) / window)] += 1;
    double mean = 0, variance = 0;
    for (double c : counts)
        mean += c / 111;
    for (double c : counts)
        variance += (c - mean) * (c - mean) / 110;
    EXPECT_NEAR(std::log(variance / mean), 0, 6.1 * std::sqrt(2.0 / 110)); // power: a factor of 2.3
}

// Pairs at both ends: how many, how far apart in time, how often their bits differ.
TEST(TagSource, PairsConnectTheEnds) {
    auto p = bare();
    p.fibre.length = Kilometres{50};
    p.source.misalignment = 0.05;
    p.source.pair_rate = Hertz{2e6};
    p.alice.jitter_ps = 120; // dispersion: 17 * 50 * .1 = 85 ps
    auto const tags = make(p, std::chrono::seconds{1});
    std::vector<TimeTag> a, b;
    std::copy_if(tags.alice.begin(), tags.alice.end(), std::back_inserter(a), [](TimeTag t) { return t.paired(); });
    std::copy_if(tags.bob.begin(), tags.bob.end(), std::back_inserter(b), [](TimeTag t) { return t.paired(); });
    ASSERT_EQ(a.size(), b.size()); // nothing was lost to dead time
    double const n = static_cast<double>(a.size()), expected = coincidence_statistics(p, {}).partners;
    EXPECT_TRUE(test::mean_band(1, expected, std::sqrt(expected)).contains(n)) << n << " vs " << expected;
    double sum = 0, squares = 0, wrong = 0, equal_bases = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        double const d = static_cast<double>(b[i].time_ps() - a[i].time_ps());
        if (std::abs(d) > 1'000) continue; // pairs that swapped places
        sum += d, squares += d * d;
        if (TagChannel::setting(a[i].channel()) != TagChannel::setting(b[i].channel())) continue;
        equal_bases += 1;
        wrong += TagChannel::bit(a[i].channel()) != TagChannel::bit(b[i].channel());
    }
    double const sigma = std::sqrt(120.0 * 120 + 60 * 60 + 85 * 85) / 2.3548;
    EXPECT_NEAR(sum / n, 0, 6.1 * sigma / std::sqrt(n) + 0.5); // and the tick
    EXPECT_NEAR(std::sqrt(squares / n) / sigma, 1, 6.1 / std::sqrt(2 * n));
    EXPECT_TRUE(test::binomial_band(static_cast<std::uint64_t>(equal_bases), 0.05).contains(wrong / equal_bases));
    EXPECT_TRUE(test::binomial_band(static_cast<std::uint64_t>(n), 0.8 * 0.8 + 0.2 * 0.2).contains(equal_bases / n));
    EXPECT_FALSE(test::binomial_band(static_cast<std::uint64_t>(equal_bases), 0.065).contains(wrong / equal_bases));
}

TEST(TagSource, PulsesAreOnTheirGrid) {
    auto p = bare();
    p.source.emission = PairEmission::pulsed;
    p.alice.jitter_ps = 0;
    p.timing.bandwidth_nm = 0;
    p.alice.dark_counts = Hertz{0};
    for (TimeTag const t : make(p, std::chrono::milliseconds{20}).alice)
        ASSERT_EQ(t.time_ps() % 1'000, 0);
}

TEST(TagSource, ClocksDiffer) {
    auto p = bare();
    p.source.position = 0.25; // Bob's arm is half the fibre longer
    p.timing.clock_offset = SimDuration{-700};
    p.timing.clock_drift_ppb = 100;
    p.alice.jitter_ps = p.bob.jitter_ps = p.timing.bandwidth_nm = 0;
    auto const tags = make(p, std::chrono::milliseconds{200});
    double const flight = 0.5 * 20 * 1.4682 / 299'792.458 * 1e12;
    EXPECT_NEAR(nominal_shift_ps(p), flight, 1e-3);
    std::size_t j = 0, pairs = 0;
    for (TimeTag const a : tags.alice) {
        if (!a.paired()) continue;
        while (j < tags.bob.size() && !tags.bob[j].paired())
            ++j;
        double const t = static_cast<double>(a.time_ps());
        ASSERT_NEAR(static_cast<double>(tags.bob[j++].time_ps()), t + flight - 700e3 + 1e-7 * t, 2);
        ++pairs;
    }
    EXPECT_GT(pairs, 10'000u);
}

// A block must not depend on when it would have been cut off, nor the calm before a step on the step's kind.
TEST(TagSource, ALaterEndOnlyAdds) {
    EntangledParameters const p;
    auto const brief = make(p, std::chrono::milliseconds{37}), longer = make(p, std::chrono::milliseconds{90});
    ASSERT_LT(brief.alice.size(), longer.alice.size());
    for (std::size_t i = 0; i < brief.alice.size(); ++i)
        ASSERT_EQ(brief.alice[i].packed, longer.alice[i].packed);
    for (std::size_t i = 0; i < brief.bob.size(); ++i)
        ASSERT_EQ(brief.bob[i].packed, longer.bob[i].packed);
}

TEST(TagSource, StepsChangeTheRates) {
    auto const p = bare();
    ConditionStep const steps[] = {{}, {.from = std::chrono::milliseconds{100}, .extra_loss = Decibels{10}}};
    auto const tags = make(p, std::chrono::milliseconds{200}, steps);
    std::size_t const before = static_cast<std::size_t>(
        std::count_if(tags.alice.begin(), tags.alice.end(), [](TimeTag t) { return t.time_ps() < 100'000'000'000; }));
    for (auto const& [step, n] : {std::pair{0, before}, std::pair{1, tags.alice.size() - before}}) {
        double const expected = coincidence_statistics(p, steps[step]).tags_a * 0.1;
        EXPECT_TRUE(test::mean_band(1, expected, std::sqrt(expected)).contains(static_cast<double>(n))) << step;
    }
}

} // namespace
} // namespace qkdes
