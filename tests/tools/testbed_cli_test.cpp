// qkdes reproduce testbed, as a user meets it.
#include "tests/tools/run_binary.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <fstream>

namespace qkdes {
namespace {

using test::run;
using test::scratch;

TEST(TestbedCli, TheTestbedIsAStudyOfItsOwn) {
    auto const ran = run("reproduce testbed links");
    EXPECT_EQ(ran.code, 2);
    EXPECT_NE(ran.out.find("try: qkdes reproduce testbed"), std::string::npos) << ran.out;
    EXPECT_NE(run("reproduce testbet").out.find("try: qkdes reproduce testbed"), std::string::npos);
    EXPECT_EQ(run("reproduce secoqc-2009 --set /seed=1").code, 2) << "which would change nothing";
    EXPECT_EQ(run("reproduce testbed --replications 2").code, 2) << "no deviation of single runs from two";
}

TEST(TestbedCli, AWrongOverrideIsToldWithItsPlace) {
    auto const ran = run("reproduce testbed --set /nodes/9/at=0");
    EXPECT_EQ(ran.code, 2);
    EXPECT_NE(ran.out.find("--set /nodes/9/at"), std::string::npos) << ran.out;
}

TEST(TestbedCli, OtherDemandsAreAnotherExperiment) {
    auto const ran = run("reproduce testbed --set '/demands=[]'");
    EXPECT_EQ(ran.code, 2);
    EXPECT_NE(ran.out.find("with other nodes or demands"), std::string::npos) << ran.out;
}

TEST(TestbedCli, AFolderThatCannotBeWrittenIsToldBeforeTheWork) {
    auto const ran = run("reproduce testbed --csv /proc/nowhere");
    EXPECT_EQ(ran.code, 4);
    EXPECT_NE(ran.out.find("/proc/nowhere"), std::string::npos) << ran.out;
}

// All campaigns at block fidelity, with few runs; and that twice as slow a server makes rows fall short.
TEST(TestbedCli, CampaignsTellWhatHoldsLong) {
    std::string const block =
        " --set /links/2/fidelity=block --set /links/4/fidelity=block --set /links/6/fidelity=block";
    auto const ran = run("reproduce testbed --replications 4 --format json --quiet --csv points" + block);
    auto const json = nlohmann::json::parse(ran.out, nullptr, false);
    ASSERT_TRUE(json.is_array()) << ran.out;
    ASSERT_EQ(json.size(), 5u);
    EXPECT_EQ(json[0]["sections"]["table_3"]["rows"].size(), 16u);
    for (auto const& check : json[0]["checks"])
        if (check["check"].get<std::string>().starts_with("Table III, row")) {
            EXPECT_TRUE(check["holds"]) << check;
        }
    for (auto const& check : json[1]["checks"])
        EXPECT_TRUE(check["holds"]) << check;
    std::ifstream points{scratch("points/pairs.csv")};
    std::size_t lines = 0;
    for (std::string line; std::getline(points, line);)
        ++lines;
    EXPECT_EQ(lines, 1u + 56 * 100);

    auto const slow =
        run("reproduce testbed --replications 3 --quiet --set '/nodes/0/kms/vendor/latency=200 ms'" + block);
    EXPECT_EQ(slow.code, 1);
    EXPECT_NE(slow.out.find("SHORT"), std::string::npos);
}

} // namespace
} // namespace qkdes
