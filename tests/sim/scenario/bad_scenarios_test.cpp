// Every rule has a scenario that breaks it, tests/scenario/bad/RULE.json, beside the exact text that its author gets to
// read. Fails when a message, a place or a repair changes, when a rule is no longer held, or when a file lacks its
// text. To write the texts anew after reading the difference: QKDES_UPDATE_GOLDEN=1 test_sim_scenario.
#include "tests/sim/scenario/files.hpp"

#include "sim/scenario/load.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace qkdes {
namespace {

std::vector<std::filesystem::path> bad_files() {
    std::vector<std::filesystem::path> files;
    for (auto const& entry : std::filesystem::directory_iterator{test::source_dir() / "tests/scenario/bad"})
        if (entry.path().extension() == ".json") files.push_back(entry.path());
    std::ranges::sort(files);
    return files;
}

bool only_warnings(LoadResult const& result) {
    return std::ranges::all_of(result.diagnostics, [](auto const& d) { return d.severity == Severity::warning; });
}

TEST(BadScenarios, EachSaysExactlyWhatIsWrong) {
    auto const files = bad_files();
    ASSERT_GE(files.size(), 60u);
    for (auto const& file : files) {
        auto golden = file;
        golden.replace_extension(".txt");
        auto const result = load_scenario_text(test::read_file(file), file.filename().string());
        auto const told = format_diagnostics(result.diagnostics);
        EXPECT_FALSE(told.empty()) << file << " breaks no rule";
        EXPECT_EQ(result.ok(), only_warnings(result)) << file;
        EXPECT_EQ(result.failure, result.ok() ? LoadFailure::none : LoadFailure::scenario) << file;
        if (test::updating()) test::write_file(golden, told);
        EXPECT_EQ(told, test::read_file(golden)) << file;
    }
}

// A repair that is a whole `"key": value` must itself satisfy the parser, or the advice is bad: the value that was
// complained about is replaced by it, and the complaint at that place must be gone.
TEST(BadScenarios, RepairsRepair) {
    int tried = 0;
    for (auto const& file : bad_files()) {
        auto const text = test::read_file(file);
        auto const result = load_scenario_text(text, "bad");
        for (auto const& d : result.diagnostics) {
            auto const slash = d.pointer.rfind('/');
            if (slash == std::string::npos || d.repair.empty()) continue;
            auto const key = "\"" + d.pointer.substr(slash + 1) + "\": ";
            if (!d.repair.starts_with(key)) continue;
            std::string const fix = d.pointer + "=" + d.repair.substr(key.size());
            auto const repaired = load_scenario_text(text, "bad", std::vector{fix});
            ++tried;
            for (auto const& left : repaired.diagnostics)
                EXPECT_FALSE(left.pointer == d.pointer && left.what == d.what)
                    << file << ": " << d.repair << " leaves\n"
                    << format_diagnostic(left);
        }
    }
    EXPECT_GE(tried, 25);
}

TEST(BadScenarios, UnreadableFilesAreNotTheScenariosFault) {
    auto const missing = load_scenario("/nowhere/at/all.json");
    EXPECT_EQ(missing.failure, LoadFailure::unreadable);
    ASSERT_EQ(missing.diagnostics.size(), 1u);
    EXPECT_EQ(format_diagnostic(missing.diagnostics[0]), "/nowhere/at/all.json: error: cannot read this file\n"
                                                         "  because No such file or directory\n");
    auto const directory = load_scenario("/");
    EXPECT_EQ(directory.failure, LoadFailure::unreadable);
    EXPECT_EQ(format_diagnostic(directory.diagnostics.at(0)),
              "/: error: cannot read this file\n  because it is a directory\n");
}

TEST(BadScenarios, HugeFilesAreRefused) {
    auto const result = load_scenario_text(std::string(kMaxScenarioBytes + 1, ' '), "huge");
    EXPECT_EQ(result.failure, LoadFailure::scenario);
    EXPECT_EQ(result.diagnostics.at(0).what, "the file is too large");
}

TEST(BadScenarios, TheListOfProblemsEnds) {
    std::string text = R"({ "name": "many", "duration": "1 h", "links": [], "nodes": [)";
    for (int i = 0; i < 3000; ++i)
        text += i == 0 ? "0" : ",0";
    auto const result = load_scenario_text(text + "] }", "many");
    ASSERT_EQ(result.diagnostics.size(), kMaxDiagnostics + 1);
    EXPECT_EQ(result.diagnostics.back().what, "2000 more problems are not shown");
}

} // namespace
} // namespace qkdes
