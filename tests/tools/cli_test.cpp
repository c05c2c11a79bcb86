// The program as a user meets it: exit codes, messages, files. Each test runs the built binary.
#include "sim/record/compare.hpp"
#include "sim/record/reader.hpp"
#include "tests/support/run_world.hpp"
#include "tests/tools/interrupt_run.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <sys/wait.h>

namespace qkdes {
namespace {

namespace fs = std::filesystem;
using test::kScenarios;
using test::run;

std::string const kQuick = kScenarios + "two-islands.json --until '10 min' --quiet";

TEST(Cli, RunsAScenarioAndSaysWhatCameOut) {
    auto const ran = run("run " + kQuick + " -o first.h5");
    EXPECT_EQ(ran.code, 0) << ran.out;
    EXPECT_NE(ran.out.find("audit    clean"), std::string::npos) << ran.out;
    EXPECT_TRUE(fs::exists(test::scratch("first.h5")));
    EXPECT_FALSE(fs::exists(test::scratch("first.partial.h5"))) << "nothing half-done stays beside a finished file";
}

TEST(Cli, SpeaksJson) {
    auto const ran = run("run " + kQuick + " -o json.h5 --format json");
    auto const json = nlohmann::json::parse(ran.out, nullptr, false);
    ASSERT_FALSE(json.is_discarded()) << ran.out;
    EXPECT_EQ(json["audit"]["violations"], 0);
    EXPECT_GT(json["demands"][0]["requests"], 0);
    EXPECT_GT(json["links"][0]["skr_bps"], 0.0);
}

TEST(Cli, TheSeedDecidesAndJobsDoNot) {
    ASSERT_EQ(run("run " + kQuick + " -o j1.h5 --jobs 1").code, 0);
    ASSERT_EQ(run("run " + kQuick + " -o j2.h5 --jobs 2").code, 0);
    ASSERT_EQ(run("run " + kQuick + " -o s9.h5 --seed 9").code, 0);
    EXPECT_EQ(run("compare j1.h5 j2.h5").code, 0);
    auto const differs = run("compare j1.h5 s9.h5");
    EXPECT_EQ(differs.code, 1);
    EXPECT_NE(differs.out.find("/blocks"), std::string::npos) << differs.out;
}

TEST(Cli, BadInputGetsOneMessageAndCode2) {
    std::ofstream(test::scratch("broken.json")) << "{ \"name\": ";
    for (std::string const& arguments :
         {std::string{"run broken.json"}, std::string{"check broken.json"}, std::string{"run"}, std::string{"fly"},
          "run " + kQuick + " --jobs 0", "run " + kScenarios + "two-islands.json --until 10",
          "run " + kScenarios + "two-islands.json --set /links/0/length=12"}) {
        auto const ran = run(arguments);
        EXPECT_EQ(ran.code, 2) << arguments << "\n" << ran.out;
        EXPECT_EQ(ran.out.find("what()"), std::string::npos) << "no exception text reaches a user: " << ran.out;
        EXPECT_FALSE(ran.out.empty());
    }
}

TEST(Cli, FilesThatCannotBeReadOrWrittenAreCode4) {
    EXPECT_EQ(run("run nowhere.json").code, 4);
    EXPECT_EQ(run("run " + kQuick + " -o /proc/nowhere/x.h5").code, 4);
    EXPECT_EQ(run("run " + kQuick + " -o no/such/folder/x.h5").code, 4);
    std::ofstream(test::scratch("text.h5")) << "not HDF5";
    EXPECT_EQ(run("compare text.h5 text.h5").code, 4);
}

TEST(Cli, AFullDiskIsOneMessageAndNoFileUnderTheFinalName) {
    // A limit on file sizes stands in for the full disk; 64 blocks of 512 or 1024 bytes are too few for any run.
    std::string const command = "cd " + test::scratch("").string() + " && (ulimit -f 64; " QKDES_BINARY " run " +
                                kQuick + " -o full.h5) > full.txt 2>&1";
    int const status = std::system(command.c_str());
    ASSERT_TRUE(WIFEXITED(status));
    std::ifstream file(test::scratch("full.txt"));
    std::string const said{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_EQ(WEXITSTATUS(status), 4) << said;
    EXPECT_NE(said.find("error"), std::string::npos) << said;
    EXPECT_FALSE(fs::exists(test::scratch("full.h5")));
}

std::string const kLong = "run " + kScenarios + "two-islands.json --set '/duration=30 d'" +
                          R"( --set '/demands/0/arrivals={"poisson":"20 /s"}')";

TEST(Cli, CtrlCLeavesAValidFileThatSaysItIsPartial) {
    EXPECT_EQ(test::interrupt_run(kLong, "interrupted", SIGINT).code, 130);
    EXPECT_FALSE(fs::exists(test::scratch("interrupted.h5")));
    auto reader = ResultsReader::open(test::scratch("interrupted.partial.h5"));
    ASSERT_TRUE(reader.ok()) << to_string(reader.error());
    EXPECT_FALSE(reader->complete());
    EXPECT_EQ(reader->reason(), "interrupted");
    auto const asked = reader->numbers("/requests/asked");
    ASSERT_TRUE(asked.ok());
    EXPECT_FALSE(asked->empty());
}

TEST(Cli, AKilledRunLeavesAFileThatOpens) {
    EXPECT_EQ(test::interrupt_run(kLong, "killed", SIGKILL).code, 128 + SIGKILL);
    EXPECT_FALSE(fs::exists(test::scratch("killed.h5")));
    auto reader = ResultsReader::open(test::scratch("killed.partial.h5"));
    ASSERT_TRUE(reader.ok()) << to_string(reader.error());
    EXPECT_FALSE(reader->complete());
}

TEST(Cli, PrintsTheSchemaThatIsCommitted) {
    std::ifstream file(kScenarios + "scenario.schema.json");
    std::string const committed{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_EQ(run("schema").out, committed);
}

TEST(Cli, HelpHasExamples) {
    auto const ran = run("run --help");
    EXPECT_EQ(ran.code, 0);
    EXPECT_NE(ran.out.find("Examples"), std::string::npos);
}

} // namespace
} // namespace qkdes
