// Progress on a real pseudo-terminal: what is drawn, how often, that it goes away; and that nothing else is touched.
#include "sim/record/compare.hpp"
#include "tests/tools/run_terminal.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <regex>

namespace qkdes {
namespace {

using test::run;
using test::run_on_terminal;

/// Lines that were drawn over each other: what stands between a carriage return and "erase to the end".
std::vector<std::string> drawn(std::string const& out) {
    std::vector<std::string> all;
    static std::regex const one{"\r([^\r\n]*)\x1b\\[K"};
    for (auto i = std::sregex_iterator(out.begin(), out.end(), one); i != std::sregex_iterator(); ++i)
        all.push_back((*i)[1].str());
    return all;
}

/// Some seconds of work.
std::string const kLong =
    "run " + test::kScenarios + "two-islands.json --jobs 1 --set '/duration=144 h' --set /kem=modelled ";

TEST(Progress, OfARunSaysTimeSpeedAndTimeLeftAndGoesAway) {
    auto const begun = std::chrono::steady_clock::now();
    auto const ran = run_on_terminal(QKDES_BINARY " " + kLong + "-o shown.h5", 100);
    double const took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
    ASSERT_EQ(ran.code, 0) << ran.out;
    auto const lines = drawn(ran.out);
    ASSERT_GE(lines.size(), 2u) << ran.out;
    EXPECT_LE(static_cast<double>(lines.size()), 5 * took + 2) << "at most five times a second";
    static std::regex const form{
        "(([0-9]+ (d|h|min|s) ?){1,2}) of 6 d \\([0-9]+ %\\), ([0-9.]+ (d|h|min|s) ?){1,2} per s, [0-9.]+ "
        "[kM]?events/s, ([0-9.]+ (d|h|min|s) ?){1,2} left"};
    for (std::size_t i = 0; i + 1 < lines.size(); ++i)
        EXPECT_TRUE(std::regex_match(lines[i], form)) << lines[i];
    EXPECT_EQ(lines.back(), "") << "the line is taken back";
    EXPECT_LT(ran.out.rfind("\x1b[K"), ran.out.find("two islands: 144 h simulated")) << "before anything is printed";
}

TEST(Progress, NeverChangesResultsAndIsSilentElsewhere) {
    auto const shown = run_on_terminal(QKDES_BINARY " " + kLong + "-o shown2.h5", 40);
    for (auto const& line : drawn(shown.out))
        EXPECT_LT(line.size(), 42u) << "cut to 39 columns; the ellipsis has three bytes: " << line;
    EXPECT_GE(drawn(shown.out).size(), 2u);
    auto const piped = run(kLong + "-o silent.h5");
    EXPECT_EQ(piped.out.find('\r'), std::string::npos) << piped.out;
    auto const differences = compare_results(test::scratch("shown2.h5"), test::scratch("silent.h5"));
    ASSERT_TRUE(differences.ok());
    EXPECT_TRUE(differences->empty());
    EXPECT_EQ(run_on_terminal(QKDES_BINARY " " + kLong + "--quiet -o quiet.h5", 100).out.find('\r'), std::string::npos);
    EXPECT_EQ(run_on_terminal("TERM=dumb " QKDES_BINARY " " + kLong + "-o dumb.h5", 100).out.find('\r'),
              std::string::npos);
}

TEST(Progress, OfManyRunsCountsThem) {
    struct Work {
        std::string line, begins;
    };
    for (auto const& [line, begins] :
         {Work{"run " + test::kScenarios + "grid.json --replications 6 -o many.h5", "0 of 6 runs (0 %)"},
          Work{"compare " + test::kScenarios + "grid.json --set /routing/policy=widest --replications 4",
               "0 of 8 runs (0 %)"},
          Work{"sweep " + test::kScenarios +
                   "studies/metro-length.json --set /kem=modelled --replications 2 -o many-sweep.h5",
               "0 of "},
          Work{"plan " + test::kScenarios + "studies/two-islands-buffer.json --set /kem=modelled", "0 runs so far"},
          Work{"reproduce cascade-2015 korzh-2015 nadlinger-2022", "experiments: 0 of 3 runs (0 %)"}}) {
        auto const ran = run_on_terminal(QKDES_BINARY " " + line, 120);
        EXPECT_EQ(ran.code == 0 || ran.code == 1, true) << ran.out; // a comparison may fall short
        auto const lines = drawn(ran.out);
        ASSERT_GE(lines.size(), 2u) << line << "\n" << ran.out;
        EXPECT_EQ(lines.back(), "") << line;
        static std::regex const form{
            "(experiments: )?[0-9]+ (of [0-9]+ runs \\([0-9]+ %\\)|runs so far)(, [^,]+ simulated, [^,]+ per s)?"
            "(, [^,]+events/s)?(, ([0-9.]+ (d|h|min|s) ?){1,2} left)?"};
        for (std::size_t i = 0; i + 1 < lines.size(); ++i)
            EXPECT_TRUE(std::regex_match(lines[i], form)) << line << ": " << lines[i];
        EXPECT_EQ(lines.front().rfind(begins, 0), 0u) << line << ": " << lines.front();
    }
}

} // namespace
} // namespace qkdes
