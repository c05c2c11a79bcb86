// Quantiles from bins against those of all values, and that neither the order nor how values were grouped matters.
#include "sim/base/quantile.hpp"
#include "sim/base/quantile_sketch.hpp"
#include "sim/base/rng.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

std::vector<SimDuration> spread(std::size_t count, double decades, std::uint64_t seed) {
    RngStream rng{seed, "spread"};
    std::vector<SimDuration> values;
    for (std::size_t i = 0; i < count; ++i)
        values.emplace_back(static_cast<std::int64_t>(1e3 * std::pow(10.0, decades * rng.uniform())));
    return values;
}

TEST(QuantileSketch, IsExactWhileThereAreFew) {
    auto const values = spread(QuantileSketch::kExact, 6, 1);
    QuantileSketch sketch;
    for (auto const value : values)
        sketch.add(value);
    for (double const q : {0.001, 0.5, 0.95, 0.99, 1.0})
        EXPECT_EQ(sketch.quantile(q), quantile_of(values, q));
    EXPECT_EQ(QuantileSketch{}.quantile(0.5), SimDuration{0});
}

TEST(QuantileSketch, IsExactForAsManyOfFewValuesAsThereAre) {
    auto const few = spread(300, 6, 4);
    RngStream rng{5, "few"};
    std::vector<SimDuration> values;
    QuantileSketch sketch;
    for (int i = 0; i < 20'000; ++i) {
        values.push_back(few[rng.below(few.size())]);
        sketch.add(values.back());
    }
    for (double const q : {0.001, 0.1, 0.5, 0.95, 0.99, 0.9999, 1.0})
        EXPECT_EQ(sketch.quantile(q), quantile_of(values, q));
}

TEST(QuantileSketch, IsWithinHalfABinWhenThereAreMany) {
    for (double const decades : {0.01, 1.0, 9.0}) {
        auto const values = spread(50'000, decades, 2);
        QuantileSketch sketch;
        for (auto const value : values)
            sketch.add(value);
        for (double const q : {0.001, 0.1, 0.5, 0.95, 0.99, 0.999, 1.0}) {
            auto const exact = static_cast<double>(quantile_of(values, q).count());
            EXPECT_NEAR(static_cast<double>(sketch.quantile(q).count()), exact, exact / 2048 + 1) << q;
        }
    }
}

TEST(QuantileSketch, OfEqualValuesIsThatValueUpToItsBin) {
    for (std::int64_t const value : {0, 1, 1023, 2047}) {
        QuantileSketch sketch;
        for (int i = 0; i < 3000; ++i)
            sketch.add(SimDuration{value});
        EXPECT_EQ(sketch.quantile(0.5), SimDuration{value});
    }
}

TEST(QuantileSketch, DoesNotDependOnHowValuesCame) {
    auto const values = spread(5000, 5, 3);
    QuantileSketch whole, backwards, parts;
    for (auto const value : values)
        whole.add(value);
    for (auto at = values.rbegin(); at != values.rend(); ++at)
        backwards.add(*at);
    for (std::size_t from = 0, size = 7; from < values.size(); from += size, size = size * 2 + 1) {
        QuantileSketch part;
        for (std::size_t i = from; i < std::min(values.size(), from + size); ++i)
            part.add(values[i]);
        parts.add(part);
    }
    EXPECT_EQ(parts.count(), values.size());
    for (double q = 0.01; q <= 1; q += 0.01) {
        EXPECT_EQ(whole.quantile(q), backwards.quantile(q));
        EXPECT_EQ(whole.quantile(q), parts.quantile(q));
    }
}

} // namespace
} // namespace qkdes
