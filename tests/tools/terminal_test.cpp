// Tables and colour: by themselves, and in the program on pseudo-terminals of several widths.
#include "tests/tools/run_terminal.hpp"
#include "tools/qkdes/terminal.hpp"
#include "tools/qkdes/text_table.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace qkdes {
namespace {

using test::run;
using test::run_on_terminal;

std::size_t widest(std::string const& text) {
    std::size_t most = 0;
    std::istringstream in{text};
    for (std::string line; std::getline(in, line);)
        most = std::max(most, display_width(line));
    return most;
}

TextTable sites() {
    TextTable table{{"site", "rate", "place", "verdict"}};
    table.add({"a", "5 ± 1", "Zürich", "ok"});
    table.add({"long name", "12 ± 3", "東京", "SHORT"});
    return table;
}

TEST(Terminal, WidthsAreColumnsAndNotBytes) {
    EXPECT_EQ(display_width("abc"), 3u);
    EXPECT_EQ(display_width("5 ± 1"), 5u);
    EXPECT_EQ(display_width("東京"), 4u);
    EXPECT_EQ(display_width("e\u0301"), 1u) << "a combining accent takes no column";
    EXPECT_EQ(display_width("\x1b[31mred\x1b[0m"), 3u);
    EXPECT_EQ(display_width("\xff\xfe"), 2u);
    EXPECT_EQ(shortened("Zürich", 4), "Zür…");
    EXPECT_EQ(shortened("東京都", 5), "東京…");
    EXPECT_EQ(shortened("abc", 3), "abc");
    EXPECT_EQ(wrapped("one two three", 8, 2), "  one\n  two\n  three");
    EXPECT_EQ(fitted("total    one two three four", 9, {16, false}), "total    one two\n         three\n         four");
    EXPECT_EQ(fitted("total    one two three four", 9, {}), "total    one two three four");
}

TEST(Terminal, ATableLosesNothingWhenItIsNarrow) {
    EXPECT_EQ(sites().text({}), "site          rate    place  verdict\n"
                                "a            5 ± 1   Zürich       ok\n"
                                "long name   12 ± 3     東京    SHORT\n")
        << "piped: as it always was, cells counted in bytes";
    EXPECT_EQ(sites().text({80, false}), "site         rate   place  verdict\n"
                                         "a           5 ± 1  Zürich       ok\n"
                                         "long name  12 ± 3    東京    SHORT\n");
    EXPECT_EQ(sites().text({26, false}), "site         rate   place\n"
                                         "a           5 ± 1  Zürich\n"
                                         "long name  12 ± 3    東京\n"
                                         "\n"
                                         "site       verdict\n"
                                         "a               ok\n"
                                         "long name    SHORT\n");
    TextTable pairs{{"from", "to", "a", "b", "c"}};
    pairs.add({"x", "y", "1", "2", "3"});
    pairs.add({"x", "z", "4", "5", "6"});
    EXPECT_EQ(pairs.text({14, false}), "from  to  a  b\nx      y  1  2\nx      z  4  5\n\n"
                                       "from  to  c\nx      y  3\nx      z  6\n")
        << "the second panel says which x it is";
    EXPECT_EQ(pairs.text({9, false}), "from x,\nto y\n  a  1\n  b  2\n  c  3\nfrom x,\nto z\n  a  4\n  b  5\n  c  6\n");
    EXPECT_EQ(sites().text({17, false}), "site a\n  rate     5 ± 1\n  place    Zürich\n  verdict  ok\n"
                                         "site long name\n  rate     12 ± 3\n  place    東京\n  verdict  SHORT\n");
}

TEST(Terminal, ColourIsForHeadingsAndVerdicts) {
    auto table = sites();
    table.paint("verdict", tone_of_verdict);
    auto const text = table.text({80, true});
    EXPECT_NE(text.find("\x1b[1msite\x1b[0m"), std::string::npos) << text;
    EXPECT_NE(text.find("  \x1b[31mSHORT\x1b[0m\n"), std::string::npos) << text;
    EXPECT_EQ(text.find("\x1b[31mok"), std::string::npos);
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\x1b')
            i = text.find('m', i);
        else
            plain += text[i];
    }
    EXPECT_EQ(plain, table.text({80, false})) << "colour moves nothing";
}

std::string const kRun = "run " + test::kScenarios + "two-islands.json --until '10 min' -o width.h5 --quiet";

TEST(Terminal, SummariesFitTheTerminal) {
    auto const piped = run(kRun).out;
    EXPECT_EQ(piped.find('\x1b'), std::string::npos);
    EXPECT_GT(widest(piped), 110u) << "piped: as wide as it is";
    for (unsigned short const columns : std::array<unsigned short, 3>{40, 80, 120}) {
        auto const shown = run_on_terminal(QKDES_BINARY " " + kRun, columns);
        EXPECT_EQ(shown.code, 0);
        EXPECT_LE(widest(shown.out), columns) << shown.out;
        for (auto const* what : {"vigo-santiago", "bursts", "down", "bank-vigo > bank-bilbao", "not served", "class",
                                 "audit    clean", "results  width.h5"})
            EXPECT_NE(shown.out.find(what), std::string::npos) << what << " at " << columns << "\n" << shown.out;
    }
    auto const told = run_on_terminal("COLUMNS=60 " QKDES_BINARY " " + kRun, 120);
    EXPECT_LE(widest(told.out), 60u) << "COLUMNS has the last word";
    EXPECT_GT(widest(told.out), 40u);
    EXPECT_GT(widest(run("run " + kRun.substr(4) + " | cat").out), 110u);
    EXPECT_GT(widest(run_on_terminal(QKDES_BINARY " " + kRun + " | cat", 60).out), 110u)
        << "at a terminal, but into a pipe";
}

TEST(Terminal, ColourGoesWhereItIsWanted) {
    auto const has = [](test::Ran const& ran) { return ran.out.find("\x1b[1m") != std::string::npos; };
    std::string const program = QKDES_BINARY " " + kRun;
    EXPECT_TRUE(has(run_on_terminal(program, 120)));
    EXPECT_FALSE(has(run_on_terminal("NO_COLOR=1 " + program, 120)));
    EXPECT_TRUE(has(run_on_terminal("NO_COLOR= " + program, 120))) << "empty is not set, says no-color.org";
    EXPECT_FALSE(has(run_on_terminal("CLICOLOR=0 " + program, 120)));
    EXPECT_FALSE(has(run_on_terminal("TERM=dumb " + program, 120)));
    EXPECT_FALSE(has(run_on_terminal(program + " --color never", 120)));
    EXPECT_FALSE(has(run_on_terminal(program + " | cat", 120)));
    EXPECT_TRUE(has(run_on_terminal("NO_COLOR=1 " + program + " --color always", 120)));
    EXPECT_TRUE(has(run(kRun + " --color always")));
    EXPECT_FALSE(has(run(kRun + " --color auto")));
    EXPECT_FALSE(has(run(kRun + " --format json --color always"))) << "JSON is for programs";
}

} // namespace
} // namespace qkdes
