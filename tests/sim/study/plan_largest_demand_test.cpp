// The largest demand where it can be worked out: by a crew that knows a law, and by worlds.
#include "sim/base/distributions.hpp"
#include "sim/study/plan/load_factor.hpp"
#include "tests/support/fake_crew.hpp"
#include "tests/support/plans.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace qkdes {
namespace {

using test::level;

/// Key of a stated rate over one link, and requests for 256 bits of it at `rate` per second.
std::string one_link(std::string const& rate) {
    return fmt::format(R"({{ "name": "supply", "seed": 3, "duration": "300 s", "kem": "modelled",
      "kms": {{ "store_capacity": "16 kbit", "processing": "0 s" }},
      "devices": {{ "d": {{ "protocol": "stated", "rate": "2560 bit/s" }} }},
      "nodes": [ {{ "id": "a" }}, {{ "id": "b" }} ],
      "links": [ {{ "id": "ab", "between": ["a", "b"], "device": "d", "length": "1 km" }} ],
      "applications": [ {{ "id": "x", "node": "a" }}, {{ "id": "y", "node": "b" }} ],
      "demands": [ {{ "from": "x", "to": "y", "arrivals": {{ "poisson": "{}" }} }} ] }})",
                       rate);
}

double ends(PlanReport const& report, std::string const& end, std::string const& column = "factor") {
    return test::number_in(report, "answer", end, column);
}

TEST(PlanLargestDemand, FactorsAreOverridesOfEachKindOfArrivals) {
    auto const scenario = test::scenario(test::kTwoIslands, {R"(/demands/-={ "from": "a", "to": "d", "key": "512 bit",
        "arrivals": { "bursts": { "requests": 30, "every": "3 s" } } })"});
    std::vector<std::size_t> const all{0, 1, 2}, one{0};
    auto const overrides = load_overrides(scenario, all, 2.5);
    ASSERT_EQ(overrides.size(), 3u);
    auto const scaled = test::scenario(scenario.text, overrides);
    EXPECT_DOUBLE_EQ(scaled.demands[0].poisson->per_second, 25);
    EXPECT_EQ(scaled.demands[1].closed_loop->clients, 5u);
    EXPECT_EQ(scaled.demands[2].bursts->every, SimDuration{std::chrono::milliseconds{1200}});
    EXPECT_EQ(scaled.demands[2].bursts->requests, 30u);
    auto const load = offered_load(scenario, all, 2.5);
    EXPECT_DOUBLE_EQ(load.requests, 25 + 25);
    EXPECT_DOUBLE_EQ(load.bits, 25 * 256 + 25 * 512);
    EXPECT_EQ(load.clients, 5u);
    EXPECT_DOUBLE_EQ(offered_load(scenario, one, 2.5).requests, 25 + 10);
    EXPECT_EQ(load_overrides(scenario, one, 0.1).size(), 1u);
}

/// Blocks what exceeds a supply of 100 requests/s, give or take what the replication draws.
TaskOutcome loss_system(StudyTask const& task, double spread) {
    double const rate = std::stod(task.overrides.at(0).substr(task.overrides[0].find('=') + 1));
    RngStream noise{1, "noise", task.replication};
    return test::outcome_of(Metric::blocked,
                            std::max(0.0, 1 - 100 / rate + (rate > 60 ? spread * sample_normal(noise) : 0)));
}

// Blocked = 1 - 100/rate, so at most 10 % up to a rate of 111.1.
TEST(PlanLargestDemand, FindsTheFactorOfAKnownLaw) {
    PlanEffort effort;
    effort.precision = 0.01;
    auto const study = test::plan_study(test::scenario(one_link("8 /s")), {level("blocked", "1", 0.1, false)},
                                        LargestDemandQuestion{{0}, 1024}, effort);
    double const truth = 100 / 0.9 / 8;
    test::FakeCrew exact{[](StudyTask const& task) { return loss_system(task, 0); }};
    auto const report = answer(study, exact);
    EXPECT_TRUE(report.answered);
    EXPECT_LE(ends(report, "holds"), truth);
    EXPECT_GE(ends(report, "fails"), truth);
    EXPECT_LE(ends(report, "fails") / ends(report, "holds"), 1.01 * (1 + 1e-9));
    EXPECT_NEAR(ends(report, "holds", "bits_per_s"), ends(report, "holds") * 8 * 256, 1e-6);
    EXPECT_EQ(report.runs, exact.tasks.size());
    // Common random numbers: every point has replications 0, 1, 2 ...
    for (auto const& task : exact.tasks)
        EXPECT_LT(task.replication, effort.most_replications);

    test::FakeCrew noisy{[](StudyTask const& task) { return loss_system(task, 0.03); }};
    auto const unsure = answer(study, noisy);
    EXPECT_LE(ends(unsure, "holds"), truth * 1.01);
    EXPECT_GE(ends(unsure, "fails"), truth / 1.01);
    EXPECT_GT(ends(unsure, "fails") / ends(unsure, "holds"), 1.01) << "noise of 3 % cannot be decided to 1 %";
    EXPECT_GT(noisy.tasks.size(), exact.tasks.size());
    // Easy points take the first replications, hard ones all.
    auto const* points = test::table_of(unsure, "points");
    double least = 1e9, most = 0;
    for (auto const& row : points->rows) {
        least = std::min(least, row[3].value.value());
        most = std::max(most, row[3].value.value());
    }
    EXPECT_EQ(least, static_cast<double>(effort.first_replications));
    EXPECT_EQ(most, static_cast<double>(effort.most_replications));
}

TEST(PlanLargestDemand, SaysWhenNothingOrEverythingHolds) {
    auto const study = test::plan_study(test::scenario(one_link("8 /s")), {level("blocked", "1", 0.1, false)},
                                        LargestDemandQuestion{{0}, 16});
    test::FakeCrew never{[](StudyTask const&) { return test::outcome_of(Metric::blocked, 0.5); }};
    auto const none = answer(study, never);
    EXPECT_FALSE(none.answered);
    EXPECT_EQ(none.answer[0], "the levels do not hold even at 0.0625 times the load");
    test::FakeCrew always{[](StudyTask const&) { return test::outcome_of(Metric::blocked, 0); }};
    auto const all = answer(study, always);
    EXPECT_FALSE(all.answered);
    EXPECT_EQ(all.answer.back(), "no load that was tried makes a level fail");
    EXPECT_EQ(ends(all, "holds"), 16);
    test::FakeCrew broken{[](StudyTask const&) { return TaskOutcome{}; }};
    EXPECT_THROW((void)answer(study, broken), PlanFailure);
}

// 10 keys of 256 bits a second are made: when L are asked for, 1 - 10/L are blocked. So at most 20 % up to 12.5.
TEST(PlanLargestDemand, KeySupplyBoundsAWorld) {
    PlanEffort effort;
    effort.first_replications = 3;
    effort.most_replications = 12;
    effort.precision = 0.03;
    auto const study = test::plan_study(test::scenario(one_link("1 /s")), {level("blocked", "1", 0.2, false)},
                                        LargestDemandQuestion{{0}, 1024}, effort);
    ThreadCrew crew{study, 2};
    auto const report = answer(study, crew);
    ASSERT_TRUE(report.answered);
    EXPECT_NEAR(ends(report, "holds"), 12.5, 12.5 * 0.05);
    EXPECT_NEAR(ends(report, "fails"), 12.5, 12.5 * 0.05);
    EXPECT_EQ(report.violations, 0u);
    // The same for any number of threads, and for a point or three at a time within what was asked for.
    ThreadCrew alone{study, 1};
    auto const again = answer(study, alone);
    EXPECT_EQ(ends(again, "holds"), ends(report, "holds"));
    EXPECT_EQ(again.runs, report.runs);
    EXPECT_EQ(again.answer, report.answer);
}

/// The 99th percentile of the time in an M/M/1 queue with services of mean 10 ms, by Lindley's recursion.
double mm1_p99(double rate, std::uint64_t replication) {
    RngStream arrivals{replication, "arrivals"}, services{replication, "services"};
    std::vector<double> times;
    double wait = 0;
    for (int customer = 0; customer < 60'000; ++customer) {
        double const service = 0.01 * sample_exponential(services);
        if (customer >= 5'000) times.push_back(wait + service);
        wait = std::max(0.0, wait + service - sample_exponential(arrivals) / rate);
    }
    std::ranges::sort(times);
    return times[times.size() * 99 / 100];
}

// Times in M/M/1 are exponential with rate mu - lambda: their 99th percentile is ln 100 / (mu - lambda).
TEST(PlanLargestDemand, AQuantileOfAQueueIsFound) {
    double const truth = 60, bound = std::log(100) / (100 - truth);
    PlanEffort effort;
    effort.precision = 0.01;
    effort.most_replications = 64;
    auto const study = test::plan_study(test::scenario(one_link("1 /s")), {level("latency_p99", "s", bound, false)},
                                        LargestDemandQuestion{{0}, 1024}, effort);
    test::FakeCrew crew{[](StudyTask const& task) {
        double const rate = std::stod(task.overrides.at(0).substr(task.overrides[0].find('=') + 1));
        return test::outcome_of(Metric::latency_p99, rate < 100 ? mm1_p99(rate, task.replication) : 10);
    }};
    auto const report = answer(study, crew);
    ASSERT_TRUE(report.answered);
    EXPECT_LE(ends(report, "holds"), truth * 1.01);
    EXPECT_GE(ends(report, "fails"), truth * 0.99);
    EXPECT_LE(ends(report, "fails") / ends(report, "holds"), 1.06);
}

} // namespace
} // namespace qkdes
