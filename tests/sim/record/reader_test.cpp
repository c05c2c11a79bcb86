// A file that is not a results file, or not one for this qkdes, is named as what it is.
#include "sim/record/reader.hpp"
#include "tests/sim/record/fixture.hpp"

namespace qkdes {
namespace {

class Reader : public test::RecordTest {
  protected:
    fs::path good() {
        fs::path const path = folder / "good.h5";
        auto recorder = Recorder::open(path, test::sample_manifest());
        Table& table = recorder->add(test::every_kind());
        for (std::uint64_t i = 0; i < 5000; ++i)
            test::append_sample(table, i);
        EXPECT_TRUE(recorder->finish(Outcome::finished()).ok());
        return path;
    }
    fs::path file_of(std::string const& bytes) {
        std::ofstream{folder / "bad.h5", std::ios::binary} << bytes;
        return folder / "bad.h5";
    }
    static std::string refusal(fs::path const& path) {
        auto const reader = ResultsReader::open(path);
        EXPECT_FALSE(reader.ok());
        return reader.ok() ? "" : to_string(reader.error());
    }
};

TEST_F(Reader, NotAnHdf5File) {
    EXPECT_NE(refusal(folder / "missing.h5").find("No such file or directory"), std::string::npos);
    EXPECT_NE(refusal(folder).find("it is not a file"), std::string::npos);
    EXPECT_EQ(refusal(file_of("{ \"seed\": 7 }")), (folder / "bad.h5").string() +
                                                       ": error: the results cannot be read\n"
                                                       "  because it is not an HDF5 file\n"
                                                       "  try: give a results file that `qkdes run` has written");
    EXPECT_NE(refusal(file_of("")).find("it is not an HDF5 file"), std::string::npos);
}

TEST_F(Reader, CutShort) {
    std::string const bytes = test::read_bytes(good());
    EXPECT_NE(refusal(file_of(bytes.substr(0, bytes.size() / 2))).find("the file is cut short"), std::string::npos);
    EXPECT_NE(refusal(file_of(bytes.substr(0, bytes.size() - 1))).find("the file is cut short"), std::string::npos);
    for (std::size_t n = 8; n < 100; n += 7)
        EXPECT_NE(refusal(file_of(bytes.substr(0, n))), "") << n;
}

TEST_F(Reader, OfANewerHdf5) {
    std::string bytes = test::read_bytes(good());
    bytes[8] = 9; // the version of the superblock
    EXPECT_NE(refusal(file_of(bytes)).find("another version of the HDF5 library"), std::string::npos);
}

TEST_F(Reader, OfSomebodyElse) {
    auto other = Hdf5File::create(folder / "other.h5", "other.h5");
    ASSERT_TRUE(other.ok());
    ASSERT_FALSE(other->create_group("/data"));
    ASSERT_FALSE(other->close());
    EXPECT_NE(refusal(folder / "other.h5").find("has no manifest of qkdes"), std::string::npos);
}

TEST_F(Reader, OfAnotherFormatVersion) {
    for (std::uint64_t version : {0, 2}) {
        auto other = Hdf5File::create(folder / "other.h5", "other.h5");
        ASSERT_TRUE(other.ok());
        ASSERT_FALSE(other->create_group("/manifest"));
        ASSERT_FALSE(other->set_attribute("/manifest", "format", kResultsFormat));
        ASSERT_FALSE(other->set_attribute("/manifest", "format_version", version));
        ASSERT_FALSE(other->close());
        std::string const text = refusal(folder / "other.h5");
        EXPECT_NE(text.find(fmt::format("format version {} and this qkdes reads version 1", version)),
                  std::string::npos);
        EXPECT_NE(text.find(version == 2 ? "try: use a newer qkdes" : "try: repeat the run"), std::string::npos);
    }
}

TEST_F(Reader, WorkingFile) {
    auto recorder = Recorder::open(folder / "out.h5", test::sample_manifest());
    ASSERT_TRUE(recorder.ok());
    EXPECT_NE(refusal(folder / ".out.h5.work").find("the working file of a run"), std::string::npos);
}

// Fails when damaged rows are believed, crash the reader or make HDF5 print. The columns are compressed, and what
// inflates carries a checksum. Texts of any length and attributes are not protected so (reader.hpp), and left out.
TEST_F(Reader, DamagedRowsAreNoticed) {
    auto recorder = Recorder::open(folder / "numbers.h5", test::sample_manifest());
    ASSERT_TRUE(recorder.ok());
    Table& table = recorder->add({"/t", "Numbers.", {Column::u64("a", "1", "a"), Column::f64("b", "1", "b")}});
    for (std::uint64_t i = 0; i < 200'000; ++i)
        table.append(i * i * i, static_cast<double>(i) / 7);
    ASSERT_TRUE(recorder->finish(Outcome::finished()).ok());
    std::string const bytes = test::read_bytes(folder / "numbers.h5");
    int noticed = 0, tried = 0;
    for (std::size_t at = bytes.size() / 10; at < bytes.size() * 9 / 10; at += bytes.size() / 40, ++tried) {
        std::string text;
        int const status = test::in_child(
            [&] {
                std::string damaged = bytes;
                for (std::size_t i = at; i < at + 64; ++i)
                    damaged[i] = '\x5a';
                auto reader = ResultsReader::open(file_of(damaged));
                if (!reader.ok()) return 1;
                return reader->numbers("/t/a").ok() && reader->numbers("/t/b").ok() ? 0 : 1;
            },
            &text);
        EXPECT_NE(status, -1) << "crashed with damage at " << at;
        EXPECT_EQ(text, "");
        noticed += status == 1 ? 1 : 0;
    }
    EXPECT_EQ(noticed, tried);
}

} // namespace
} // namespace qkdes
