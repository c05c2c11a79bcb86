// From two streams of tags to coincidences: the search for the clocks, the tracking, and the rule of matching; what is
// found against coincidence_statistics.hpp.
// False alarms: counts are compared at 6.1 standard errors of a Poisson number, 1e-9 each; about 40 of them.
#include "models/link/entangled/coincidence_matcher.hpp"

#include "models/link/entangled/coincidence_statistics.hpp"
#include "models/link/entangled/photon_tags.hpp"
#include "models/link/entangled/tag_source.hpp"
#include "sim/base/distributions.hpp"
#include "tests/support/statistics.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <functional>
#include <set>

namespace qkdes {
namespace {

ConditionStep const kSteady[1];

struct Found {
    std::vector<Coincidence> all;
    bool locked = false;
    double clock_error = 0, drift = 0; ///< ps at the end, and estimated
    double truly = 0;                  ///< both tags of pairs that both ends saw
    double tags = 0;
};

Found match_all(EntangledParameters const& p, double seconds_long, std::uint64_t seed = 1) {
    Found out;
    TagSource source{p, kSteady, from_seconds(seconds_long), RngStream{seed, "matching"}};
    CoincidenceMatcher matcher{clock_settings(p, light_model(p, {}).spread_ps), p.timing.window_ps};
    while (source.next(matcher.alice(), matcher.bob()))
        matcher.match(out.all);
    out.locked = matcher.locked();
    ClockFit const& fit = matcher.clocks();
    out.clock_error = fit.at - source.bob_shift_ps(static_cast<double>(fit.when));
    out.drift = fit.drift;
    for (auto const& c : out.all)
        out.truly += c.alice.paired() && c.bob.paired();
    return out;
}

void expect_count(double n, double expected, std::string const& what) {
    EXPECT_LT(std::abs(n - expected), 6.1 * std::sqrt(expected)) << what << ": " << n << " vs " << expected;
}

struct Case {
    std::string name;
    EntangledParameters parameters;
    double seconds_long;
};
std::vector<Case> cases() {
    std::vector<Case> all;
    auto const with = [&](std::string name, double length, std::function<void(EntangledParameters&)> const& change) {
        all.push_back({std::move(name), {}, length});
        change(all.back().parameters);
    };
    with("as shipped", 1, [](auto&) {});
    with("50 km", 2, [](auto& p) { p.fibre.length = Kilometres{50}; });
    with("window narrower than the peak", 2, [](auto& p) {
        p.fibre.length = Kilometres{50};
        p.timing.window_ps = 80;
    });
    with("wide window, no dead time, bright", 0.15, [](auto& p) {
        p.source.pair_rate = Hertz{4e7};
        p.alice.dead_time = p.bob.dead_time = SimDuration{0};
        p.timing.window_ps = 900;
    });
    with("unequal dead times", 0.5, [](auto& p) {
        p.source.pair_rate = Hertz{1e7};
        p.alice.dead_time = SimDuration{60};
        p.bob.dead_time = SimDuration{20};
    });
    with("noisy", 0.5, [](auto& p) {
        p.alice.dark_counts = Hertz{2e5};
        p.bob.dark_counts = Hertz{4e5};
        p.source.pair_rate = Hertz{1e6};
        p.timing.window_ps = 2'000;
    });
    with("pulsed", 0.4, [](auto& p) {
        p.source.emission = PairEmission::pulsed;
        p.source.pairs_per_pulse = 0.01;
    });
    with("pulsed, thermal, darks", 0.4, [](auto& p) {
        p.source.emission = PairEmission::pulsed;
        p.source.statistics = PairStatistics::thermal;
        p.source.pairs_per_pulse = 0.005;
        p.alice.dark_counts = p.bob.dark_counts = Hertz{3e5};
        p.timing.window_ps = 900;
    });
    with("source at Alice", 1, [](auto& p) { p.source.position = 0; });
    return all;
}

// Efficiency and accidentals: what is matched, and how much of it is of one pair.
TEST(Matching, FindsWhatTheFormulasSay) {
    for (auto const& c : cases()) {
        auto const found = match_all(c.parameters, c.seconds_long);
        auto const rates = coincidence_statistics(c.parameters, {});
        double const n = static_cast<double>(found.all.size());
        ASSERT_TRUE(found.locked) << c.name;
        expect_count(n, rates.total() * c.seconds_long, c.name + ", all");
        expect_count(found.truly, rates.true_found * c.seconds_long, c.name + ", true");
        // Two tags of different pairs count as true above; accidentals proper are what noise has a part in.
        double const noise = n - found.truly, bound = rates.accidentals * c.seconds_long;
        if (c.name == "noisy") {
            EXPECT_GT(bound, 900);
            expect_count(noise, bound, c.name + ", accidentals");
            EXPECT_GT(std::abs(noise - 1.3 * bound), 6.1 * std::sqrt(bound)) << "the test could not fail";
        }
    }
}

// Each tag at most once, both in the window, and as a matcher says that looks at everything at once.
TEST(Matching, IsTheEarliestFirstRule) {
    RngStream rng{3, "rule"};
    CoincidenceMatcher matcher{{.nominal_ps = 0, .range_ps = 2e6, .drift_range = 0, .peak_ps = 400}, 400};
    std::vector<std::int64_t> a, b;
    double ta = 0, tb = 0;
    for (int i = 0; i < 60'000; ++i) { // mean distance 3 ns: tags compete for each other all the time
        a.push_back(static_cast<std::int64_t>(ta += 1 + 3'000 * sample_exponential(rng)));
        b.push_back(a.back() + static_cast<std::int64_t>(50 * sample_normal(rng)));
        b.push_back(static_cast<std::int64_t>(tb += 3'000 * sample_exponential(rng)));
    }
    std::sort(b.begin(), b.end());
    b.erase(std::unique(b.begin(), b.end()), b.end());
    b.resize(static_cast<std::size_t>(std::lower_bound(b.begin(), b.end(), a.back()) - b.begin()));
    for (auto t : a)
        matcher.alice().push_back(TimeTag::make(t, 0, false));
    for (auto t : b)
        matcher.bob().push_back(TimeTag::make(t, 0, false));
    std::vector<Coincidence> found;
    matcher.match(found);
    ASSERT_TRUE(matcher.locked());
    std::set<std::int64_t> used_a, used_b;
    std::int64_t last = -1;
    for (std::size_t i = 0; i < found.size(); ++i) {
        auto const& c = found[i];
        // Half a window, and what the line is off by when a third of all tags near it are noise.
        EXPECT_LE(std::abs(c.bob.time_ps() - c.alice.time_ps()), 300);
        EXPECT_GE(c.time_ps, last);
        last = c.time_ps;
        EXPECT_TRUE(used_a.insert(c.alice.packed).second);
        EXPECT_TRUE(used_b.insert(c.bob.packed).second);
    }
    // All candidates, in order of both tags: taken when neither is used.
    std::vector<bool> taken(b.size(), false);
    std::size_t first = 0, expected = 0;
    for (auto t : a) {
        while (first < b.size() && b[first] < t - 200)
            ++first;
        for (std::size_t j = first; j < b.size() && b[j] <= t + 200; ++j)
            if (!taken[j]) {
                taken[j] = true;
                ++expected;
                break;
            }
    }
    EXPECT_NEAR(static_cast<double>(found.size()) / static_cast<double>(expected), 1, 2e-3);
    EXPECT_GT(expected, 55'000u);
}

RC_GTEST_PROP(Matching, RecoversOffsetAndDrift, ()) {
    EntangledParameters p;
    p.fibre.length = Kilometres{static_cast<double>(*rc::gen::inRange(0, 60))};
    p.source.position = 0.1 * *rc::gen::inRange(0, 11);
    p.timing.clock_offset = SimDuration{*rc::gen::inRange(-100'000, 100'001)};
    p.timing.clock_drift_ppb = *rc::gen::inRange(-10, 11);
    p.alice.dark_counts = Hertz{static_cast<double>(*rc::gen::inRange(0, 20'000))};
    auto const found = match_all(p, 0.12, *rc::gen::inRange<std::uint64_t>(0, 1'000));
    RC_ASSERT(found.locked);
    RC_ASSERT(std::abs(found.clock_error) < 15); // of a peak of 110 ps: 8 standard errors of the fit
    RC_ASSERT(std::abs(found.drift * 1e9 - p.timing.clock_drift_ppb) < 4); // ten standard errors
}

// The drift is followed: in 2 s at 9 ppb the peak moves by 18 ns, seventy windows, and no coincidence is lost by it.
TEST(Matching, FollowsTheDrift) {
    EntangledParameters p;
    p.timing.clock_drift_ppb = 9;
    p.fibre.length = Kilometres{70};
    auto const moving = match_all(p, 2);
    expect_count(static_cast<double>(moving.all.size()), coincidence_statistics(p, {}).total() * 2, "moving");
    EXPECT_NEAR(moving.drift * 1e9, 9, 0.2);
    // A search that must not look for drift finds nothing, or loses it.
    p.timing.drift_range_ppb = 0;
    TagSource source{p, kSteady, from_seconds(2), RngStream{1, "matching"}};
    CoincidenceMatcher still{clock_settings(p, 100), p.timing.window_ps};
    std::vector<TimeTag> alice, bob;
    while (source.next(alice, bob)) {
    }
    std::size_t frozen = 0, j = 0; // the true offset, held
    for (TimeTag const a : alice) {
        double const at = static_cast<double>(a.time_ps()) + source.bob_shift_ps(0);
        while (j < bob.size() && static_cast<double>(bob[j].time_ps()) < at - 125)
            ++j;
        frozen += j < bob.size() && static_cast<double>(bob[j].time_ps()) <= at + 125;
    }
    EXPECT_LT(frozen, moving.all.size() / 20);
}

// Tags that have nothing to do with each other: 8 times seven searches, each over 8e5 bins, and no peak is believed.
TEST(Matching, NoiseAloneIsNoPeak) {
    for (std::uint64_t seed = 0; seed < 8; ++seed) {
        EntangledParameters p;
        auto q = p;
        q.fibre.length = Kilometres{20.1};
        TagSource one{p, kSteady, from_seconds(0.015), RngStream{seed, "one"}};
        TagSource other{q, kSteady, from_seconds(0.015), RngStream{seed, "other"}};
        CoincidenceMatcher matcher{clock_settings(p, 70), p.timing.window_ps};
        std::vector<TimeTag> unused;
        std::vector<Coincidence> found;
        while (one.next(matcher.alice(), unused) && other.next(unused, matcher.bob()))
            matcher.match(found);
        EXPECT_FALSE(matcher.locked());
        EXPECT_TRUE(found.empty());
    }
}

TEST(Matching, GivesUpInTheDark) {
    EntangledParameters p;
    ClockSearchSettings settings = clock_settings(p, 100);
    EXPECT_GT(expected_search_tags(1e5, 1e5, 1e4, settings), 0);
    EXPECT_EQ(expected_search_tags(1e6, 1e6, 1, settings), 0);
    EXPECT_EQ(expected_search_tags(1e5, 1e5, 0, settings), 0);
    // The prediction and the search: as many tags as it says, within a factor of two.
    p.fibre.length = Kilometres{100};
    auto const rates = coincidence_statistics(p, {});
    double const tags = expected_search_tags(rates.tags_a, rates.tags_b, rates.partners, clock_settings(p, 190));
    EXPECT_TRUE(match_all(p, 2.5 * tags / rates.tags_a).locked);
    EXPECT_FALSE(match_all(p, 0.3 * tags / rates.tags_a).locked);
}

// Few pairs and a drift known to 1000 ppb only: it blurs the peak faster than the peak grows, and the search must go
// through parts of the drift's range.
TEST(Matching, FindsAPeakThatDriftBlurs) {
    EntangledParameters p;
    p.source.pair_rate = Hertz{4e6};
    p.fibre.length = Kilometres{0};
    p.alice.loss = p.bob.loss = Decibels{23};
    p.alice.efficiency = p.bob.efficiency = 1;
    p.timing.drift_range_ppb = 1'000;
    p.timing.clock_drift_ppb = -730;
    auto const found = match_all(p, 4);
    ASSERT_TRUE(found.locked);
    EXPECT_NEAR(found.drift * 1e9, -730, 0.2);
    expect_count(static_cast<double>(found.all.size()), coincidence_statistics(p, {}).total() * 4, "all");
}

// 248 km, 79 dB, 9 pairs/s (Neumann 2022), an offset known to 100 us and a drift to 3 ppb: half a minute until the
// line is found, which only the search by parts of the drift's range can.
TEST(MatchingLong, FindsTheClocksAt248Kilometres) {
    EntangledParameters p;
    p.source.pair_rate = Hertz{8e8};
    p.fibre.length = Kilometres{248};
    p.fibre.attenuation = DecibelsPerKm{79.0 / 248};
    p.alice.loss = p.bob.loss = Decibels{0};
    p.alice.efficiency = p.bob.efficiency = 1;
    p.timing.dispersion = 0;
    p.timing.window_ps = 114;
    p.timing.drift_range_ppb = 3;
    auto const found = match_all(p, 60);
    EXPECT_TRUE(found.locked);
    EXPECT_LT(std::abs(found.clock_error), 30);
    expect_count(static_cast<double>(found.all.size()), coincidence_statistics(p, {}).total() * 60, "all");
}

} // namespace
} // namespace qkdes
