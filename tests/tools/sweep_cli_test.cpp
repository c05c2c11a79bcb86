// qkdes sweep as a user meets it: killed and resumed at any moment it makes the file of an undisturbed run, and each
// way to ask for nonsense gets one message. Fails when a resumed sweep runs again what was finished, when its file
// differs, or when a journal outlives its study.
#include "sim/record/hdf5_file.hpp"
#include "tests/tools/sweep_study.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace qkdes::test {
namespace {

TEST(SweepCli, MakesOneFileOfAllRuns) {
    study("plain.json");
    auto const ran = run("sweep plain.json -o plain.h5 --jobs 2");
    EXPECT_EQ(ran.code, 1) << "some runs failed" << ran.out;
    EXPECT_NE(ran.out.find("warning: 2 of 8 points do not load"), std::string::npos) << ran.out;
    EXPECT_NE(ran.out.find("point 4: 3 of 3 runs failed: /links/0/length: \"-1 km\" is negative"), std::string::npos)
        << ran.out;
    EXPECT_FALSE(std::filesystem::exists(scratch("plain.h5.journal")));
    auto file = Hdf5File::open(scratch("plain.h5"), "plain.h5", Hdf5File::Access::read);
    ASSERT_TRUE(file.ok());
    EXPECT_EQ(file->info("/points/length")->rows, 8u);
    EXPECT_EQ(file->info("/points/length")->column.unit, "km");
    EXPECT_EQ(file->info("/metrics/link vigo-santiago skr_low")->column.unit, "bit/s");
    EXPECT_EQ(file->info("/runs/served")->rows, 24u);
    auto const json = run("sweep plain.json -o plain2.h5 --jobs 1 --quiet --format json");
    EXPECT_EQ(json.code, 1);
    auto const told = nlohmann::json::parse(json.out);
    EXPECT_EQ(told["failed_runs"], 6);
    EXPECT_EQ(told["points"].size(), 8u);
    EXPECT_EQ(told["points"][6]["values"]["length"], "75 km");
    EXPECT_EQ(told["points"][0]["figures"]["served"]["runs"], 3);
    EXPECT_EQ(told["points"][4]["figures"]["served"]["mean"], nullptr);
    expect_equal(scratch("plain.h5"), scratch("plain2.h5"));
}

TEST(SweepCli, KilledAndResumedMakesTheSameFile) {
    study("killed.json");
    ASSERT_EQ(run("sweep killed.json -o whole.h5 --quiet").code, 1);
    auto const out = scratch("killed.h5");
    std::string const arguments =
        "sweep " + scratch("killed.json").string() + " -o " + out.string() + " --resume --quiet --jobs 2";
    int kills = 0;
    std::uintmax_t bytes = 0;
    for (int i = 0; i < 3; ++i) {
        kills += disturbed(arguments, out, bytes, SIGKILL) == 128 + SIGKILL;
        EXPECT_GE(size_of(out.string() + ".journal"), std::min<std::uintmax_t>(bytes, 1))
            << "nothing that was kept is lost";
        bytes = size_of(out.string() + ".journal") + 1000; // some three runs more
    }
    EXPECT_GE(kills, 2);
    { // and a record cut in the middle
        auto const journal = out.string() + ".journal";
        if (size_of(journal) > 400) std::filesystem::resize_file(journal, size_of(journal) - 77);
    }
    auto const last = run("sweep killed.json -o killed.h5 --resume --jobs 1");
    EXPECT_EQ(last.code, 1) << last.out;
    EXPECT_NE(last.out.find(" finished runs\n"), std::string::npos) << last.out;
    expect_equal(scratch("whole.h5"), out);
    EXPECT_FALSE(std::filesystem::exists(out.string() + ".journal"));
    auto const again = run("sweep killed.json -o killed.h5 --resume --quiet");
    EXPECT_EQ(again.code, 0);
    EXPECT_EQ(again.out, "");
    EXPECT_NE(run("sweep killed.json -o killed.h5 --resume").out.find("killed.h5: complete already\n"),
              std::string::npos);
}

// Killed twice in the first run, which is long: then it comes after the others. Fails when what was begun is not
// written down before it is run.
TEST(SweepCli, ARunThatWasUnderWayAtTwoEndsComesLast) {
    study("twice.json", R"({ "axes": [{ "name": "duration", "at": "/duration", "values": ["2 d", "2 h"] }] })");
    auto const out = scratch("twice.h5");
    std::string const arguments =
        "sweep " + scratch("twice.json").string() + " -o " + out.string() + " --resume --jobs 1";
    constexpr std::uintmax_t head = 100; // version and digests; the task that was begun makes it longer
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(disturbed(arguments, out, head + 40 * static_cast<std::uintmax_t>(i), SIGKILL), 128 + SIGKILL);
    auto const last = run("sweep twice.json -o twice.h5 --resume --jobs 1");
    EXPECT_EQ(last.code, 0) << last.out;
    EXPECT_NE(
        last.out.find("twice.h5: what was under way at two ends of this study comes last, one at a time; runs: 1\n"
                      "  the first is replication 0 with /duration=\"2 d\"\n"),
        std::string::npos)
        << last.out;
    ASSERT_EQ(run("sweep twice.json -o once.h5 --quiet").code, 0);
    expect_equal(scratch("once.h5"), out);
}

TEST(SweepCli, AnInterruptionIsNoLoss) {
    study("stopped.json");
    auto const out = scratch("stopped.h5");
    std::string const arguments =
        "sweep " + scratch("stopped.json").string() + " -o " + out.string() + " --quiet --jobs 1";
    EXPECT_EQ(disturbed(arguments, out, 600, SIGTERM), 130);
    EXPECT_FALSE(std::filesystem::exists(out));
    auto const refused = run("sweep stopped.json -o stopped.h5 --quiet");
    EXPECT_EQ(refused.code, 4);
    EXPECT_NE(refused.out.find("there is a study that was not finished"), std::string::npos) << refused.out;
    EXPECT_NE(refused.out.find("try: --resume"), std::string::npos);
    auto const other = run("sweep stopped.json -o stopped.h5 --quiet --resume --set '/links/2/length=19 km'");
    EXPECT_EQ(other.code, 4);
    EXPECT_NE(other.out.find("the journal is of another scenario"), std::string::npos) << other.out;
    auto const more = run("sweep stopped.json -o stopped.h5 --quiet --resume --replications 4");
    EXPECT_NE(more.out.find("the journal is of another study"), std::string::npos) << more.out;
    EXPECT_EQ(run("sweep stopped.json -o stopped.h5 --quiet --resume").code, 1);
    auto const replaced = run("sweep stopped.json -o stopped.h5 --quiet --resume --replications 1");
    EXPECT_EQ(replaced.code, 4) << "a finished file of another study is not taken for this one's";
}

TEST(SweepCli, NonsenseGetsOneMessage) {
    std::string axes;
    for (int a = 0; a < 3; ++a)
        axes += std::string{a == 0 ? "" : ", "} + R"({ "name": "a)" + std::to_string(a) +
                R"(", "at": "/links/0/length", "from": "1 km", "to": "2 km", "steps": 1000 })";
    study("huge.json", R"({ "axes": [)" + axes + "] }");
    auto const huge = run("sweep huge.json -o huge.h5 --jobs 2");
    EXPECT_EQ(huge.code, 2);
    EXPECT_TRUE(huge.out.starts_with("huge.json: error: 1000000000 points, 3 runs each, about ")) << huge.out;
    study("large.json", R"({ "axes": [{ "at": "/links/0/length", "from": "1 km", "to": "2 km", "steps": 50000 }] })");
    auto const large = run("sweep large.json -o large.h5");
    EXPECT_EQ(large.code, 2);
    EXPECT_NE(large.out.find("or --yes"), std::string::npos) << large.out;
    study("bad.json", R"({ "axes": [{ "at": "/links/0/length", "values": ["-1 km", "1"] }] })");
    auto const bad = run("sweep bad.json -o bad.h5");
    EXPECT_EQ(bad.code, 2);
    EXPECT_NE(bad.out.find("error: 2 of 2 points do not load\n  point 0: /links/0/length: "), std::string::npos)
        << bad.out;
    EXPECT_FALSE(std::filesystem::exists(scratch("bad.h5.journal")));
    std::ofstream{scratch("none.json")} << R"({ "scenario": ")" << kScenarios << R"(two-islands.json" })";
    EXPECT_NE(run("sweep none.json").out.find("nothing to sweep"), std::string::npos);
    EXPECT_EQ(run("sweep none.json").code, 2);
    auto const checked = run("check huge.json");
    EXPECT_EQ(checked.code, 0);
    EXPECT_NE(checked.out.find("two-islands.json, 1000000000 points, 3 replications each: fine"), std::string::npos)
        << checked.out;
    EXPECT_EQ(run("check huge.json --set /links/0/length=1").code, 2);
    EXPECT_EQ(run("sweep nowhere.json").code, 4);
    EXPECT_EQ(run("sweep plain.json -o x.h5 --replications 0").code, 2);
    study("fine.json");
    auto const folder = run("sweep fine.json -o nowhere/x.h5 --quiet");
    EXPECT_EQ(folder.code, 4);
    EXPECT_NE(folder.out.find("nowhere/x.h5.journal: error: "), std::string::npos) << folder.out;
}

} // namespace
} // namespace qkdes::test
