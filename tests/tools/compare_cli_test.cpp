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
