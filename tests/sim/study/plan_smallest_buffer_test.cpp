// The smallest buffer where arithmetic gives it: what is drawn from a store while its link makes nothing.
#include "tests/support/fake_crew.hpp"
#include "tests/support/plans.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

using test::level;

// One request a second from each side, 512 bit/s together, from the tenth second on. The light is cut for 100 s.
constexpr std::string_view kLink = R"({ "name": "buffer", "seed": 3, "duration": "400 s", "kem": "modelled",
  "kms": { "processing": "0 s" },
  "devices": { "d": { "protocol": "stated", "rate": "10 kbit/s", "restart": "0 s" } },
  "nodes": [ { "id": "a" }, { "id": "b", "kms": { "store_capacity": "1 Mbit" } } ],
  "links": [ { "id": "ab", "between": ["a", "b"], "device": "d", "length": "1 km" } ],
  "applications": [ { "id": "x", "node": "a" }, { "id": "y", "node": "b" } ],
  "demands": [ { "from": "x", "to": "y", "start": "10500 ms", "arrivals": { "bursts": { "every": "1 s" } } },
               { "from": "y", "to": "x", "start": "10500 ms", "arrivals": { "bursts": { "every": "1 s" } } } ] })";
constexpr std::string_view kCut =
    R"({ "name": "cut", "faults": [ { "at": "200 s", "for": "100 s", "cut": "ab", "plane": "quantum" } ] })";

double ends(PlanReport const& report, std::string const& end) {
    return test::number_in(report, "answer", end, "units");
}

StudySpec study(SmallestBufferQuestion const& question, std::vector<std::string> const& overrides = {}) {
    PlanEffort effort;
    effort.first_replications = 2;
    effort.precision = 1e-6; // to the unit
    auto out = test::plan_study(test::scenario(kLink, overrides), {level("blocked", "1", 0, false)}, question, effort);
    out.plan->faults = kCut;
    return out;
}

// 200 units are drawn during the cut; the second of the interrupted block, and the next one's, come on top.
TEST(PlanSmallestBuffer, IsTheDrainTimesTheCut) {
    auto const asked = study({SmallestBufferQuestion::Of::capacity, {0, 1}, true, 1e9});
    ThreadCrew crew{asked, 2};
    auto const report = answer(asked, crew);
    ASSERT_TRUE(report.answered);
    EXPECT_GE(ends(report, "holds"), 200);
    EXPECT_LE(ends(report, "holds"), 206);
    EXPECT_EQ(ends(report, "fails"), ends(report, "holds") - 1);
    EXPECT_EQ(report.violations, 0u);
}

// Nothing is made at all: the requests of 390 seconds from either side must be there from the start.
TEST(PlanSmallestBuffer, InitialKeyIsWhatTheRunDraws) {
    auto const asked = study({SmallestBufferQuestion::Of::initial, {0}, true, 1e9}, {"/devices/d/rate=0 bit/s"});
    ThreadCrew crew{asked, 2};
    auto const report = answer(asked, crew);
    ASSERT_TRUE(report.answered);
    EXPECT_EQ(ends(report, "holds"), 2 * 390);
    EXPECT_EQ(ends(report, "fails"), 2 * 390 - 1);
}

TEST(PlanSmallestBuffer, SaysWhenStoresAreNotWhatIsShort) {
    auto const asked = study({SmallestBufferQuestion::Of::capacity, {0, 1}, true, 1e9});
    test::FakeCrew crew{[](StudyTask const&) { return test::outcome_of(Metric::blocked, 0.5); }};
    auto const report = answer(asked, crew);
    EXPECT_FALSE(report.answered);
    EXPECT_NE(report.answer[0].find("it is not the stores that are short"), std::string::npos);
}

TEST(PlanSmallestBuffer, ReachesNodesThatHaveTheirOwnCapacity) {
    auto const asked = study({SmallestBufferQuestion::Of::capacity, {0, 1}, true, 1e9});
    test::FakeCrew crew{[](StudyTask const&) { return test::outcome_of(Metric::blocked, 0); }};
    (void)answer(asked, crew);
    auto const& least = crew.tasks.back().overrides;
    auto const run = test::scenario(asked.base.text, least);
    EXPECT_EQ(run.nodes[0].kms.store_capacity, 256u);
    EXPECT_EQ(run.nodes[1].kms.store_capacity, 256u);
    auto const some = study({SmallestBufferQuestion::Of::capacity, {1}, false, 1e9});
    test::FakeCrew one{[](StudyTask const&) { return test::outcome_of(Metric::blocked, 0); }};
    (void)answer(some, one);
    auto const part = test::scenario(some.base.text, one.tasks.back().overrides);
    EXPECT_EQ(part.nodes[0].kms.store_capacity, 10'000'000u);
    EXPECT_EQ(part.nodes[1].kms.store_capacity, 256u);
}

} // namespace
} // namespace qkdes
