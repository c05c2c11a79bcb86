// The manual page as man reads it.
#include "tests/tools/run_terminal.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace qkdes {
namespace {

using test::run;
using test::run_command;

TEST(ManPage, NamesEverySubcommandAndOption) {
    if (!test::have("man")) GTEST_SKIP() << "no man";
    ASSERT_EQ(run("man > qkdes.1").code, 0);
    auto const page = run_command("MANPAGER=cat MANWIDTH=100 man -l qkdes.1 | col -bx").out;
    for (auto const* part : {"NAME", "SYNOPSIS", "COMMANDS", "EXAMPLES", "EXIT STATUS", "ENVIRONMENT", "FILES"})
        EXPECT_NE(page.find(std::string{"\n"} + part + "\n"), std::string::npos) << part;
    std::istringstream overview{run("--help").out};
    std::size_t commands = 0, options = 0;
    for (std::string line; std::getline(overview, line) && line != "Options";) {
        if (line.size() < 4 || line.substr(0, 2) != "  " || line[2] == ' ' || line.substr(2, 5) == "qkdes") continue;
        std::string const name = line.substr(2, line.find(' ', 2) - 2);
        ++commands;
        auto const begin = page.find("\n   " + name + "\n");
        ASSERT_NE(begin, std::string::npos) << name;
        std::string section = page.substr(begin + 4);
        std::size_t stop = 0; // the next heading at three blanks, or at none
        for (std::istringstream lines{section}; std::getline(lines, line); stop += line.size() + 1)
            if (stop > 0 && !line.empty() && line.find_first_not_of(' ') <= 3) break;
        section = section.substr(0, stop);
        std::istringstream help{run(name + " --help").out};
        bool listed = false;
        for (std::string text; std::getline(help, text);) {
            listed = (listed || text == "Options") && !text.empty();
            auto const at = text.find("--");
            if (!listed || at == std::string::npos || at > 6) continue;
            std::string const option = text.substr(at, text.find_first_of(" ,", at) - at);
            EXPECT_NE(section.find(option), std::string::npos) << name << " " << option << "\n" << section;
            ++options;
        }
    }
    EXPECT_GE(commands, 13u);
    EXPECT_GT(options, 90u);
}

TEST(ManPage, IsInOrderByTheirOwnJudges) {
    ASSERT_EQ(run("man > judged.1").code, 0);
    bool judged = false;
    if (test::have("mandoc")) {
        judged = true;
        EXPECT_EQ(run_command("mandoc -Tlint -Wwarning judged.1").out.find("ERROR"), std::string::npos);
        EXPECT_EQ(run_command("mandoc -Tlint -Wwarning judged.1 | grep -v 'missing date'").out, "");
    }
    if (test::have("groff")) {
        judged = true;
        EXPECT_EQ(run_command("{ groff -man -ww -Tutf8 judged.1 > /dev/null; }").out, "");
    }
    if (!judged) GTEST_SKIP() << "neither mandoc nor groff";
}

TEST(ManPage, TheJudgesWouldSeeAFault) {
    if (!test::have("groff")) GTEST_SKIP() << "no groff";
    std::ofstream(test::scratch("bad.1")) << ".TH QKDES 1\n.SH NAME\nqkdes\n.UNHEARDOF\n";
    EXPECT_NE(run_command("{ groff -man -ww -Tutf8 bad.1 > /dev/null; }").out, "");
}

} // namespace
} // namespace qkdes
