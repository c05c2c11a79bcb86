// qkdes report, as a user meets it. What the page looks like is for tests/browser; here is what goes in and comes out.
#include "tests/support/run_world.hpp"
#include "tests/tools/interrupt_run.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace qkdes {
namespace {

using test::kScenarios;
using test::run;
using test::scratch;

std::string read(std::string const& name) {
    std::ifstream in{scratch(name), std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}
nlohmann::json document(std::string const& name) { return nlohmann::json::parse(read(name), nullptr, false); }

/// A short run, made once.
void make(std::string const& name, std::string const& more = "") {
    if (std::filesystem::exists(scratch(name))) return;
    auto const ran =
        run("run " + kScenarios + "one-link.json --set /duration='\"1 min\"' --set /kem=modelled --quiet -o " + name +
            " " + more);
    ASSERT_EQ(ran.code, 0) << ran.out;
}
bool has_page() { return run("report /dev/null -o none.html").out.find("has no page") == std::string::npos; }

TEST(ReportCli, ThePageStandsBesideTheResults) {
    make("link.h5");
    auto const ran = run("report link.h5");
    if (!has_page()) {
        EXPECT_EQ(ran.code, 4);
        EXPECT_NE(ran.out.find("report: error: this qkdes has no page\n  because "), std::string::npos) << ran.out;
        EXPECT_NE(ran.out.find("try:"), std::string::npos);
        return;
    }
    ASSERT_EQ(ran.code, 0) << ran.out;
    EXPECT_EQ(ran.out.find("report   link.html ("), 0u) << ran.out;
    std::string const page = read("link.html");
    EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
    std::size_t const from = page.find("id=\"data\">") + 10;
    auto const data = nlohmann::json::parse(page.substr(from, page.find("</script>", from) - from), nullptr, false);
    ASSERT_TRUE(data.is_object());
    EXPECT_EQ(data["runs"][0]["kind"], "run");
    for (char const* mark : {"/*data*/", "/*style*/", "<!--title-->", "src=\"http", "href=\"http"})
        EXPECT_EQ(page.substr(0, from).find(mark), std::string::npos) << mark;
    EXPECT_EQ(run("report link.h5 --quiet -o again.html").out, "");
    EXPECT_EQ(read("again.html"), page) << "the same results, the same page";
}

TEST(ReportCli, WhatThePageShowsAsJson) {
    make("link.h5");
    ASSERT_EQ(run("report link.h5 --format json -o link.json").code, 0);
    auto const data = document("link.json");
    ASSERT_TRUE(data.is_object());
    EXPECT_EQ(data["format"], 1);
    EXPECT_EQ(data["kind"], "run");
    EXPECT_TRUE(data["runs"][0]["complete"].get<bool>());
}

TEST(ReportCli, EveryKindOfResults) {
    make("reps.h5", "--replications 3");
    ASSERT_EQ(run("report reps.h5 --format json -o reps.json").code, 0);
    EXPECT_EQ(document("reps.json")["kind"], "replications");
    std::ofstream(scratch("study.json")) << R"({ "name": "s", "scenario": ")" + kScenarios + R"(one-link.json",
        "replications": 2, "set": { "/duration": "1 min", "/kem": "modelled" },
        "sweep": { "axes": [{ "name": "length", "at": "/links/0/length", "values": ["10 km", "20 km"] }] } })";
    auto const swept = run("sweep study.json --quiet -o sweep.h5");
    if (swept.code == 0) {
        ASSERT_EQ(run("report sweep.h5 --format json -o sweep.json").code, 0);
        EXPECT_EQ(document("sweep.json")["kind"], "sweep");
        EXPECT_EQ(document("sweep.json")["runs"][0]["tables"]["/points"]["total"], 2);
    } else {
        ADD_FAILURE() << swept.out;
    }
}

TEST(ReportCli, TwoFilesAreComparedAsCompareDoes) {
    make("reps.h5", "--replications 3");
    make("slow.h5", "--replications 3 --set /kms/processing='\"1.2 ms\"'");
    ASSERT_EQ(run("report reps.h5 slow.h5 --format json -o both.json").code, 0);
    auto const data = document("both.json");
    EXPECT_EQ(data["kind"], "comparison");
    ASSERT_EQ(data["runs"].size(), 2u);
    auto const said = nlohmann::json::parse(run("compare reps.h5 slow.h5 --format json").out, nullptr, false);
    ASSERT_TRUE(said.is_object());
    EXPECT_EQ(data["comparison"], said);
    EXPECT_TRUE(said["regression"].get<bool>()) << "a fifth slower";
}

TEST(ReportCli, BadFilesGetOneMessage) {
    make("link.h5");
    std::string const bytes = read("link.h5");
    std::ofstream(scratch("cut.h5"), std::ios::binary) << bytes.substr(0, bytes.size() / 2);
    std::ofstream(scratch("text.h5")) << "{}";
    struct Case {
        char const *arguments, *because;
    };
    for (auto const& [arguments, because] : {Case{"none.h5", "No such file"},
                                             {"cut.h5", "the file is cut short"},
                                             {"text.h5", "it is not an HDF5 file"},
                                             {"link.h5 cut.h5", "the file is cut short"},
                                             {".", "it is not a file"}}) {
        auto const ran = run(std::string{"report "} + arguments + " --format json -o bad.json");
        EXPECT_EQ(ran.code, 4) << arguments << ran.out;
        EXPECT_NE(ran.out.find("error: the results cannot be read"), std::string::npos) << ran.out;
        EXPECT_NE(ran.out.find(because), std::string::npos) << ran.out;
        EXPECT_NE(ran.out.find("try:"), std::string::npos) << ran.out;
        EXPECT_FALSE(std::filesystem::exists(scratch("bad.json")));
    }
    EXPECT_EQ(run("report").code, 2);
    EXPECT_EQ(run("report link.h5 --format pdf").code, 2);
}

TEST(ReportCli, NeverReplacesTheResults) {
    make("link.h5");
    std::string const before = read("link.h5");
    auto const ran = run("report link.h5 --format json -o link.h5");
    EXPECT_EQ(ran.code, 2) << ran.out;
    EXPECT_NE(ran.out.find("would replace the results"), std::string::npos);
    EXPECT_EQ(read("link.h5"), before);
    EXPECT_EQ(run("report link.h5 --format json -o no/such/folder.json").code, 4);
}

TEST(ReportCli, AnInterruptedRunIsShownAndMarked) {
    auto const ran =
        test::interrupt_run("run " + kScenarios + "every-family.json --set /kem=modelled --quiet", "long", SIGINT);
    ASSERT_TRUE(std::filesystem::exists(scratch("long.partial.h5"))) << ran.out;
    auto const shown = run("report long.partial.h5 --format json -o partial.json");
    ASSERT_EQ(shown.code, 0) << shown.out;
    EXPECT_EQ(shown.out.find("partial  long.partial.h5: "), 0u) << shown.out;
    auto const data = document("partial.json")["runs"][0];
    EXPECT_FALSE(data["complete"].get<bool>());
    EXPECT_NE(data["reason"], "");
    EXPECT_GT(data["end"].get<double>(), 0);
    EXPECT_LT(data["end"].get<double>(), 24 * 3600);
}

} // namespace
} // namespace qkdes
