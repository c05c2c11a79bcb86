// Failures whose consequences follow from the graph, and pools that last as long as arithmetic says.
#include "tests/support/plans.hpp"

#include <gtest/gtest.h>

#include <set>

namespace qkdes {
namespace {

using test::level;

// Two triangles a b c and d e f, joined by c-d alone.
constexpr std::string_view kBarbell = R"({ "name": "barbell", "seed": 3, "duration": "400 s", "kem": "modelled",
  "kms": { "processing": "0 s" }, "routing": { "policy": "a-star", "advertise_every": "5 s", "hold_down": "5 s" },
  "nodes": [ { "id": "a" }, { "id": "b" }, { "id": "c" }, { "id": "d" }, { "id": "e" }, { "id": "f" } ],
  "links": [ { "id": "ab", "between": ["a", "b"], "length": "10 km" }, { "id": "bc", "between": ["b", "c"], "length": "10 km" },
             { "id": "ca", "between": ["c", "a"], "length": "10 km" }, { "id": "cd", "between": ["c", "d"], "length": "10 km" },
             { "id": "de", "between": ["d", "e"], "length": "10 km" }, { "id": "ef", "between": ["e", "f"], "length": "10 km" },
             { "id": "fd", "between": ["f", "d"], "length": "10 km" } ],
  "applications": [ { "id": "A", "node": "a" }, { "id": "B", "node": "b" }, { "id": "F", "node": "f" } ],
  "demands": [ { "from": "A", "to": "F", "arrivals": { "poisson": "1 /s" } }, { "from": "A", "to": "B", "arrivals": { "poisson": "1 /s" } } ],
  "shared_risk": [ { "id": "duct", "links": ["ab", "ca"] } ] })";

StudySpec study(std::string_view scenario, SurvivabilityQuestion const& question,
                std::vector<std::string> const& overrides = {}) {
    PlanEffort effort;
    effort.first_replications = effort.most_replications = 2;
    auto out =
        test::plan_study(test::scenario(scenario, overrides), {level("blocked", "1", 0.01, false)}, question, effort);
    for (auto const& link : out.base.links)
        if (link.makes_key())
            for (auto const* figure : {"at_fault", "emptied", "used", "eskr"})
                out.figures.push_back({"link " + link.id, figure, ""});
    for (auto const& demand : out.base.demands)
        for (auto const* figure : {"out_at_end", "served"})
            out.figures.push_back({"demand " + out.base.applications[demand.from.index()].id + " > " +
                                       out.base.applications[demand.to.index()].id,
                                   figure, ""});
    return out;
}

TEST(PlanSurvivability, TheRunsLoseWhatTheGraphLoses) {
    auto const asked = study(kBarbell, {SimDuration{std::chrono::seconds{100}}, CutPlane::both, true, true, true});
    ThreadCrew crew{asked, 2};
    auto const report = answer(asked, crew);
    EXPECT_EQ(report.runs, 2u * (1 + 7 + 6 + 1));
    std::set<std::string> lost;
    for (auto const& row : test::table_of(report, "lost")->rows)
        lost.insert(row[0].text + ": " + row[1].text);
    EXPECT_EQ(lost, (std::set<std::string>{"cut cd: A > F", "down a: A > F", "down a: A > B", "down b: A > B",
                                           "down c: A > F", "down d: A > F", "down f: A > F", "fail duct: A > F",
                                           "fail duct: A > B"}));
    EXPECT_EQ(report.answer[2], "single points of failure by graph theory: links cd; nodes c, d");
    EXPECT_EQ(report.answer[3],
              "7 cases leave a demand without a path or an end: in 7 of them the runs lost all such demands");
    EXPECT_EQ(report.answer.size(), 4u) << "no demand is lost that has a path";
    EXPECT_EQ(test::number_in(report, "cases", "nothing", "served"), 1);
    EXPECT_NEAR(test::number_in(report, "lost", "cut cd", "lasted"), 0, 5);
}

// Routes that are computed once do not go round: then a path is left and the service is lost all the same.
TEST(PlanSurvivability, WhatIsLostThoughThereIsAPathIsSaid) {
    auto const asked = study(kBarbell, {SimDuration{std::chrono::seconds{100}}, CutPlane::both, true, false, false},
                             {"/routing/policy=static-dijkstra"});
    ThreadCrew crew{asked, 2};
    auto const report = answer(asked, crew);
    EXPECT_EQ(report.answer.back(), "3 times a demand was lost that still had a path: its routing did not take it, or "
                                    "key was short"); // ca and fd of A > F, ab of A > B
}

// 200 units, drawn at two a second.
TEST(PlanSurvivability, PoolsLastAsLongAsArithmeticSays) {
    constexpr std::string_view link = R"({ "name": "pool", "seed": 3, "duration": "400 s", "kem": "modelled",
      "kms": { "processing": "0 s", "store_capacity": "51200 bit" },
      "devices": { "d": { "protocol": "stated", "rate": "10 kbit/s", "restart": "0 s" } },
      "nodes": [ { "id": "a" }, { "id": "b" } ],
      "links": [ { "id": "ab", "between": ["a", "b"], "device": "d", "length": "1 km" } ],
      "applications": [ { "id": "x", "node": "a" }, { "id": "y", "node": "b" } ],
      "demands": [ { "from": "x", "to": "y", "arrivals": { "bursts": { "every": "1 s" } } },
                   { "from": "y", "to": "x", "arrivals": { "bursts": { "every": "1 s" } } } ] })";
    auto const asked = study(link, {SimDuration{std::chrono::seconds{200}}, CutPlane::quantum, true, false, false});
    ThreadCrew crew{asked, 2};
    auto const report = answer(asked, crew);
    auto const in = [&](std::string const& column) { return test::number_in(report, "pools", "cut ab", column); };
    EXPECT_NEAR(in("level"), 51200, 600);
    EXPECT_NEAR(in("predicted"), 100, 2);
    EXPECT_NEAR(in("measured"), 100, 3);
    EXPECT_EQ(in("emptied"), 1);
    EXPECT_NEAR(test::number_in(report, "lost", "cut ab", "lasted"), 100, 3);
}

} // namespace
} // namespace qkdes
