// Failures at random against closed forms, and that nobody's failures depend on anybody else. All seeds are fixed;
// bands are five standard deviations, of the sample itself or of the law.
#include "sim/world/random_failures.hpp"

#include "tests/support/results_file.hpp"
#include "tests/support/run_world.hpp"
#include "tests/support/scenarios.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace qkdes {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view kChain = R"({
  "name": "chain", "duration": "1000 d",
  "devices": { "lab": { "protocol": "bb84" } },
  "nodes": [ { "id": "a" }, { "id": "b" }, { "id": "c" } ],
  "links": [ { "id": "ab", "between": ["a", "b"], "device": "lab", "length": "10 km" },
             { "id": "bc", "between": ["b", "c"], "device": "lab", "length": "10 km" } ],
  "shared_risk": [ { "id": "duct", "links": ["ab", "bc"], "nodes": ["b"] } ],
  "failures": [ ]
})";

Scenario chain(std::string const& failures, std::vector<std::string> more = {}) {
    more.insert(more.begin(), "/failures=[" + failures + "]");
    return test::scenario(kChain, more);
}

struct Sample {
    double mean = 0, variance = 0, error = 0;
};
template <class F>
Sample over_seeds(int seeds, F value) {
    std::vector<double> all;
    for (int s = 1; s <= seeds; ++s)
        all.push_back(value(static_cast<std::uint64_t>(s)));
    Sample out;
    for (double x : all)
        out.mean += x / seeds;
    for (double x : all)
        out.variance += (x - out.mean) * (x - out.mean) / (seeds - 1);
    out.error = std::sqrt(out.variance / seeds);
    return out;
}

double down(std::vector<FaultSpec> const& faults, SimTime from) {
    double sum = 0;
    for (auto const& f : faults)
        if (f.end > from) sum += seconds(f.end - std::max(f.begin, from));
    return sum;
}

// Availability over the second half of the run, when the begin with everything up is forgotten.
TEST(RandomFailures, AvailabilityIsTheClosedForm) {
    for (char const* law :
         {"", R"(, "repair_times": "log-normal")", R"(, "repair_times": "log-normal", "spread": 0.5)"}) {
        auto const s = chain(std::string{R"({ "cut": "ab", "mtbf": "9 d", "repair": "1 d")"} + law + " }", {});
        SimTime const half = kSimStart + s.duration / 2, end = kSimStart + s.duration;
        auto const available =
            over_seeds(400, [&](auto seed) { return 1 - down(draw_failures(s, seed), half) / seconds(end - half); });
        EXPECT_NEAR(available.mean, 0.9, 5 * available.error) << law;
        EXPECT_LT(available.error, 0.002) << "or the band says nothing";
    }
}

// With repairs that take no time failures are a Poisson process: mean and variance are both duration / mtbf.
TEST(RandomFailures, CountsArePoisson) {
    auto const s = chain(R"({ "cut": "ab", "mtbf": "10 d", "repair": "1 s" })");
    auto const count = over_seeds(600, [&](auto seed) { return double(draw_failures(s, seed).size()); });
    EXPECT_NEAR(count.mean, 100, 5 * std::sqrt(100.0 / 600));
    EXPECT_NEAR(count.variance / 100, 1, 5 * std::sqrt(2.0 / 599));
}

TEST(RandomFailures, RepairTimesFollowTheirLaw) {
    auto const times = [](std::string const& law) {
        auto const s = chain(R"({ "cut": "ab", "mtbf": "1 d", "repair": "1 h")" + law + " }");
        std::vector<double> out;
        for (std::uint64_t seed = 1; seed <= 20; ++seed)
            for (auto const& f : draw_failures(s, seed))
                if (f.end < kSimStart + s.duration) out.push_back(seconds(f.end - f.begin) / 3600);
        return out;
    };
    auto const share_below = [](std::vector<double> const& x, double limit) {
        return double(std::ranges::count_if(x, [&](double t) { return t < limit; })) / double(x.size());
    };
    auto const exponential = times(""), wide = times(R"(, "repair_times": "log-normal", "spread": 1.5)");
    double const band = 5 * 0.5 / std::sqrt(double(exponential.size()));
    EXPECT_LT(band, 0.02);
    EXPECT_NEAR(share_below(exponential, std::log(2.0)), 0.5, band);
    EXPECT_NEAR(share_below(exponential, 2), 1 - std::exp(-2.0), band);
    double const median = std::exp(-1.5 * 1.5 / 2);
    EXPECT_NEAR(share_below(wide, median), 0.5, band);
    EXPECT_NEAR(share_below(wide, median * std::exp(1.5)), 0.8413, band);
}

bool same(FaultSpec const& a, FaultSpec const& b) {
    return a.kind == b.kind && a.begin == b.begin && a.end == b.end && a.link == b.link && a.node == b.node;
}
std::vector<FaultSpec> of(std::vector<FaultSpec> all, LinkId link) {
    std::erase_if(all, [&](auto const& f) { return f.link != link; });
    return all;
}

TEST(RandomFailures, NobodyShiftsAnybodyElses) {
    std::string const all = R"({ "cut": { "pick": "all" }, "mtbf": "20 d", "repair": "12 h" })";
    auto const few = draw_failures(chain(all), 3);
    // Another link and other entries in front of the others: ab's and bc's failures stay.
    auto const more = draw_failures(
        chain(
            R"({ "down": "c", "mtbf": "5 d", "repair": "1 h" }, { "cut": "ab", "plane": "quantum", "mtbf": "5 d", "repair": "1 h" }, )" +
                all,
            {R"(/links=[ { "id": "ca", "between": ["c", "a"], "device": "lab", "length": "10 km" },
                           { "id": "ab", "between": ["a", "b"], "device": "lab", "length": "10 km" },
                           { "id": "bc", "between": ["b", "c"], "device": "lab", "length": "10 km" } ])"}),
        3);
    auto const before = of(few, LinkId{1u});
    auto after = of(more, LinkId{2u});
    ASSERT_GT(before.size(), 20u);
    ASSERT_EQ(before.size(), after.size());
    for (std::size_t i = 0; i < before.size(); ++i) {
        EXPECT_EQ(before[i].begin, after[i].begin);
        EXPECT_EQ(before[i].end, after[i].end);
    }
    auto planes = of(more, LinkId{1u});
    std::erase_if(planes, [](auto const& f) { return f.plane != CutPlane::both; });
    EXPECT_EQ(planes.size(), of(few, LinkId{0u}).size());
    EXPECT_NE(of(few, LinkId{0u}).front().begin, of(few, LinkId{1u}).front().begin) << "each has its own";
    EXPECT_FALSE(same(few.front(), draw_failures(chain(all), 4).front())) << "and each seed";
    // A second entry for the same target draws anew.
    auto const twice = draw_failures(
        chain(
            R"({ "down": "a", "mtbf": "20 d", "repair": "12 h" }, { "down": "a", "mtbf": "20 d", "repair": "12 h" })"),
        3);
    EXPECT_FALSE(same(twice[0], twice[1]));
}

TEST(RandomFailures, AGroupFailsAtOnce) {
    auto const faults = draw_failures(chain(R"({ "fail": "duct", "mtbf": "50 d", "repair": "1 d" })"), 1);
    ASSERT_GT(faults.size(), 30u);
    ASSERT_EQ(faults.size() % 3, 0u);
    for (std::size_t i = 0; i < faults.size(); i += 3) {
        EXPECT_EQ(faults[i].link, LinkId{0u});
        EXPECT_EQ(faults[i + 1].link, LinkId{1u});
        EXPECT_EQ(faults[i + 2].node, NodeId{1u});
        EXPECT_EQ(faults[i + 2].kind, FaultKind::down);
        EXPECT_EQ(faults[i].begin, faults[i + 2].begin);
        EXPECT_EQ(faults[i].end, faults[i + 2].end);
        EXPECT_LE(faults[i].end, kSimStart + 1000 * 24h);
    }
}

// In a world: base and candidate of one seed see the same, another seed others, and links are down for just so long.
TEST(RandomFailures, ReplicationsOfOneSeedSeeTheSame) {
    std::vector<std::string> const failing{
        "/duration=10 min", "/kem=modelled", "/demands/0/arrivals/poisson=1 /s",
        "/demands/1/arrivals/closed_loop/think=10 s",
        R"(/failures=[{ "cut": { "pick": "all" }, "mtbf": "5 min", "repair": "30 s" }])"};
    auto other = failing;
    other.push_back("/routing/policy=widest");
    Scenario const base = test::scenario(test::kTwoIslands, failing),
                   candidate = test::scenario(test::kTwoIslands, other);
    auto const faults = [](Scenario const& s, std::uint64_t seed) {
        auto const run = test::run_world(s, "failures.h5", seed);
        EXPECT_EQ(run.summary.violations, 0u);
        auto const drawn = draw_failures(s, seed);
        EXPECT_EQ(run.summary.service.recoveries.size(), drawn.size());
        for (auto const& link : run.summary.links)
            EXPECT_DOUBLE_EQ(seconds(link.downtime), down(of(drawn, link.link), kSimStart));
        auto const section = std::ranges::find(run.summary.sections, "failures", &SummarySection::name);
        EXPECT_NE(section, run.summary.sections.end());
        EXPECT_EQ(section->rows.at(0).at(3).value.value(), double(drawn.size()));
        EXPECT_NEAR(section->rows.at(0).at(5).value.value(), 1 - down(drawn, kSimStart) / 1800, 1e-12);
        EXPECT_DOUBLE_EQ(section->rows.at(0).at(6).value.value(), 300.0 / 330);
        test::ResultsFile file{run.file};
        return file.numbers<std::int64_t>("/faults/begin");
    };
    auto const seen = faults(base, 11);
    EXPECT_GE(seen.size(), 3u);
    EXPECT_EQ(faults(candidate, 11), seen);
    EXPECT_NE(faults(base, 12), seen);
}

} // namespace
} // namespace qkdes
