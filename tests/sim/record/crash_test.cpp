// A killed run keeps what it had checkpointed; an interrupted one keeps everything and says that it is partial.
#include "sim/base/rng.hpp"
#include "sim/record/reader.hpp"
#include "tests/sim/record/fixture.hpp"

#include <csignal>
#include <thread>

namespace qkdes {
namespace {

using test::append_sample;
using Crash = test::RecordTest;

/// Appends rows and checkpoints until it is killed; writes the number of rows to `report` after each checkpoint.
[[noreturn]] void write_until_killed(fs::path const& path, int report) {
    RecorderOptions options;
    options.checkpoint_interval = std::chrono::milliseconds{1};
    options.checkpoint_budget = 1.0;
    auto recorder = Recorder::open(path, test::sample_manifest(), options);
    if (!recorder.ok()) ::_exit(4);
    Table& table = recorder->add(test::every_kind(500));
    for (std::uint64_t i = 0;; ++i) {
        append_sample(table, i);
        recorder->tick(); // these checkpoints are not reported, but must not harm the others
        if (i % 777 != 0) continue;
        if (recorder->checkpoint()) ::_exit(4);
        std::uint64_t const rows = i + 1;
        if (::write(report, &rows, sizeof(rows)) != sizeof(rows)) ::_exit(4);
    }
}

/// Rows in the next report, 0 when the writer is gone.
std::uint64_t next_report(int pipe) {
    std::uint64_t rows = 0;
    return ::read(pipe, &rows, sizeof(rows)) == sizeof(rows) ? rows : 0;
}

void expect_sample(fs::path const& path, std::uint64_t at_least) {
    auto reader = ResultsReader::open(path);
    ASSERT_TRUE(reader.ok()) << to_string(reader.error());
    EXPECT_FALSE(reader->complete());
    if (at_least == 0) return; // killed before the table was in a checkpoint
    auto const at = reader->numbers("/every/at");
    ASSERT_TRUE(at.ok()) << to_string(at.error());
    EXPECT_GE(at->size(), at_least);
    auto const names = reader->texts("/every/name"), codes = reader->texts("/every/code");
    ASSERT_TRUE(names.ok() && codes.ok());
    ASSERT_EQ(names->size(), at->size());
    ASSERT_EQ(codes->size(), at->size());
    for (std::uint64_t i = 0; i < at->size(); ++i) {
        ASSERT_EQ((*at)[i], static_cast<double>(i) * 1'000'003);
        ASSERT_EQ((*names)[i], std::string(i % 40, 'x'));
        ASSERT_EQ((*codes)[i], fmt::format("c{}", i % 1000));
    }
}

// Fails when a partial file is written in place, or a checkpoint returns before its rows are in it. Mutations: the
// snapshot copied to the partial name itself instead of renamed; write_rows left out of make_snapshot.
TEST_F(Crash, KilledAtTwentyRandomMoments) {
    RngStream moments{20, "test/record/kill"};
    std::vector<std::uint64_t> reported;
    for (int run = 0; run < 20; ++run) {
        fs::path const path = folder / fmt::format("run{}.h5", run);
        int pipe[2];
        ASSERT_EQ(::pipe(pipe), 0);
        pid_t const child = ::fork();
        if (child == 0) write_until_killed(path, pipe[1]);
        ::close(pipe[1]);
        // A fifth of the runs are killed at any moment at all, the others during or after a later checkpoint, however
        // fast this machine is.
        auto const start = std::chrono::steady_clock::now();
        std::uint64_t rows = 0;
        for (int k = 0; k < 2 * (run % 5); ++k)
            rows = next_report(pipe[0]);
        auto const lived =
            std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start);
        std::this_thread::sleep_for(std::chrono::microseconds{
            moments.below(run % 5 == 0 ? 30'000 : static_cast<std::uint64_t>(lived.count()) + 1)});
        ::kill(child, SIGKILL);
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status)) << "the writer gave up by itself with " << WEXITSTATUS(status);
        while (std::uint64_t const more = next_report(pipe[0]))
            rows = more;
        ::close(pipe[0]);
        reported.push_back(rows);
        EXPECT_FALSE(fs::exists(path)) << "nothing may stand under the final name";
        fs::path const partial = folder / fmt::format("run{}.partial.h5", run);
        if (rows != 0 || fs::exists(partial)) expect_sample(partial, rows);
    }
    EXPECT_GT(std::count_if(reported.begin(), reported.end(), [](auto rows) { return rows > 777; }), 12)
        << "too few runs lived long enough to say anything";
    std::string const python = test::python_with_h5py();
    if (python.empty()) GTEST_SKIP() << "no python3 with h5py here: whether it opens partial files is NOT tested";
    std::ofstream check{folder / "check.py"};
    check << "import h5py, os, sys\n";
    for (std::size_t run = 0; run < reported.size(); ++run) {
        auto const file = (folder / fmt::format("run{}.partial.h5", run)).string();
        if (reported[run] == 0) continue;
        check << fmt::format("f = h5py.File('{}', 'r')\n"
                             "assert all(len(c) >= {} and len(c[:]) == len(c) for c in f['every'].values())\n",
                             file, reported[run]);
    }
    check.close();
    EXPECT_EQ(std::system(fmt::format("{} {}/check.py", python, folder.string()).c_str()), 0);
}

// Fails when a run takes a dead run's hidden files for a live one's, or leaves them lying about.
TEST_F(Crash, TheNextRunClearsWhatAKilledOneLeft) {
    std::ofstream{folder / ".out.h5.work"} << "half a file";
    std::ofstream{folder / ".out.h5.snap"} << "half a copy";
    std::ofstream{folder / "out.partial.h5"} << "an older partial file";
    auto recorder = Recorder::open(folder / "out.h5", test::sample_manifest());
    ASSERT_TRUE(recorder.ok()) << to_string(recorder.error());
    EXPECT_TRUE(ResultsReader::open(folder / "out.partial.h5").ok());
    ASSERT_TRUE(recorder->finish(Outcome::finished()).ok());
    EXPECT_EQ(test::listing(folder), "out.h5");
}

TEST_F(Crash, InterruptedRunIsPartialAndWhole) {
    std::ofstream{folder / "out.h5"} << "results of an older run";
    auto recorder = Recorder::open(folder / "out.h5", test::sample_manifest());
    ASSERT_TRUE(recorder.ok());
    Table& table = recorder->add(test::every_kind());
    for (std::uint64_t i = 0; i < 1234; ++i)
        append_sample(table, i);
    auto const file = recorder->finish(Outcome::partial("interrupted at 12 min"), {{"requests", "1", "all", 5}});
    ASSERT_TRUE(file.ok());
    EXPECT_EQ(*file, folder / "out.partial.h5");
    EXPECT_EQ(test::listing(folder), "out.h5 out.partial.h5");
    EXPECT_EQ(test::read_bytes(folder / "out.h5"), "results of an older run");
    expect_sample(*file, 1234);
    EXPECT_EQ(ResultsReader::open(*file)->reason(), "interrupted at 12 min");
}

// Fails when a recorder that nobody finished loses rows or calls itself complete.
TEST_F(Crash, ForgottenRecorderLeavesAPartialFile) {
    {
        auto recorder = Recorder::open(folder / "out.h5", test::sample_manifest());
        ASSERT_TRUE(recorder.ok());
        Table& table = recorder->add(test::every_kind());
        for (std::uint64_t i = 0; i < 100; ++i)
            append_sample(table, i);
    }
    EXPECT_EQ(test::listing(folder), "out.partial.h5");
    expect_sample(folder / "out.partial.h5", 100);
}

} // namespace
} // namespace qkdes
