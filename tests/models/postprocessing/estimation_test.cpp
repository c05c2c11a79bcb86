#include "models/postprocessing/estimation.hpp"

#include "models/postprocessing/sifting.hpp"
#include "tests/models/postprocessing/random_keys.hpp"
#include "tests/support/statistics.hpp"

#include <gtest/gtest.h>

#include <map>

namespace qkdes {
namespace {

using test::random_bits;

TEST(Sifting, KeepsAndDropsInOrder) {
    RngStream rng{1, "test"};
    for (std::size_t const size : {0, 1, 63, 64, 65, 200, 1027}) {
        for (double const density : {0.0, 0.02, 0.5, 0.98, 1.0}) {
            Bits const bits = random_bits(rng, size);
            Bits mask{size}, kept, dropped;
            for (std::size_t i = 0; i < size; ++i) {
                mask.set(i, rng.bernoulli(density));
                (mask.get(i) ? kept : dropped).push_back(bits.get(i));
            }
            EXPECT_EQ(keep_where(bits, mask), kept) << size << ' ' << density;
            EXPECT_EQ(drop_where(bits, mask), dropped) << size << ' ' << density;
        }
    }
}

// Every subset of 3 (and of 7, drawn by its complement) among 10 equally likely: 1/120 each, to one false alarm in 1e9.
// Power: a sample with replacement, or one that favours a position by a third, leaves the band.
TEST(Estimation, SampleIsUniformWithoutReplacement) {
    std::uint64_t const trials = 60'000;
    auto const band = test::binomial_band(trials, 1.0 / 120);
    for (std::size_t const sample : {3, 7}) {
        std::map<std::uint64_t, std::uint64_t> seen;
        for (std::uint64_t seed = 0; seed < trials; ++seed) {
            Bits const mask = choose_sample(10, sample, seed);
            ASSERT_EQ(mask.count(), sample);
            ++seen[mask.words()[0]];
        }
        EXPECT_EQ(seen.size(), 120u);
        for (auto const& [subset, count] : seen)
            EXPECT_TRUE(band.contains(static_cast<double>(count) / static_cast<double>(trials))) << subset;
    }
    EXPECT_FALSE(band.contains(1.0 / 90));
}

TEST(Estimation, CountsErrorsAndForgetsTheSample) {
    RngStream rng{2, "test"};
    Bits const alice = random_bits(rng, 5000);
    Bits const bob = test::with_errors(rng, alice, 0.1);
    std::size_t const errors = alice.distance(bob);
    for (std::size_t const sample : {0, 1, 500, 4000, 5000, 9999}) {
        auto const result = estimate_by_sampling(alice, bob, sample, 6);
        EXPECT_EQ(result.sampled, std::min<std::size_t>(sample, 5000));
        EXPECT_EQ(result.alice_rest.size(), 5000 - result.sampled);
        EXPECT_EQ(result.errors + result.alice_rest.distance(result.bob_rest), errors); // none lost, none counted twice
        if (sample >= 5000) {
            EXPECT_EQ(result.errors, errors);
        }
        if (sample == 0) {
            EXPECT_EQ(result.qber, 0.0);
        }
    }
}

// The estimate is the hypergeometric mean; binomial_band bounds the hypergeometric too (Hoeffding 1963).
TEST(Estimation, QberIsUnbiased) {
    RngStream rng{3, "test"};
    Bits const alice = random_bits(rng, 200'000);
    Bits bob = alice;
    for (std::size_t i = 0; i < 6'000; ++i)
        bob.flip(i); // 3 %, all at the front: a sample of the front would show
    auto const result = estimate_by_sampling(alice, bob, 50'000, 4);
    auto const band = test::binomial_band(50'000, 0.03);
    EXPECT_TRUE(band.contains(result.qber)) << result.qber;
    EXPECT_FALSE(band.contains(0.12));
}

TEST(Estimation, QberForCorrectionIsNeverZero) {
    EXPECT_DOUBLE_EQ(qber_for_correction(0, 0), 0.5);
    EXPECT_DOUBLE_EQ(qber_for_correction(0, 999), 0.0005);
    EXPECT_DOUBLE_EQ(qber_for_correction(30, 999), 0.0305);
    EXPECT_DOUBLE_EQ(qber_for_correction(900, 999), 0.5);
}

} // namespace
} // namespace qkdes
