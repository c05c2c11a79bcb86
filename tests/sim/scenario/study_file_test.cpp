// Files of studies: what they come to, and that each mistake is told at its place (tests/scenario/bad_studies, texts
// written anew with QKDES_UPDATE_GOLDEN=1). Fails when `set`, the files of faults or the command line's overrides do
// not reach the scenario that is run, or when a message changes.
#include "tests/sim/scenario/files.hpp"

#include "sim/scenario/load_study.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace qkdes {
namespace {

using namespace std::chrono_literals;

StudyLoadResult study(std::string const& text, std::vector<std::string> const& overrides = {}) {
    return load_study_text(text, (test::source_dir() / "scenarios/studies/test.json").string(), overrides);
}

TEST(Study, HoldsTheScenarioAsItIsRun) {
    auto const loaded = study(R"({
        "scenario": "../two-islands.json", "faults": ["../faults/single-cuts.json"],
        "set": { "/duration": "100 min", "/links/0/length": "40 km",
                 "/applications/-": { "id": "new", "node": "derio" } },
        "figures": [{ "of": "link vigo-santiago", "figure": "skr" }],
        "limits": { "time": "2 min", "events": 1000 }, "seed": 12 })",
                              {"/links/0/length=50 km"});
    ASSERT_TRUE(loaded.ok()) << format_diagnostics(loaded.diagnostics);
    StudySpec const& s = *loaded.study;
    EXPECT_EQ(s.name, "test");
    EXPECT_EQ(s.base.duration, SimDuration{100min});
    EXPECT_EQ(s.base.links[0].fibre.length.value, 50) << "the command line comes last";
    EXPECT_EQ(s.base.applications.back().id, "new");
    EXPECT_EQ(s.seed, 12u);
    EXPECT_EQ(s.replications, 5u);
    ASSERT_EQ(s.figures.size(), 1u);
    EXPECT_EQ(s.figures[0].unit, "bit/s");
    EXPECT_EQ(s.limits.wall, SimDuration{2min});
    EXPECT_EQ(s.limits.events, 1000u);
    auto const plain = load_scenario(test::source_dir() / "scenarios/two-islands.json");
    EXPECT_GT(s.base.faults.size(), plain.scenario->faults.size());
    // What is kept as text gives the same again, and is a fixed point.
    auto const again = load_scenario_text(s.base.text, "again");
    ASSERT_TRUE(again.ok()) << format_diagnostics(again.diagnostics);
    EXPECT_EQ(again.scenario->text, s.base.text);
    EXPECT_EQ(again.scenario->faults.size(), s.base.faults.size());
}

TEST(Study, TakesTheScenariosSeedAndNoLimits) {
    auto const loaded = study(R"({ "scenario": "../two-islands.json", "name": "n" })");
    ASSERT_TRUE(loaded.ok()) << format_diagnostics(loaded.diagnostics);
    EXPECT_EQ(loaded.study->seed, 7u);
    EXPECT_EQ(loaded.study->name, "n");
    EXPECT_EQ(loaded.study->limits.wall.count(), 0);
    EXPECT_EQ(loaded.study->limits.events, 0u);
}

// Fails when a named demand's level does not take the place of `each_demand`, or a figure that it bounds is not
// measured.
TEST(Study, ANamedDemandsLevelStandsInThePlaceOfEachDemands) {
    auto const loaded = study(R"({ "scenario": "../two-islands.json", "plan": {
        "service": { "blocked": "1 %", "each_demand": { "served": "80 %" },
                     "demands": [{ "of": ["bank-vigo > bank-bilbao"], "served": "99 %", "latency_p99": "300 ms" }] },
        "find": { "largest_demand": {} } } })");
    ASSERT_TRUE(loaded.ok()) << format_diagnostics(loaded.diagnostics);
    std::string const named = "demand bank-vigo > bank-bilbao";
    auto const& levels = loaded.study->plan->service;
    EXPECT_EQ(levels, (std::vector<ServiceLevel>{{"network", "blocked", "1", 0.01, false},
                                                 {named, "served", "1", 0.99, true},
                                                 {named, "latency_p99", "s", 0.3, false},
                                                 {"demand bank-bilbao > bank-vigo", "served", "1", 0.8, true},
                                                 {"demand archive-santiago > bank-vigo", "served", "1", 0.8, true}}));
    for (auto const& level : levels)
        EXPECT_TRUE(
            level.of == "network" ||
            std::ranges::any_of(loaded.study->figures,
                                [&](StudyFigure const& f) { return f.of == level.of && f.figure == level.figure; }))
            << level.name();
}

TEST(Study, OverridesOfTheCommandLineAreToldAsSuch) {
    auto const loaded = study(R"({ "scenario": "../two-islands.json", "set": { "/links/0/length": "40 km" } })",
                              {"/links/0/length=50"});
    EXPECT_EQ(loaded.failure, LoadFailure::scenario);
    auto const told = format_diagnostics(loaded.diagnostics);
    EXPECT_NE(told.find("--set /links/0/length: error: 50 has no unit"), std::string::npos) << told;
}

TEST(Study, EachMistakeIsToldAtItsPlace) {
    std::set<std::filesystem::path> files;
    for (auto const& entry : std::filesystem::directory_iterator{test::source_dir() / "tests/scenario/bad_studies"})
        if (entry.path().extension() == ".json") files.insert(entry.path());
    ASSERT_GE(files.size(), 7u);
    std::string const here = test::source_dir().lexically_normal().string() + "/";
    for (auto const& file : files) {
        auto golden = file;
        golden.replace_extension(".txt");
        auto const result = load_study(file);
        EXPECT_FALSE(result.ok()) << file;
        EXPECT_EQ(result.failure, LoadFailure::scenario) << file;
        auto told = format_diagnostics(result.diagnostics);
        for (std::size_t at = 0; (at = told.find(here, at)) != std::string::npos;)
            told.erase(at, here.size()); // the same text wherever the sources are
        if (test::updating()) test::write_file(golden, told);
        EXPECT_EQ(told, test::read_file(golden)) << file;
    }
}

TEST(Study, UnreadableFilesAreNotTheStudysFault) {
    EXPECT_EQ(load_study("/nowhere/study.json").failure, LoadFailure::unreadable);
}

} // namespace
} // namespace qkdes
