// qkdes import as a user meets it: what it writes runs; what is wrong is one message, an exit code, and no file.
#include "tests/sim/import/fixtures.hpp"
#include "tests/tools/run_binary.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace qkdes {
namespace {

using test::run;

std::string file(std::string const& name, std::string const& text) {
    auto const path = test::scratch(name);
    std::ofstream{path, std::ios::binary} << text;
    return path.string();
}

TEST(ImportCli, EachFormatIsImportedCheckedAndRun) {
    auto const places = " --coordinates " + file("places.csv", test::kPlaces);
    struct Case {
        char const* name;
        std::string text, more;
    };
    for (auto const& [name, text, more] : {Case{"five.gml", test::kGml, ""}, Case{"five.graphml", test::kGraphMl, ""},
                                           Case{"five.xml", test::kSndlib, ""}, Case{"five.csv", test::kCsv, places}}) {
        SCOPED_TRACE(name);
        auto const imported = run("import " + file(name, text) + more + " -o five.json --duration 1min --start 0s");
        ASSERT_EQ(imported.code, 0) << imported.out;
        auto const checked = run("check five.json");
        EXPECT_EQ(checked.code, 0);
        EXPECT_EQ(checked.out.find("warning"), std::string::npos) << checked.out;
        auto const ran = run("run five.json --quiet -o five.h5");
        EXPECT_EQ(ran.code, 0) << ran.out;
        EXPECT_NE(ran.out.find("audit    clean"), std::string::npos) << ran.out;
    }
}

TEST(ImportCli, TheSameFileGivesTheSameScenario) {
    auto const from = file("five.gml", test::kGml);
    ASSERT_EQ(run("import " + from + " -o one.json").code, 0);
    ASSERT_EQ(run("import " + from + " -o two.json").code, 0);
    EXPECT_EQ(run("--version && cmp one.json two.json").code, 0);
}

TEST(ImportCli, MistakesAreMessagesAndNoFile) {
    std::filesystem::remove(test::scratch("none.json"));
    struct Case {
        std::string arguments;
        int code;
        char const* says;
    };
    auto const gml = file("five.gml", test::kGml), bare = file("bare.csv", "from,to\na,b\n");
    for (auto const& [arguments, code, says] :
         {Case{"/nonexistent.gml", 4, "cannot be read"}, Case{bare, 2, "--default-length"},
          Case{gml + " --max-span 80", 2, "--max-span"}, Case{gml + " --device toshiba-ldd", 2, "toshiba-ld"},
          Case{gml + " --min-rate 1Gbit/s", 2, "--min-rate"}, Case{gml + " --weight rain", 2, "population"},
          Case{gml + " --start 2h", 2, "--start"}, Case{gml + " --format csv", 2, "no columns"},
          Case{gml + " --coordinates /nonexistent.csv", 4, "cannot be read"}}) {
        auto const ran = run("import " + arguments + " -o none.json");
        EXPECT_EQ(ran.code, code) << arguments << ran.out;
        EXPECT_NE(ran.out.find(says), std::string::npos) << arguments << ran.out;
        EXPECT_FALSE(std::filesystem::exists(test::scratch("none.json"))) << arguments;
    }
    EXPECT_EQ(run("import " + gml + " -o /nonexistent/none.json").code, 4);
}

// Networks that are not shipped, see tests/sim/import/topology_zoo_test.cpp: each runs for a simulated minute.
TEST(ImportCli, EveryNetworkOfTheZooRunsLong) {
    auto const* folder = std::getenv("QKDES_TOPOLOGIES");
    if (folder == nullptr) GTEST_SKIP() << "QKDES_TOPOLOGIES names no folder";
    int networks = 0;
    for (auto const& entry : std::filesystem::directory_iterator{folder}) {
        if (entry.path().extension() != ".gml") continue;
        SCOPED_TRACE(entry.path().filename());
        auto const imported =
            run("import " + entry.path().string() + " -o zoo.json --default-length 50km --duration 1min --start 0s");
        ASSERT_EQ(imported.code, 0) << imported.out;
        auto const ran = run("run zoo.json --quiet -o zoo.h5");
        EXPECT_EQ(ran.code, 0) << ran.out;
        EXPECT_NE(ran.out.find("audit    clean"), std::string::npos) << ran.out;
        ++networks;
    }
    EXPECT_EQ(networks, 8);
}

} // namespace
} // namespace qkdes
