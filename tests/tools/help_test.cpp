// What the program says of itself: help, wrong command lines, version.
#include "tests/tools/run_terminal.hpp"
#include "tools/qkdes/terminal.hpp"

#include <gtest/gtest.h>

#include <array>
#include <fstream>
#include <regex>
#include <sstream>

namespace qkdes {
namespace {

using test::run;

std::vector<std::string> lines_of(std::string const& text) {
    std::vector<std::string> out;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);)
        out.push_back(line);
    return out;
}

/// From the list that the program itself completes from.
std::vector<std::string> subcommands() {
    std::vector<std::string> out;
    auto const script = run("completion bash").out;
    std::smatch found;
    std::regex const list{"else _qkdes_words '([^']*)'"};
    EXPECT_TRUE(std::regex_search(script, found, list));
    std::istringstream words{found[1].str()};
    for (std::string word; words >> word;)
        out.push_back(word);
    return out;
}

TEST(Help, EverySubcommandHasExamplesAndEveryValueADefault) {
    auto const all = subcommands();
    ASSERT_GE(all.size(), 13u);
    auto const overview = run("--help").out;
    for (auto const& name : all) {
        EXPECT_NE(overview.find("\n  " + name + " "), std::string::npos) << name << " is not in the overview";
        auto const help = run(name + " --help");
        EXPECT_EQ(help.code, 0) << name;
        EXPECT_EQ(help.out, run("help " + name).out) << name;
        auto const examples = help.out.find("\nExamples\n");
        ASSERT_NE(examples, std::string::npos) << name << " has no examples";
        EXPECT_NE(help.out.find("qkdes " + name, examples), std::string::npos) << name << ": none is of itself";
        // An option that takes a value says what happens without it, unless it must be given.
        auto const options = help.out.find("\nOptions\n");
        ASSERT_NE(options, std::string::npos) << name;
        std::string entry;
        auto const judge = [&, said = name](std::string const& text) {
            static std::regex const with_value{"^ +(-., )?--[a-z-]+ [A-Z/].*"};
            if (!std::regex_search(text, with_value) || text.find("scenario to write") != std::string::npos) return;
            EXPECT_TRUE(text.find("default") != std::string::npos ||
                        text.find("may be given again") != std::string::npos)
                << said << ": " << text;
        };
        for (auto const& line : lines_of(help.out.substr(options + 9))) {
            if (line.empty()) break;
            static std::regex const begins{"^ +(-|--)[a-zA-Z].*"};
            if (std::regex_match(line, begins) && line.find_first_not_of(' ') < 8) {
                judge(entry);
                entry = line;
            } else {
                entry += " " + line.substr(line.find_first_not_of(' '));
            }
        }
        judge(entry);
    }
}

TEST(Help, FitsTheTerminal) {
    for (unsigned short const columns : std::array<unsigned short, 3>{40, 80, 120}) {
        for (std::string const what : {"--help", "run --help", "compare --help", "import --help"}) {
            auto const ran = test::run_on_terminal(QKDES_BINARY " " + what, columns);
            EXPECT_EQ(ran.code, 0);
            for (auto const& line : lines_of(ran.out)) {
                bool const one_word =
                    line.find(' ', std::min(line.find_first_not_of(' '), line.size())) == std::string::npos;
                EXPECT_TRUE(display_width(line) <= columns || one_word) << columns << ": " << line;
            }
        }
    }
}

TEST(Help, HeadingsAreBoldOnATerminalOnly) {
    EXPECT_NE(test::run_on_terminal(QKDES_BINARY " run --help", 80).out.find("\x1b[1mUsage\x1b[0m"), std::string::npos);
    EXPECT_EQ(run("run --help").out.find('\x1b'), std::string::npos);
}

TEST(Help, ASlipGetsOneMessageWithTheNearestWord) {
    struct Slip {
        std::string typed, repair;
    };
    for (auto const& [typed, repair] :
         {Slip{"swep x.json", "try: qkdes sweep"}, Slip{"run x.json --job 2", "try: --jobs"},
          Slip{"run --jbos=2 x.json", "try: --jobs=2"}, Slip{"run --hepl", "try: --help"},
          Slip{"run x.json --format jsn", "try: --format json"}, Slip{"completion zhs", "try: qkdes completion zsh"},
          Slip{"help rnu", "try: qkdes run"}, Slip{"--verison", "try: --version"}}) {
        auto const ran = run(typed);
        EXPECT_EQ(ran.code, 2) << typed << "\n" << ran.out;
        EXPECT_NE(ran.out.find(repair + "\n"), std::string::npos) << typed << "\n" << ran.out;
        EXPECT_EQ(lines_of(ran.out).size(), 3u) << typed << "\n" << ran.out;
    }
}

TEST(Help, EveryWrongCommandLineIsCode2AndSaysWhatWhyAndWhatInstead) {
    for (std::string const typed :
         {"run", "run a.json b.json", "run x.json --jobs 0", "run x.json --jobs", "run x.json --seed abc",
          "run x.json --seed", "import x", "run x.json --ci 2", "--color blue", "run x --color blue", "sweep",
          "completion", "completion fish", "link --blocks -3", "frobnicate", "-x", "compare", "man page"}) {
        auto const ran = run(typed);
        EXPECT_EQ(ran.code, 2) << typed << "\n" << ran.out;
        EXPECT_EQ(ran.out.rfind("qkdes", 0), 0u) << typed << "\n" << ran.out;
        EXPECT_NE(ran.out.find(": error: "), std::string::npos) << typed << "\n" << ran.out;
        EXPECT_NE(ran.out.find("\n  because "), std::string::npos) << typed << "\n" << ran.out;
        EXPECT_NE(ran.out.find("\n  try: "), std::string::npos) << typed << "\n" << ran.out;
    }
    auto const nothing = run("");
    EXPECT_EQ(nothing.code, 2);
    EXPECT_NE(nothing.out.find("Examples"), std::string::npos) << "who types nothing sees what there is";
}

TEST(Help, VersionSaysWhatItWasBuiltWith) {
    auto const ran = run("--version");
    EXPECT_EQ(ran.code, 0);
    EXPECT_TRUE(std::regex_search(ran.out, std::regex{"^qkdes [0-9]+\\.[0-9]+\\.[0-9]+\n"})) << ran.out;
    for (auto const* what :
         {"results files  format 1", "MPI", "mimalloc", "compiler", "data           " QKDES_SOURCE_DIR "\n"})
        EXPECT_NE(ran.out.find(what), std::string::npos) << what;
}

TEST(Help, TheVersionIsTheNewestInTheChangelog) {
    std::ifstream file{QKDES_SOURCE_DIR "/README.md"};
    std::string const text{std::istreambuf_iterator<char>{file}, {}};
    auto const section = text.find("\n## Changelog\n");
    ASSERT_NE(section, std::string::npos);
    std::string const rest = text.substr(section);
    std::smatch newest;
    ASSERT_TRUE(std::regex_search(rest, newest, std::regex{"\n### ([0-9]+\\.[0-9]+\\.[0-9]+)"}));
    EXPECT_EQ(newest[1].str(), QKDES_PROJECT_VERSION);
    EXPECT_EQ(run("--version").out.rfind("qkdes " QKDES_PROJECT_VERSION "\n", 0), 0u);
}

} // namespace
} // namespace qkdes
