// Names of what is shipped instead of files, and the advice that ends a run.
#include "tests/tools/interrupt_run.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <regex>
#include <sstream>

namespace qkdes {
namespace {

namespace fs = std::filesystem;
using test::run;
using test::run_command;

std::string const kShort = " --until '50 min' --set /kem=modelled";

TEST(ShippedCli, AllThatIsInTheFolderIsListedOnceWithALineAboutIt) {
    std::istringstream names{run("scenarios --names").out};
    std::size_t count = 0, files = 0;
    auto const list = run("scenarios").out;
    for (std::string name; std::getline(names, name); ++count) {
        EXPECT_TRUE(fs::exists(test::kScenarios + name + ".json")) << name;
        EXPECT_TRUE(std::regex_search(list, std::regex{"\n  " + name + " +[A-Z].{15,}\n"})) << name << " in\n" << list;
    }
    for (auto const& entry : fs::recursive_directory_iterator(test::kScenarios))
        files += entry.path().extension() == ".json" && entry.path().filename() != "scenario.schema.json" ? 1 : 0;
    EXPECT_EQ(count, files);
    EXPECT_NE(run("scenarios studies --names").out.find("studies/grid-demand\n"), std::string::npos);
    EXPECT_EQ(run("scenarios studies --names").out.find("two-islands\n"), std::string::npos);
}

TEST(ShippedCli, ANameIsRunAsItsFileIs) {
    auto const by_file = run("run " + test::kScenarios + "two-islands.json --quiet -o file.h5" + kShort);
    ASSERT_EQ(by_file.code, 0) << by_file.out;
    for (std::string const name :
         {"two-islands", "two-islands.json", "scenarios/two-islands.json", "qkdes:two-islands"}) {
        fs::remove(test::scratch("two-islands.h5"));
        auto const ran = run("run " + name + kShort);
        EXPECT_EQ(ran.code, 0) << ran.out;
        EXPECT_EQ(ran.out.rfind(name + ": shipped with qkdes, ", 0), 0u) << ran.out;
        EXPECT_EQ(run("compare file.h5 two-islands.h5").code, 0) << name;
    }
    EXPECT_EQ(run("run two-islands --quiet" + kShort).out.find("shipped"), std::string::npos);
    EXPECT_EQ(run("run two-islands --faults load-surge --quiet" + kShort).code, 0);
    EXPECT_EQ(run("check studies/grid-demand").code, 0);
    EXPECT_EQ(run("check grid-demand").code, 0);
    EXPECT_EQ(run("link t12 --length 50km").code, 0);
    EXPECT_EQ(run("plan relay-placement --quiet").code, 0) << "its scenario is named from the study's folder";
}

TEST(ShippedCli, TheUsersOwnFileComesFirst) {
    std::ofstream(test::scratch("grid.json")) << "{ \"mine\": true }";
    auto const own = run("run grid.json");
    EXPECT_EQ(own.code, 2) << own.out;
    EXPECT_NE(own.out.find("mine"), std::string::npos) << own.out;
    EXPECT_EQ(run("check qkdes:grid").code, 0) << "said plainly, the shipped one";
    fs::remove(test::scratch("grid.json"));
}

TEST(ShippedCli, WhatIsNowhereGetsANearName) {
    std::ofstream(test::scratch("my-network.json")) << "{}";
    for (auto const& [typed, repair] :
         std::vector<std::pair<std::string, std::string>>{{"run two-ilands", "two-islands"},
                                                          {"run my-netwrok.json", "my-network.json"},
                                                          {"run two-islands --faults singel-cuts", "single-cuts"},
                                                          {"plan grid-demnd", "grid-demand"},
                                                          {"sweep metro-lenght", "metro-length"},
                                                          {"compare tow-islands", "two-islands"},
                                                          {"run qkdes:gird", "qkdes:grid"},
                                                          {"link t13", "t12"}}) {
        auto const ran = run(typed);
        EXPECT_EQ(ran.code, 4) << typed << "\n" << ran.out;
        EXPECT_TRUE(ran.out.ends_with("  try: " + repair + "\n")) << typed << "\n" << ran.out;
    }
    auto const lost = run_command("QKDES_DATA=/nowhere " QKDES_BINARY " run two-islands");
    EXPECT_EQ(lost.code, 4) << lost.out;
    EXPECT_EQ(run_command("QKDES_DATA=/nowhere " QKDES_BINARY " scenarios").code, 4);
}

/// The command that the run's last line names; empty when there is none.
std::string advice(std::string const& out) {
    std::smatch found;
    std::regex const line{"\nnext     (qkdes [^\n]*)\n$"};
    return std::regex_search(out, found, line) ? found[1].str() : "";
}

TEST(ShippedCli, ARunEndsWithTheNextCommandWhichRuns) {
    // With key for all; with requests that find none; with a published figure that falls short.
    auto const fine = run("run two-islands -o fine.h5 --set '/faults=[]' --set '/demands=[]'" + kShort);
    auto const blocked = run("run two-islands -o blocked.h5 --set /kem=modelled");
    auto const fell_short =
        run("run two-islands -o short.h5 --set '/published=[{\"of\":\"network\",\"figure\":\"served\","
            "\"value\":0.5,\"tolerance\":\"1 %\",\"source\":\"nobody\"}]'" +
            kShort);
    EXPECT_EQ(fell_short.code, 0) << fell_short.out;
    EXPECT_NE(advice(fell_short.out).find("--replications 10"), std::string::npos) << fell_short.out;
    for (auto const* ran : {&fine, &blocked, &fell_short}) {
        auto const command = advice(ran->out);
        ASSERT_FALSE(command.empty()) << ran->out;
        EXPECT_NE(command.find("  # "), std::string::npos) << command;
        // As typed, with less to do: the comment is one for the shell too.
        std::string typed = command;
        if (typed.find("--replications 10") != std::string::npos)
            typed = std::regex_replace(typed, std::regex{"--replications 10"}, "--replications 2");
        if (typed.rfind("qkdes compare ", 0) == 0) typed.insert(14, "--replications 2 --set-both /kem=modelled ");
        auto const next = run_command("{ PATH=$(dirname " QKDES_BINARY "):$PATH; " + typed + "\n}");
        EXPECT_TRUE(next.code == 0 || next.code == 1) << typed << "\n" << next.out;
    }
    EXPECT_NE(advice(fine.out), advice(blocked.out)) << "it depends on what came out";
    EXPECT_TRUE(std::regex_search(advice(blocked.out), std::regex{"[1-9][0-9]* requests (found no|without) key"}))
        << blocked.out;
    auto const cut = test::interrupt_run("run two-islands --set '/duration=900 d' --set /kem=modelled", "cut", SIGINT);
    EXPECT_EQ(cut.code, 130) << cut.out;
    EXPECT_NE(advice(cut.out).find(" cut.partial.h5 "), std::string::npos) << cut.out;
    EXPECT_EQ(run("run two-islands --quiet" + kShort).out.find("next "), std::string::npos);
    EXPECT_EQ(run("run two-islands --format json 2>/dev/null" + kShort).out.find("\"next\""), std::string::npos);
}

} // namespace
} // namespace qkdes
