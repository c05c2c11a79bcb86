// Thinning out never hides an extreme, and never invents a row.
#include "sim/look/report/min_max_series.hpp"
#include "tests/support/property.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qkdes::look {
namespace {

struct Given {
    double at;
    double values[2];
};

std::vector<Given> rows_of(std::vector<std::pair<std::uint16_t, std::int16_t>> const& raw) {
    std::vector<Given> out;
    for (auto const& [at, value] : raw) {
        // Every seventh value is missing in the first channel.
        double const first = value % 7 == 0 ? std::numeric_limits<double>::quiet_NaN() : value / 8;
        out.push_back({static_cast<double>(at), {first, static_cast<double>(-value % 100)}});
    }
    return out;
}

RC_GTEST_PROP(MinMaxSeries, EveryBucketKeepsItsExtremes, ()) {
    auto const given = rows_of(*rc::gen::container<std::vector<std::pair<std::uint16_t, std::int16_t>>>(
        *rc::gen::inRange(0, 400), rc::gen::arbitrary<std::pair<std::uint16_t, std::int16_t>>()));
    auto const most = static_cast<std::size_t>(*rc::gen::inRange(1, 60));
    double const end = 65536;
    MinMaxSeries series{end, 2, given.size(), most};
    for (auto const& row : given)
        series.add(row.at, row.values);
    auto const kept = series.rows();
    RC_ASSERT(series.seen() == given.size());
    if (given.size() <= most) {
        RC_ASSERT(series.whole());
        RC_ASSERT(kept.size() == given.size());
        return;
    }
    RC_ASSERT(kept.size() <= std::max<std::size_t>(4, most));

    // A part of what was given, in its order.
    std::size_t next = 0;
    for (auto const& row : kept) {
        auto const same = [&](Given const& g) {
            auto const equal = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
            return g.at == row.at && equal(g.values[0], row.values[0]) && equal(g.values[1], row.values[1]);
        };
        while (next < given.size() && !same(given[next]))
            ++next;
        RC_ASSERT(next < given.size());
        ++next;
    }

    std::size_t const buckets = std::max<std::size_t>(1, most / 4);
    auto const bucket_of = [&](double at) {
        return std::min(static_cast<std::size_t>(at / end * static_cast<double>(buckets)), buckets - 1);
    };
    for (std::size_t bucket = 0; bucket < buckets; ++bucket)
        for (std::size_t c = 0; c < 2; ++c) {
            constexpr double inf = std::numeric_limits<double>::infinity();
            double low = inf, high = -inf, kept_low = inf, kept_high = -inf;
            for (auto const& g : given)
                if (bucket_of(g.at) == bucket && !std::isnan(g.values[c]))
                    low = std::min(low, g.values[c]), high = std::max(high, g.values[c]);
            for (auto const& row : kept)
                if (bucket_of(row.at) == bucket && !std::isnan(row.values[c]))
                    kept_low = std::min(kept_low, row.values[c]), kept_high = std::max(kept_high, row.values[c]);
            RC_ASSERT(low == kept_low);
            RC_ASSERT(high == kept_high);
        }
}

TEST(MinMaxSeries, OneSpikeInAMillionStays) {
    MinMaxSeries series{1e6, 1, 1'000'000, 100};
    for (int i = 0; i < 1'000'000; ++i) {
        double const value = i == 123'456 ? 1000 : std::sin(i);
        series.add(i, &value);
    }
    auto const rows = series.rows();
    EXPECT_LE(rows.size(), 100u);
    EXPECT_EQ(std::ranges::count_if(rows, [](auto const& row) { return row.values[0] == 1000; }), 1);
}

TEST(MinMaxSeries, TimesBeyondTheEndCountToTheLastBucket) {
    MinMaxSeries series{10, 1, 100, 4};
    for (int i = 0; i < 100; ++i) {
        double const value = i;
        series.add(i * 1000.0, &value);
    }
    ASSERT_EQ(series.rows().size(), 3u) << "the first row alone in its bucket, two extremes of the last";
    EXPECT_EQ(series.rows().back().values[0], 99);
}

} // namespace
} // namespace qkdes::look
