// qkdes export as a user meets it: what it says, and what it refuses.
#include "tests/tools/interrupt_run.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace qkdes {
namespace {

using test::interrupt_run;
using test::kScenarios;
using test::run;
using test::run_command;
using test::scratch;

/// A short run, made once.
std::string results() {
    static bool const made = [] {
        auto const ran = run("run " + kScenarios + "one-link.json --quiet --until '1 min' -o export.h5");
        EXPECT_EQ(ran.code, 0) << ran.out;
        return true;
    }();
    EXPECT_TRUE(made);
    return "export.h5";
}

void expect_refused(std::string const& arguments, int code, std::vector<std::string> const& words) {
    auto const ran = run("export " + arguments);
    EXPECT_EQ(ran.code, code) << arguments << "\n" << ran.out;
    for (auto const& word : words)
        EXPECT_NE(ran.out.find(word), std::string::npos) << word << " in\n" << ran.out;
}

TEST(ExportCli, SaysWhatItWrote) {
    std::filesystem::remove_all(scratch("tables"));
    std::filesystem::remove(scratch("t.json"));
    std::filesystem::remove(scratch("n.ipynb"));
    auto const ran = run("export " + results() + " --csv tables --notebook n.ipynb --trace t.json --quiet");
    EXPECT_EQ(ran.code, 0) << ran.out;
    EXPECT_NE(ran.out.find("tables: 16 tables, "), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("t.json: "), std::string::npos) << ran.out;
    EXPECT_TRUE(std::filesystem::exists(scratch("tables/requests.csv")));
    expect_refused(results() + " --csv tables", 4, {"there is a file of that name already", "--force"});
    expect_refused(results() + " --trace t.json", 4, {"there is a file of that name already", "--force"});
    expect_refused(results() + " --notebook n.ipynb", 4, {"there is a file of that name already", "--force"});
    EXPECT_EQ(run("export " + results() + " --csv tables --notebook n.ipynb --trace t.json --force").code, 0);
}

TEST(ExportCli, BadRequestsAreExplained) {
    expect_refused(results(), 2, {"nothing to write", "try: qkdes export export.h5"});
    expect_refused(results() + " --csv x --table request", 2, {"no table \"request\"", "because it has audit, blocks"});
    expect_refused(results() + " --trace x.json --from noon", 2, {"--from: error: \"noon\"", "30 min"});
    expect_refused(results() + " --trace x.json --from '2 h' --to '1 h'", 2, {"is not after --from"});
    expect_refused(results() + " --trace x.json --table audit", 2, {"a trace shows none of these tables"});
    EXPECT_FALSE(std::filesystem::exists(scratch("x.json")));
}

TEST(ExportCli, BadFilesAreExplained) {
    expect_refused("none.h5 --csv x", 4, {"none.h5: error: the results cannot be read", "check the path"});
    expect_refused(kScenarios + "one-link.json --csv x", 4, {"it is not an HDF5 file"});
    std::filesystem::copy_file(scratch(results()), scratch("cut.h5"),
                               std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(scratch("cut.h5"), std::filesystem::file_size(scratch("cut.h5")) / 2);
    expect_refused("cut.h5 --csv x", 4, {"the file is cut short", "copy it again, or repeat the run"});
    EXPECT_FALSE(std::filesystem::exists(scratch("x")));
}

TEST(ExportCli, APartialFileIsExportedAndMarked) {
    std::filesystem::remove_all(scratch("part"));
    auto const made =
        interrupt_run("run " + kScenarios + "two-islands.json --quiet --set '/duration=\"300 d\"'", "long", SIGINT);
    ASSERT_TRUE(std::filesystem::exists(scratch("long.partial.h5"))) << made.out;
    auto const ran = run("export long.partial.h5 --csv part --trace part.json --table requests --force");
    EXPECT_EQ(ran.code, 0) << ran.out;
    EXPECT_NE(ran.out.find("long.partial.h5: note: these results are partial (interrupted"), std::string::npos)
        << ran.out;
    auto const rows = run_command("wc -l < part/requests.csv");
    EXPECT_GT(std::stol(rows.out), 10);
}

} // namespace
} // namespace qkdes
