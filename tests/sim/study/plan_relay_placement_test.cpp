// The plan's question: what is placed is what runs, and what cannot be placed is said.
#include "sim/scenario/load_study.hpp"
#include "sim/study/plan/plan.hpp"
#include "tests/support/plans.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace qkdes {
namespace {

/// 240 km between two nodes, and a third one beside.
std::string study(std::string const& more) {
    return R"({ "scenario": "relay-placement-base.json", "replications": 2,
        "plan": { "find": { "relay_placement": { "link": "line", "rate": "200 kbit/s",
          "devices": [{ "device": "metro", "price": 100 }], "lifetime": "1000 d", "relay_price": 10, "fibre_price": 2)" +
           more + " } } } }";
}

StudyLoadResult loaded(std::string const& more) {
    return load_study_text(study(more), QKDES_SOURCE_DIR "/tests/sim/study/study.json");
}

PlanReport answered(std::string const& more) {
    auto const result = loaded(more);
    EXPECT_TRUE(result.ok()) << format_diagnostics(result.diagnostics);
    if (!result.ok()) return {};
    ThreadCrew crew{*result.study, 1};
    return answer(*result.study, crew);
}

// 240 km in three spans of 80 km.
TEST(PlanRelayPlacement, TheChainRunsInTheLinksPlace) {
    auto const report = answered("");
    ASSERT_TRUE(report.answered);
    EXPECT_EQ(report.runs, 2u);
    EXPECT_EQ(report.violations, 0u);
    auto const* spans = test::table_of(report, "spans");
    ASSERT_TRUE(spans && spans->rows.size() == 3);
    for (auto const* id : {"line", "line_2", "line_3"}) {
        EXPECT_NEAR(test::number_in(report, "spans", id, "length_km"), 80, 1e-9) << id;
        double const rate = test::number_in(report, "spans", id, "rate"),
                     made = test::number_in(report, "spans", id, "made");
        EXPECT_GE(rate, 200e3);
        EXPECT_NEAR(made / rate, 1, 0.08) << id; // a run of 20 min has some 110 blocks
    }
    EXPECT_NEAR(test::number_in(report, "spans", "line", "price"), 100 + 10 + 160, 1e-9);
    EXPECT_NEAR(test::number_in(report, "spans", "line_3", "price"), 100 + 160, 1e-9);
}

// Connectors are at the ends of every span, so that spans are shorter; the computation and the run agree on it.
TEST(PlanRelayPlacement, EverySpanIsLikeTheLink) {
    auto text = study("");
    text.insert(text.find("\"replications\""), R"("set": { "/links/0/connectors": 8 }, )");
    auto const result = load_study_text(text, QKDES_SOURCE_DIR "/tests/sim/study/study.json");
    ASSERT_TRUE(result.ok()) << format_diagnostics(result.diagnostics);
    ThreadCrew crew{*result.study, 1};
    auto const report = answer(*result.study, crew);
    auto const* spans = test::table_of(report, "spans");
    ASSERT_TRUE(spans && spans->rows.size() == 4); // 2 dB more
    for (auto const* id : {"line", "line_2", "line_4"}) {
        double const rate = test::number_in(report, "spans", id, "rate"),
                     made = test::number_in(report, "spans", id, "made");
        EXPECT_NEAR(made / rate, 1, 0.08) << id;
    }
}

TEST(PlanRelayPlacement, SitesAndStretchesWithout) {
    auto const report = answered(R"(, "sites": [{ "id": "town", "at": "90 km", "price": 5 }],
        "every": "1 km", "forbidden": [{ "from": "50 km", "to": "89 km" }, { "from": "91 km", "to": "150 km" }])");
    ASSERT_TRUE(report.answered);
    auto const* spans = test::table_of(report, "spans");
    ASSERT_TRUE(spans);
    EXPECT_NE(std::ranges::find_if(spans->rows, [](auto const& row) { return row[1].text == "town"; }),
              spans->rows.end());
}

TEST(PlanRelayPlacement, WhatCannotBePlacedIsSaid) {
    auto const report = answered(R"(, "forbidden": [{ "from": "20 km", "to": "200 km" }])");
    EXPECT_FALSE(report.answered);
    EXPECT_EQ(report.runs, 0u);
    ASSERT_EQ(report.answer.size(), 1u);
    EXPECT_NE(report.answer[0].find("from 19.0 km the next place is at 201.0 km"), std::string::npos)
        << report.answer[0];
}

TEST(PlanRelayPlacement, MistakesAreMessages) {
    auto const what = [](std::string const& more) {
        auto const result = loaded(more);
        EXPECT_FALSE(result.ok());
        return format_diagnostics(result.diagnostics);
    };
    EXPECT_NE(what(R"(, "sites": [{ "id": "x", "at": "240 km" }])").find("inside of the link's fibre"),
              std::string::npos);
    EXPECT_NE(what(R"(, "sites": [{ "id": "a", "at": "24 km" }])").find("another \"a\""), std::string::npos);
    EXPECT_NE(what(R"(, "forbidden": [{ "from": "9 km", "to": "8 km" }])").find("ends where it begins"),
              std::string::npos);
    EXPECT_NE(what(R"(, "aim": "best")").find("cheapest"), std::string::npos);
    auto text = study("");
    text.replace(text.find("\"line\""), 6, "\"lime\"");
    auto const result = load_study_text(text, QKDES_SOURCE_DIR "/tests/sim/study/study.json");
    EXPECT_FALSE(result.ok());
    EXPECT_NE(format_diagnostics(result.diagnostics).find("unknown link \"lime\""), std::string::npos);
}

} // namespace
} // namespace qkdes
