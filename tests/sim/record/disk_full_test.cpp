// A disk that fills up at any point of a run: one message, no file under the final name, nothing left behind, and the
// library silent. Tried with a limit on file sizes, which needs no rights, and with a small disk where one can be made.
#include "sim/record/reader.hpp"
#include "tests/sim/record/fixture.hpp"

#include <csignal>

#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>

namespace qkdes {
namespace {

using DiskFull = test::RecordTest;

constexpr std::uint64_t kRows = 20'000;

/// A whole run with checkpoints; the error is printed to stderr. 0 when it went well, 4 as the command line would.
int run(fs::path const& path) {
    auto recorder = Recorder::open(path, test::sample_manifest());
    if (!recorder.ok()) return fmt::print(stderr, "{}\n", to_string(recorder.error())), 4;
    Table& table = recorder->add(test::every_kind(2000));
    for (std::uint64_t i = 0; i < kRows && !recorder->error(); ++i) {
        test::append_sample(table, i);
        if (i % 5000 == 4999) (void)recorder->checkpoint();
    }
    auto const file = recorder->finish(Outcome::finished());
    if (!file.ok()) return fmt::print(stderr, "{}\n", to_string(file.error())), 4;
    return 0;
}

/// What must hold in `folder` after run() there said `status` and printed `text`.
void expect_clean_end(fs::path const& folder, int status, std::string const& text, std::string const& reason) {
    std::string const left = test::listing(folder);
    if (status == 0) {
        EXPECT_EQ(left, "out.h5");
        EXPECT_EQ(text, "");
        EXPECT_TRUE(ResultsReader::open(folder / "out.h5").ok());
        return;
    }
    EXPECT_EQ(status, 4);
    EXPECT_TRUE(left.empty() || left == "out.partial.h5") << left;
    EXPECT_NE(text.find("error: the results cannot be written\n  because " + reason), std::string::npos) << text;
    EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 3) << "one message, and the library silent: " << text;
    if (left.empty()) return;
    auto reader = ResultsReader::open(folder / "out.partial.h5");
    ASSERT_TRUE(reader.ok()) << to_string(reader.error());
    EXPECT_FALSE(reader->complete());
}

// Fails when a failed write goes unnoticed, crashes in HDF5's close, or leaves a file. The limits walk through the
// whole life of the file, so that opening, chunks, metadata, checkpoints and the close each meet the end of the disk
// once. Mutation: Hdf5File::close ignoring the flush's result; discard_work left out of Recorder::finish.
TEST_F(DiskFull, LimitOnFileSizes) {
    fs::path const whole = folder / "whole";
    fs::create_directory(whole);
    ASSERT_EQ(test::in_child([&] { return run(whole / "out.h5"); }), 0);
    auto const size = fs::file_size(whole / "out.h5");
    int failed = 0, passed = 0;
    for (std::uintmax_t limit = 0; limit < size + size / 10; limit += size / 50 + 1) {
        fs::path const place = folder / fmt::format("limit{}", limit);
        fs::create_directory(place);
        std::string text;
        int const status = test::in_child(
            [&] {
                ::signal(SIGXFSZ, SIG_IGN);
                rlimit const bound{limit, limit};
                ::setrlimit(RLIMIT_FSIZE, &bound);
                return run(place / "out.h5");
            },
            &text);
        SCOPED_TRACE(limit);
        expect_clean_end(place, status, text, "File too large");
        (status == 0 ? passed : failed) += 1;
    }
    EXPECT_GT(failed, 40);
    EXPECT_GT(passed, 0);
}

// The same on a disk that is really full. Every size from a few blocks up to enough for the results and a snapshot.
TEST_F(DiskFull, SmallDisk) {
    constexpr int kNoDisk = 77;
    fs::path const whole = folder / "whole", disk = folder / "disk", copy = folder / "copy";
    for (auto const& place : {whole, disk, copy})
        fs::create_directory(place);
    ASSERT_EQ(test::in_child([&] { return run(whole / "out.h5"); }), 0);
    auto const size = fs::file_size(whole / "out.h5");
    int failed = 0, passed = 0;
    for (std::uintmax_t room = 8192; passed == 0; room += size / 20) {
        ASSERT_LT(room, 4 * size);
        std::string text;
        fs::remove_all(copy);
        int const status = test::in_child(
            [&] {
                // Mounted in a name space of the child's own, so that the disk goes when the child does.
                if (::geteuid() != 0 && ::unshare(CLONE_NEWUSER) != 0) return kNoDisk;
                if (::unshare(CLONE_NEWNS) != 0) return kNoDisk;
                if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return kNoDisk;
                if (::mount("none", disk.c_str(), "tmpfs", 0, fmt::format("size={}", room).c_str()) != 0)
                    return kNoDisk;
                int const result = run(disk / "out.h5");
                fs::copy(disk, copy, fs::copy_options::recursive);
                return result;
            },
            &text);
        if (status == kNoDisk) GTEST_SKIP() << "no small disk can be mounted here; the limit on file sizes stands in";
        SCOPED_TRACE(room);
        expect_clean_end(copy, status, text, "No space left on device");
        (status == 0 ? passed : failed) += 1;
    }
    EXPECT_GT(failed, 10);
}

} // namespace
} // namespace qkdes
