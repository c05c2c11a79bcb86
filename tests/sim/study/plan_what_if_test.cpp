// Candidates as scenarios, a race whose best is known, and a network where one link is what it lacks.
#include "sim/study/plan/candidates.hpp"

#include "sim/base/distributions.hpp"
#include "sim/base/geography.hpp"
#include "tests/support/fake_crew.hpp"
#include "tests/support/plans.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace qkdes {
namespace {

using test::level;

// A square a b c d with slow devices; all ask between a and c. One degree of latitude is 111.2 km.
constexpr std::string_view kSquare = R"({ "name": "square", "seed": 3, "duration": "200 s", "kem": "modelled",
  "kms": { "processing": "0 s", "store_capacity": "16 kbit" },
  "devices": { "slow": { "protocol": "stated", "rate": "1 kbit/s" }, "fast": { "protocol": "stated", "rate": "20 kbit/s" } },
  "nodes": [ { "id": "a", "at": [40, 0] }, { "id": "b", "at": [41, 0] }, { "id": "c", "at": [41, 0.5] }, { "id": "d", "at": [40, 0.5] },
             { "id": "e", "at": [40.2, 0] } ],
  "links": [ { "id": "ab", "between": ["a", "b"], "device": "slow", "length": "100 km", "classical": { "latency": "3 ms" } },
             { "id": "bc", "between": ["b", "c"], "device": "slow", "length": "50 km" },
             { "id": "cd", "between": ["c", "d"], "device": "slow", "length": "100 km" },
             { "id": "ae", "between": ["a", "e"], "device": "slow", "length": "30 km" } ],
  "applications": [ { "id": "x", "node": "a" }, { "id": "y", "node": "c" } ],
  "demands": [ { "from": "x", "to": "y", "arrivals": { "poisson": "10 /s" } } ] })";

WhatIfQuestion all_changes() {
    WhatIfQuestion out;
    NewLinks any;
    any.up_to_km = 170;
    any.device = 1;
    out.links = {any};
    out.relays = {0, 1, 2, 3};
    out.devices = {{1, {0, 1, 2, 3}}};
    return out;
}

TEST(PlanWhatIf, GreatCirclesAreRight) {
    auto const scenario = test::scenario(kSquare);
    EXPECT_NEAR(great_circle_km(*scenario.nodes[0].at, *scenario.nodes[1].at), 111.19, 0.01);
    NodeSpec madrid, barcelona;
    madrid.at = {40.4168, -3.7038};
    barcelona.at = {41.3874, 2.1686};
    EXPECT_NEAR(great_circle_km(*madrid.at, *barcelona.at), 505, 1);
}

TEST(PlanWhatIf, EveryCandidateIsAScenario) {
    auto const scenario = test::scenario(kSquare);
    auto const all = candidates_of(scenario, all_changes());
    std::set<std::string> names;
    for (auto const& each : all) {
        names.insert(each.name);
        auto const changed = test::scenario(scenario.text, each.overrides);
        EXPECT_EQ(changed.links.size(),
                  scenario.links.size() +
                      (each.name.find(" on ") != std::string::npos && each.relay_sites == 0 ? 0 : 1))
            << each.name;
        EXPECT_EQ(changed.nodes.size(), scenario.nodes.size() + static_cast<std::size_t>(each.relay_sites));
        EXPECT_EQ(each.device_pairs, 1);
    }
    EXPECT_EQ(names.size(), all.size());
    // Pairs without a link: a-c a-d b-d b-e c-e d-e; a-c, b-d: 1.25 * 118.8 km; d-e 59.6; c-e 122.8; b-e 111.2; a-d 53.
    EXPECT_EQ(all.size(), 6u + 4 + 4);
    EXPECT_TRUE(names.contains("link a-d, 53.2 km, fast")) << fmt::format("{}", fmt::join(names, "; "));
    auto const relay = std::ranges::find_if(all, [](auto const& c) { return c.name == "relay on ab, 2 x 50 km"; });
    ASSERT_NE(relay, all.end());
    auto const halved = test::scenario(scenario.text, relay->overrides);
    EXPECT_EQ(halved.links[0].id, "ab");
    EXPECT_EQ(halved.links[0].fibre.length.value, 50);
    EXPECT_EQ(halved.links[0].classical.latency, SimDuration{1'500'000});
    EXPECT_EQ(halved.links.back().fibre.length.value, 50);
    EXPECT_EQ(halved.links.back().b, scenario.links[0].b);
    EXPECT_EQ(halved.links[0].b, halved.links.back().a);
    EXPECT_EQ(halved.nodes.back().at->at(0), 40.5);
    // Fewer where they must fit better.
    auto few = all_changes();
    few.links[0].up_to_km = 55;
    few.relays.clear();
    few.devices.clear();
    EXPECT_EQ(candidates_of(scenario, few).size(), 1u);
    few.links[0].up_to_km = 170;
    few.links[0].common_neighbours = true;
    EXPECT_EQ(candidates_of(scenario, few).size(), 3u); // a-c and b-d over b or c, b-e over a
    few.links[0].sites_only = true;
    EXPECT_EQ(candidates_of(scenario, few).size(), 1u);
    PlanCost const cost{100, 1000, 2};
    EXPECT_EQ(relay->price(cost), 1100);
}

// Candidate i of 32 gains i/1000, with noise of 1/100 that pairs do not share.
TaskOutcome racer(StudyTask const& task) {
    auto const at =
        task.overrides.empty() ? 0 : std::stoul(task.overrides[0].substr(task.overrides[0].rfind("/x") + 2));
    RngStream common{1, "common", task.replication}, own{2, "own", task.replication * 1000 + at};
    return test::outcome_of(Metric::served, 0.5 + 0.1 * sample_normal(common) + 0.001 * static_cast<double>(at) +
                                                0.005 * sample_normal(own));
}

TEST(PlanWhatIf, TheRaceFindsTheBestWithFewerRuns) {
    // 32 links from the middle: names x1 .. x32, that the fake world knows by their number.
    std::string nodes = R"({ "id": "x0" })";
    for (int i = 1; i <= 32; ++i)
        nodes += fmt::format(R"(, {{ "id": "x{}" }})", i);
    auto const scenario = test::scenario(fmt::format(
        R"({{ "name": "star", "duration": "1 s", "devices": {{ "d": {{ "protocol": "stated", "rate": "1 kbit/s" }} }}, "nodes": [ {}, {{ "id": "y" }} ],
        "links": [ {{ "id": "l", "between": ["x0", "y"], "length": "1 km" }} ], "applications": [ {{ "id": "p", "node": "x0" }}, {{ "id": "q", "node": "y" }} ],
        "demands": [ {{ "from": "p", "to": "q", "arrivals": {{ "poisson": "1 /s" }} }} ] }})",
        nodes));
    WhatIfQuestion question;
    question.keep = 4;
    question.cost.device_pair = 10;
    for (std::size_t i = 1; i <= 32; ++i) {
        NewLinks one;
        one.between = {0, i};
        one.length_km = 1;
        question.links.push_back(one);
    }
    PlanEffort effort;
    effort.first_replications = 4;
    effort.most_replications = 32;
    auto const study = test::plan_study(scenario, {level("served", "1", 0.4, true)}, question, effort);
    test::FakeCrew crew{[](StudyTask const& task) {
        if (task.overrides.empty()) return racer(task);
        auto const& text = task.overrides[0]; // "between":["x0","x17"]
        auto const from = text.find("\"x0\",\"x") + 6;
        return racer({{"/x" + text.substr(from + 1, text.find('"', from) - from - 1)}, "", task.replication});
    }};
    auto const report = answer(study, crew);
    EXPECT_TRUE(report.answered);
    auto const& best = test::table_of(report, "finalists")->rows.at(0);
    EXPECT_GE(std::stoi(best[0].text.substr(best[0].text.find("-x") + 2)), 30) << best[0].text;
    EXPECT_NEAR(best[3].value.value(), 0.031, 0.004);
    EXPECT_EQ(best[7].text, "better");
    // 33 points at 4, then 16 at 8, 8 at 16, 4 at 32 where halving says so; and 5 at 32 in the end.
    EXPECT_EQ(report.runs, crew.tasks.size());
    EXPECT_LE(report.runs, 33u * 4 + 17 * 4 + 9 * 8 + 5 * 32);
    EXPECT_LT(report.runs, 33u * 32 / 2);
    // The final's replications were in no race.
    for (std::size_t i = 0; i < crew.tasks.size(); ++i)
        EXPECT_EQ(crew.tasks[i].replication >= 32, i >= crew.tasks.size() - 5 * 32);
}

// Nothing differs: whatever was lucky in the race is not called better.
TEST(PlanWhatIf, LuckInTheRaceIsNotAGain) {
    auto question = all_changes();
    question.keep = 2;
    int called = 0;
    for (std::uint64_t world = 0; world < 60; ++world) {
        PlanEffort effort;
        effort.first_replications = 3;
        effort.most_replications = 6;
        auto const study =
            test::plan_study(test::scenario(kSquare), {level("served", "1", 0.4, true)}, question, effort);
        test::FakeCrew crew{[&](StudyTask const& task) {
            std::uint64_t const name = task.overrides.empty() ? 0 : std::hash<std::string>{}(task.overrides[0]);
            RngStream noise{world, "noise", name ^ (task.replication << 48)};
            return test::outcome_of(Metric::served, 0.5 + 0.1 * sample_normal(noise));
        }};
        called += answer(study, crew).answered;
    }
    EXPECT_LE(called, 8); // 5 % of 60, and three deviations
}

// 10 requests/s over a-b-c, which make 4 a second each. A fast pair on one hop leaves the other; a direct link serves
// all.
TEST(PlanWhatIf, TheMissingLinkIsFound) {
    PlanEffort effort;
    effort.first_replications = 2;
    effort.most_replications = 4;
    auto question = all_changes();
    question.keep = 3;
    auto const study =
        test::plan_study(test::scenario(kSquare), {level("blocked", "1", 0.01, false)}, question, effort);
    ThreadCrew crew{study, 2};
    auto const report = answer(study, crew);
    EXPECT_TRUE(report.answered);
    auto const& best = test::table_of(report, "finalists")->rows.at(0);
    EXPECT_TRUE(best[0].text.starts_with("link a-c, ")) << best[0].text;
    EXPECT_EQ(best[1].text, "blocked"); // the level that is missed
    EXPECT_NEAR(best[3].value.value(), 0.6, 0.06);
    EXPECT_EQ(report.violations, 0u);
}

} // namespace
} // namespace qkdes
