// `cmake --install`, then the whole tree is moved elsewhere and used from an empty folder.
#include "tests/tools/run_terminal.hpp"

#include <gtest/gtest.h>

namespace qkdes {
namespace {

namespace fs = std::filesystem;
using test::run_command;

#ifndef QKDES_INSTALL
TEST(Install, IsTestedInThePlainBuild) { GTEST_SKIP() << "this build writes no manual page"; }
#else

/// Installed once, and moved from where it was installed.
fs::path const& moved() {
    static fs::path const there = [] {
        fs::path const first = test::scratch("first/prefix"), last = test::scratch("else where/qkdes");
        auto const ran = run_command(QKDES_INSTALL " --prefix '" + first.string() + "'");
        EXPECT_EQ(ran.code, 0) << ran.out;
        fs::create_directories(last.parent_path());
        fs::rename(first, last);
        fs::create_directories(test::scratch("empty"));
        return last;
    }();
    return there;
}

test::Ran in_empty_folder(std::string const& line) {
    return run_command("cd empty && PATH='" + (moved() / "bin").string() + "':/usr/bin:/bin && unset QKDES_DATA && " +
                       line);
}

TEST(Install, PutsEverythingInItsPlace) {
    for (auto const* file :
         {"bin/qkdes", "share/qkdes/schema.json", "share/qkdes/scenarios/two-islands.json",
          "share/qkdes/scenarios/scenario.schema.json", "share/qkdes/scenarios/studies/grid-demand.json",
          "share/qkdes/scenarios/networks/tokyo-2011.json", "share/qkdes/devices/toshiba-ld.json",
          "share/qkdes/python/qkdes_results.py", "share/man/man1/qkdes.1", "share/bash-completion/completions/qkdes",
          "share/zsh/site-functions/_qkdes", "share/doc/qkdes/LICENSE", "share/doc/qkdes/README.md",
          "share/doc/qkdes/notebooks/README.md"})
        EXPECT_TRUE(fs::exists(moved() / file) && fs::file_size(moved() / file) > 0) << file;
    for (auto const& entry : fs::recursive_directory_iterator(moved()))
        EXPECT_NE(entry.path().extension(), ".h5") << entry.path();
}

TEST(Install, WorksWhereItWasMovedTo) {
    auto const version = in_empty_folder("qkdes --version");
    EXPECT_EQ(version.code, 0) << version.out;
    EXPECT_NE(version.out.find("data           " + (moved() / "share/qkdes").string() + "\n"), std::string::npos)
        << version.out;
    auto const ran = in_empty_folder("qkdes run two-islands --until '50 min' --set /kem=modelled");
    EXPECT_EQ(ran.code, 0) << ran.out;
    EXPECT_EQ(ran.out.rfind("two-islands: shipped with qkdes, " + moved().string(), 0), 0u) << ran.out;
    EXPECT_TRUE(fs::exists(test::scratch("empty/two-islands.h5")));
    EXPECT_EQ(in_empty_folder("qkdes plan relay-placement --quiet").code, 0);
    EXPECT_EQ(in_empty_folder("qkdes check grid-demand").code, 0);
    EXPECT_EQ(in_empty_folder("qkdes schema | cmp - '" + (moved() / "share/qkdes/schema.json").string() + "'").out, "");
    auto const listed = in_empty_folder("qkdes scenarios --names");
    EXPECT_EQ(listed.out, test::run("scenarios --names").out);
    EXPECT_EQ(
        in_empty_folder("ln -sf '" + (moved() / "bin/qkdes").string() + "' linked && ./linked check two-islands").code,
        0)
        << "a link to it finds them too";
}

TEST(Install, ManAndTheShellsFindTheirFiles) {
    auto const share = moved() / "share";
    if (test::have("man")) {
        EXPECT_NE(
            in_empty_folder("MANPAGER=cat man -M '" + (share / "man").string() + "' qkdes").out.find("qkdes sweep"),
            std::string::npos);
    }
    EXPECT_EQ(in_empty_folder(
                  "bash --norc -c \"source '" + (share / "bash-completion/completions/qkdes").string() +
                  "'; COMP_WORDS=(qkdes run two-); COMP_CWORD=2; _qkdes; echo \\${COMPREPLY[*]}; complete -p qkdes\"")
                  .out,
              "two-islands\ncomplete -F _qkdes qkdes\n");
    if (test::have("zsh")) {
        EXPECT_EQ(in_empty_folder("zsh -f -c \"fpath=('" + (share / "zsh/site-functions").string() +
                                  "' \\$fpath); autoload -Uz compinit; compinit -u -D; print \\$_comps[qkdes]\"")
                      .out,
                  "_qkdes\n");
    }
}

TEST(Install, PythonReadsResultsWithTheInstalledModule) {
    if (run_command("/usr/bin/python3 -c 'import h5py, pandas'").code != 0) GTEST_SKIP() << "no h5py or pandas";
    ASSERT_EQ(in_empty_folder("qkdes run one-link --quiet --set /fidelity=block").code, 0);
    auto const read = in_empty_folder(
        "PYTHONDONTWRITEBYTECODE=1 PYTHONPATH='" + (moved() / "share/qkdes/python").string() +
        "' /usr/bin/python3 -c 'import qkdes_results as q; print(len(q.open(\"one-link.h5\").blocks) > 0)'");
    EXPECT_EQ(read.out, "True\n");
}

#endif

} // namespace
} // namespace qkdes
