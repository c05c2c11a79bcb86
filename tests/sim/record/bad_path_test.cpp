// Places where no results file can be made are refused at once, in the user's words, and left as they were.
#include "sim/record/recorder.hpp"
#include "tests/sim/record/fixture.hpp"

#include <sys/stat.h>

namespace qkdes {
namespace {

using BadPath = test::RecordTest;

std::string refusal(fs::path const& path) {
    auto recorder = Recorder::open(path, test::sample_manifest());
    EXPECT_FALSE(recorder.ok()) << path;
    return recorder.ok() ? "" : to_string(recorder.error());
}

TEST_F(BadPath, NoSuchFolder) {
    fs::path const path = folder / "missing" / "out.h5";
    EXPECT_EQ(refusal(path), fmt::format("{}: error: the results cannot be written\n"
                                         "  because there is no folder {}\n"
                                         "  try: create the folder first, or choose another one with -o",
                                         path.string(), path.parent_path().string()));
}

TEST_F(BadPath, NotAFile) {
    fs::create_directory(folder / "out.h5");
    std::ofstream{folder / "text"} << "a file";
    EXPECT_NE(refusal(folder / "out.h5").find("because there is a folder of this name"), std::string::npos);
    EXPECT_NE(refusal(folder / "text" / "out.h5").find("text is not a folder"), std::string::npos);
    EXPECT_NE(refusal(folder / "").find("because this is the name of a folder"), std::string::npos);
    EXPECT_NE(refusal("").find("error: the results cannot be written"), std::string::npos);
    fs::create_directory(folder / "b.partial.h5");
    EXPECT_NE(refusal(folder / "b.h5").find("a partial file goes there"), std::string::npos);
    EXPECT_NE(refusal(folder / std::string(300, 'n')).find("File name too long"), std::string::npos);
    EXPECT_EQ(test::listing(folder), "b.partial.h5 out.h5 text");
}

// Fails when a results file replaces a device: root may do that, and /dev/null would be gone.
TEST_F(BadPath, DevicesStayDevices) {
    for (char const* device : {"/dev/null", "/dev/full"}) {
        EXPECT_NE(refusal(device).find("cannot take the place of a device"), std::string::npos) << device;
        EXPECT_TRUE(fs::is_character_file(device));
    }
}

TEST_F(BadPath, NoPermission) {
    ::chmod(folder.c_str(), 0555);
    std::string text;
    int const status = test::in_child(
        [&] {
            if (::geteuid() == 0 && ::seteuid(65534) != 0) return 99;
            auto recorder = Recorder::open(folder / "out.h5", test::sample_manifest());
            if (recorder.ok()) return 0;
            fmt::print(stderr, "{}\n", to_string(recorder.error()));
            return 4;
        },
        &text);
    EXPECT_EQ(status, 4);
    EXPECT_NE(text.find("because Permission denied\n  try: choose a folder that you may write to"), std::string::npos)
        << text;
    ::chmod(folder.c_str(), 0755);
}

// Fails when two runs may share a working file: both would end with a mixture. The second is told, the first goes on.
// Mutation: lock_for_writing not called.
TEST_F(BadPath, TwoRunsToOneFile) {
    auto first = Recorder::open(folder / "out.h5", test::sample_manifest(1));
    ASSERT_TRUE(first.ok());
    EXPECT_NE(refusal(folder / "out.h5").find("because another run is writing them right now"), std::string::npos);
    EXPECT_TRUE(Recorder::open(folder / "other.h5", test::sample_manifest()).ok());
    int const status =
        test::in_child([&] { return Recorder::open(folder / "out.h5", test::sample_manifest()).ok() ? 0 : 4; });
    EXPECT_EQ(status, 4) << "another process must be refused as well";
    ASSERT_TRUE(first->finish(Outcome::finished()).ok());
    EXPECT_TRUE(Recorder::open(folder / "out.h5", test::sample_manifest()).ok()) << "the name is free again";
}

TEST_F(BadPath, SymbolicLinkIsFollowed) {
    fs::create_directory(folder / "real");
    fs::create_symlink(folder / "real" / "data.h5", folder / "out.h5");
    auto recorder = Recorder::open(folder / "out.h5", test::sample_manifest());
    ASSERT_TRUE(recorder.ok()) << to_string(recorder.error());
    ASSERT_TRUE(recorder->finish(Outcome::finished()).ok());
    EXPECT_TRUE(fs::is_symlink(folder / "out.h5"));
    EXPECT_TRUE(fs::is_regular_file(folder / "real" / "data.h5"));
}

} // namespace
} // namespace qkdes
