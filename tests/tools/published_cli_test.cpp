// `published` from the file to the terminal, to JSON and to the results file.
#include "sim/record/reader.hpp"
#include "tests/support/scenarios.hpp"
#include "tests/tools/run_binary.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace qkdes {
namespace {

std::string scenario_file() {
    std::string text{test::kTwoNodes};
    text.replace(text.rfind('}'), 1, R"(, "published": [
        { "of": "link fibre", "figure": "skr", "value": "1 bit/s", "is": "at-least", "source": "A. Nobody"
},
        { "of": "demand a > b", "figure": "latency_p50", "value": "1 h", "tolerance": "10 %", "source": "B. Nobody" } ]
})");
    std::ofstream(test::scratch("published.json")) << text;
    return "published.json";
}

TEST(PublishedCli, StandsBesideTheFiguresAndLeavesTheExitCodeAlone) {
    auto const ran = test::run("run " + scenario_file() + " --quiet -o p.h5");
    EXPECT_EQ(ran.code, 0) << "a figure that falls short is no failure of the run\n" << ran.out;
    EXPECT_NE(ran.out.find("link fibre  skr"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("SHORT"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("[2] B. Nobody"), std::string::npos) << ran.out;

    auto const said = nlohmann::json::parse(test::run("run " + scenario_file() + " --format json --quiet").out);
    auto const& rows = said["published"];
    ASSERT_EQ(rows.size(), 2u);
    EXPECT_EQ(rows[0]["verdict"], "ok");
    EXPECT_EQ(rows[1]["verdict"], "SHORT");
    EXPECT_EQ(rows[0]["simulated"], said["links"][0]["skr_bps"]);
    EXPECT_EQ(rows[1]["published"], 3600);

    auto file = ResultsReader::open(test::scratch("p.h5"));
    ASSERT_TRUE(file.ok());
    EXPECT_EQ(file->texts("/published/verdict").value(), (std::vector<std::string>{"ok", "SHORT"}));
    EXPECT_EQ(file->numbers("/published/simulated").value()[0], rows[0]["simulated"]);
    EXPECT_EQ(file->numbers("/published/tolerance").value()[1], 360) << "a share of an hour, in seconds";
}

TEST(PublishedCli, ReplicationsPutTheMeanAndItsIntervalThere) {
    auto const ran = test::run("run " + scenario_file() + " --replications 3 --quiet --format json -o r.h5");
    ASSERT_EQ(ran.code, 0) << ran.out;
    auto const said = nlohmann::json::parse(ran.out);
    auto const& row = said["published"][0];
    EXPECT_LT(row["low"], row["simulated"]);
    EXPECT_GT(row["high"], row["simulated"]);
    for (auto const& figure : said["figures"])
        if (figure["of"] == "link fibre" && figure["name"] == "skr") {
            EXPECT_EQ(figure["mean"], row["simulated"]);
        }
}

} // namespace
} // namespace qkdes
