// qkdes compare of scenarios, as a user or a pipeline meets it.
#include "tests/support/run_world.hpp"
#include "tests/tools/run_binary.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace qkdes {
namespace {

using test::kScenarios;
using test::run;

std::string const kShort =
    "compare " + kScenarios + "one-link.json --set-both /duration='\"1 min\"' --set-both /kem=modelled --quiet ";

TEST(CompareCli, TheUnchangedScenarioPasses) {
    auto const ran = run(kShort + "--replications 3");
    EXPECT_EQ(ran.code, 0) << ran.out;
    EXPECT_NE(ran.out.find("no regression"), std::string::npos) << ran.out;
}

TEST(CompareCli, APlantedRegressionIsExitCode1) {
    auto const ran = run(kShort + "--set /kms/processing='\"1.05 ms\"' --replications 4 --format json");
    EXPECT_EQ(ran.code, 1) << ran.out;
    auto const json = nlohmann::json::parse(ran.out, nullptr, false);
    ASSERT_FALSE(json.is_discarded()) << ran.out;
    EXPECT_TRUE(json["regression"].get<bool>());
    for (auto const& metric : json["metrics"]) {
        if (metric["name"] == "latency_p50") {
            EXPECT_EQ(metric["verdict"], "REGRESSION");
            EXPECT_NEAR(metric["difference"].get<double>() / metric["base"].get<double>(), 0.05, 0.02);
        }
        if (metric["name"] == "key_cost") {
            EXPECT_EQ(metric["verdict"], "same");
        }
    }
}

TEST(CompareCli, AThresholdLetsItPass) {
    std::ofstream(test::scratch("wide.json")) << R"({"default": 0.2})";
    auto const ran =
        run(kShort + "--set /kms/processing='\"1.05 ms\"' --replications 4 --thresholds wide.json --format markdown");
    EXPECT_EQ(ran.code, 0) << ran.out;
    EXPECT_NE(ran.out.find("| latency_p50 | s |"), std::string::npos) << ran.out;
}

TEST(CompareCli, DoesNotDependOnTheThreads) {
    EXPECT_EQ(run(kShort + "--replications 3 --jobs 1 --set /seed=4").out,
              run(kShort + "--replications 3 --jobs 3 --set /seed=4").out);
}

TEST(CompareCli, BadThresholdsNameThePlace) {
    for (char const* text : {"[]", "{", R"({"serve": 0.1})", R"({"served": "5 %"})", R"({"alpha": 1.5})",
                             R"({"served": -1})", R"({"served": 1e999})"}) {
        std::ofstream(test::scratch("bad.json")) << text;
        auto const ran = run(kShort + "--replications 2 --thresholds bad.json");
        EXPECT_EQ(ran.code, 2) << text << ran.out;
        EXPECT_NE(ran.out.find("try:"), std::string::npos) << ran.out;
    }
    EXPECT_EQ(run(kShort + "--replications 2 --thresholds none.json").code, 4);
}

TEST(CompareCli, OneKindOfFile) {
    EXPECT_EQ(run("compare " + kScenarios + "one-link.json x.h5").code, 2);
    EXPECT_EQ(run("compare x.h5").code, 2);
    EXPECT_EQ(run(kShort + "--replications 1").code, 2);
}

std::string const kFaults = "--faults " + kScenarios + "faults/";
std::string const kIslands =
    kScenarios + "two-islands.json --set /faults=[] --set /kem=modelled --set /duration='\"30 min\"' --quiet ";

TEST(CompareCli, FilesOfFaultsAreOnBothSides) {
    auto const ran = run("compare " + kScenarios +
                         "two-islands.json --set-both /faults=[] --set-both /kem=modelled --set-both "
                         "/duration='\"30 min\"' --quiet --replications 2 --format json " +
                         kFaults + "single-cuts.json " + kFaults + "load-surge.json");
    EXPECT_EQ(ran.code, 0) << ran.out;
    auto const json = nlohmann::json::parse(ran.out, nullptr, false);
    ASSERT_FALSE(json.is_discarded()) << ran.out;
    ASSERT_EQ(json["recoveries"].size(), 7u) << "three cuts, three surges and one of the busiest";
    EXPECT_EQ(json["recoveries"][0]["fault"], "cut vigo-santiago at 3 min");
    EXPECT_GT(json["recoveries"][0]["base"].get<double>(), 4.5 * 60);
    EXPECT_EQ(json["recoveries"][0]["difference"], 0);
    for (auto const& metric : json["metrics"]) {
        if (metric["name"] == "relay_knows") {
            EXPECT_NEAR(metric["base"].get<double>(), 0.65, 0.15) << "all that was served but the local demand's";
        }
        if (metric["name"] == "served") {
            EXPECT_LT(metric["base"].get<double>(), 0.9);
        }
    }
    EXPECT_EQ(run("check " + kScenarios + "two-islands.json " + kFaults + "no-such.json").code, 4);
    std::ofstream(test::scratch("bad-faults.json"))
        << R"({ "name": "bad", "faults": [{ "at": "1 h", "cut": { "pick": "besiest" } }] })";
    auto const bad = run("check " + kScenarios + "two-islands.json --faults bad-faults.json");
    EXPECT_EQ(bad.code, 2);
    EXPECT_NE(bad.out.find("bad-faults.json:1:"), std::string::npos) << bad.out;
    EXPECT_NE(bad.out.find("at /faults/0/cut/pick"), std::string::npos) << bad.out;
}

// Two results files: equal, or metric by metric; with a verdict where both have replications.
TEST(CompareCli, ResultsFilesArePairedBySeed) {
    ASSERT_EQ(run("run " + kIslands + "--replications 4 -o base.h5").code, 0);
    ASSERT_EQ(run("run " + kIslands + "--replications 4 -o same.h5").code, 0);
    ASSERT_EQ(run("run " + kIslands + "--replications 4 -o slow.h5 --set /kms/processing='\"1.2 ms\"'").code, 0);
    ASSERT_EQ(run("run " + kIslands + "--replications 3 --seed 9 -o other.h5").code, 0);
    auto const equal = run("compare base.h5 same.h5");
    EXPECT_EQ(equal.code, 0);
    EXPECT_NE(equal.out.find("equal:"), std::string::npos) << equal.out;
    auto const slow = run("compare base.h5 slow.h5");
    EXPECT_EQ(slow.code, 1) << slow.out;
    EXPECT_NE(slow.out.find("4 pairs of replications, paired by seed"), std::string::npos) << slow.out;
    EXPECT_NE(slow.out.find("REGRESSION of latency_p50"), std::string::npos) << slow.out;
    auto const back = run("compare slow.h5 base.h5");
    EXPECT_EQ(back.code, 0) << "faster is no regression" << back.out;
    auto const other = run("compare base.h5 other.h5");
    EXPECT_NE(other.out.find("4 and 3 replications of different seeds: compared as independent samples"),
              std::string::npos)
        << other.out;
    // The very same as the comparison that runs both.
    auto const direct = nlohmann::json::parse(
        run("compare " + kScenarios +
            "two-islands.json --set-both /faults=[] --set-both /kem=modelled --set-both /duration='\"30 min\"' --quiet "
            "--set /kms/processing='\"1.2 ms\"' --replications 4 --format json")
            .out);
    auto const read = nlohmann::json::parse(run("compare base.h5 slow.h5 --format json").out);
    EXPECT_EQ(read["metrics"], direct["metrics"]);
    EXPECT_TRUE(read["paired"].get<bool>());
}

TEST(CompareCli, SingleRunsHaveDifferencesWithoutAVerdict) {
    ASSERT_EQ(run("run " + kIslands + "-o one.h5").code, 0);
    ASSERT_EQ(run("run " + kIslands + "-o two.h5 --set /kms/processing='\"2 ms\"'").code, 0);
    auto const ran = run("compare one.h5 two.h5");
    EXPECT_EQ(ran.code, 1) << "they differ";
    EXPECT_NE(ran.out.find("1 and 1 run of the same seed: differences without a verdict"), std::string::npos)
        << ran.out;
    EXPECT_NE(ran.out.find("no verdict"), std::string::npos) << ran.out;
    EXPECT_EQ(ran.out.find("REGRESSION"), std::string::npos) << ran.out;
    auto const json = nlohmann::json::parse(run("compare one.h5 two.h5 --format json").out, nullptr, false);
    ASSERT_FALSE(json.is_discarded());
    EXPECT_FALSE(json["judged"].get<bool>());
    for (auto const& metric : json["metrics"])
        if (metric["name"] == "latency_p50") {
            EXPECT_GT(metric["difference"].get<double>(), 0);
        }
}

// Replication 0 is the plain run; threads change nothing; the file has a row for each figure of each run.
TEST(ReplicationsCli, EveryFigureHasItsInterval) {
    std::string const one = "run " + kScenarios + "one-link.json --until '1 min' --set /kem=modelled --quiet ";
    auto const ran = run(one + "--replications 4 --jobs 1 -o reps1.h5 --format json");
    ASSERT_EQ(ran.code, 0) << ran.out;
    auto const json = nlohmann::json::parse(ran.out, nullptr, false);
    ASSERT_FALSE(json.is_discarded()) << ran.out;
    bool seen = false;
    for (auto const& figure : json["figures"]) {
        if (figure["name"] != "skr") continue;
        seen = true;
        EXPECT_EQ(figure["replications"], 4);
        EXPECT_LT(figure["low"].get<double>(), figure["mean"].get<double>());
        EXPECT_GT(figure["high"].get<double>(), figure["mean"].get<double>());
    }
    EXPECT_TRUE(seen);
    EXPECT_EQ(run(one + "--replications 4 --jobs 3 -o reps3.h5 --format json").out, ran.out);
    EXPECT_EQ(run("compare reps1.h5 reps3.h5").code, 0);
    auto const wider = run(one + "--replications 4 --ci 0.999 -o reps4.h5");
    EXPECT_NE(wider.out.find("99.9 % interval"), std::string::npos) << wider.out;
}

} // namespace
} // namespace qkdes
