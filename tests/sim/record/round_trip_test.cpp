// What is appended is what is read back, with its meaning; and mistakes of ours are caught at the append.
#include "sim/record/reader.hpp"
#include "tests/sim/record/fixture.hpp"

#include <cmath>

namespace qkdes {
namespace {

using test::append_sample;
using test::Ending;
using test::every_kind;
using RoundTrip = test::RecordTest;

fs::path write_sample(fs::path const& path, std::uint64_t rows, std::vector<Scalar> const& summary = {}) {
    auto recorder = Recorder::open(path, test::sample_manifest());
    EXPECT_TRUE(recorder.ok());
    Table& table = recorder->add(every_kind());
    recorder->add({"/empty", "Nothing happens here.", {Column::u8("nothing", "1", "nothing")}});
    for (std::uint64_t i = 0; i < rows; ++i)
        append_sample(table, i);
    EXPECT_EQ(table.rows(), rows);
    auto const file = recorder->finish(Outcome::finished(), summary);
    EXPECT_TRUE(file.ok()) << to_string(file.error());
    return *file;
}

// Fails when a column is written with another's buffer, a chunk boundary (1000 rows) loses or repeats a row, or a type
// loses range. Mutation: buffered_ not reset in Table::hand_over.
TEST_F(RoundTrip, EveryKindOfColumn) {
    std::uint64_t const rows = 3217;
    auto reader = ResultsReader::open(write_sample(folder / "out.h5", rows));
    ASSERT_TRUE(reader.ok()) << to_string(reader.error());
    EXPECT_TRUE(reader->complete());
    auto const number = [&](char const* column) {
        auto const values = reader->numbers(column);
        EXPECT_TRUE(values.ok()) << to_string(values.error());
        EXPECT_EQ(values->size(), rows);
        return *values;
    };
    auto const at = number("/every/at"), took = number("/every/took"), delta = number("/every/delta");
    auto const bits = number("/every/bits"), rate = number("/every/rate"), link = number("/every/link");
    auto const hops = number("/every/hops"), clean = number("/every/clean");
    auto const ending = reader->texts("/every/ending"), code = reader->texts("/every/code");
    auto const name = reader->texts("/every/name");
    for (std::uint64_t i = 0; i < rows; ++i) {
        double const n = static_cast<double>(i);
        ASSERT_EQ(at[i], n * 1'000'003);
        ASSERT_EQ(took[i], static_cast<double>(i % 977));
        ASSERT_EQ(delta[i], -n);
        ASSERT_EQ(bits[i], n * 0x1p32);
        ASSERT_EQ(rate[i], n / 7);
        ASSERT_EQ(link[i], static_cast<double>(i % 5));
        ASSERT_EQ(hops[i], static_cast<double>(i % 200));
        ASSERT_EQ(clean[i], i % 3 == 0 ? 1 : 0);
        ASSERT_EQ((*ending)[i], i % 2 == 0 ? "served" : "blocked");
        ASSERT_EQ((*code)[i], fmt::format("c{}", i % 1000));
        ASSERT_EQ((*name)[i], std::string(i % 40, 'x'));
    }
    EXPECT_EQ(reader->info("/empty/nothing")->rows, 0u);
}

// Fails when a column loses its meaning: the schema read back is the schema written.
TEST_F(RoundTrip, EveryColumnExplainsItself) {
    auto reader = ResultsReader::open(write_sample(folder / "out.h5", 10));
    ASSERT_TRUE(reader.ok());
    EXPECT_EQ(*reader->tables(), (std::vector<std::string>{"/empty", "/every", "/summary"}));
    for (auto const& column : every_kind().columns) {
        auto const info = reader->info("/every/" + column.name);
        ASSERT_TRUE(info.ok()) << to_string(info.error());
        EXPECT_EQ(info->column, column) << column.name;
    }
    EXPECT_EQ(find_attribute<std::string>(*reader->attributes("/every"), "description"), "One column of each kind.");
}

TEST_F(RoundTrip, ManifestAndSummary) {
    auto reader = ResultsReader::open(write_sample(folder / "out.h5", 1,
                                                   {{"requests", "1", "all of them", std::uint64_t{1} << 63},
                                                    {"skr", "bit/s", "mean", 0.1},
                                                    {"clean", "none", "the audit's word", true},
                                                    {"worst", "none", "the worst link", std::string{"wän"}},
                                                    {"drift", "ns", "may be negative", std::int64_t{-5}}}));
    ASSERT_TRUE(reader.ok());
    auto const& manifest = reader->manifest();
    EXPECT_EQ(find_attribute<std::uint64_t>(manifest, "seed"), 7u);
    EXPECT_EQ(find_attribute<std::uint64_t>(manifest, "replication"), 3u);
    EXPECT_EQ(find_attribute<std::string>(manifest, "fidelity"), "block");
    EXPECT_EQ(find_attribute<std::string>(manifest, "build"), "");
    EXPECT_EQ(*reader->scenario(), test::sample_manifest().scenario);
    EXPECT_EQ(reader->texts("/summary/requests")->front(), "9223372036854775808");
    EXPECT_EQ(reader->texts("/summary/skr")->front(), "0.1");
    EXPECT_EQ(reader->texts("/summary/clean")->front(), "true");
    EXPECT_EQ(reader->texts("/summary/worst")->front(), "wän");
    EXPECT_EQ(reader->texts("/summary/drift")->front(), "-5");
    EXPECT_EQ(reader->info("/summary/skr")->column.unit, "bit/s");
}

// Fails when an attribute holds its data in the object header: a header ends at 64 KiB, a scenario does not.
TEST_F(RoundTrip, LongScenario) {
    Manifest manifest = test::sample_manifest();
    manifest.scenario.assign(3'000'000, 's');
    auto recorder = Recorder::open(folder / "out.h5", manifest);
    ASSERT_TRUE(recorder.ok()) << to_string(recorder.error());
    auto reader = ResultsReader::open(*recorder->finish(Outcome::finished()));
    ASSERT_TRUE(reader.ok());
    EXPECT_EQ(*reader->scenario(), manifest.scenario);
}

TEST_F(RoundTrip, ExtremesOfEachNumber) {
    auto recorder = Recorder::open(folder / "out.h5", test::sample_manifest());
    ASSERT_TRUE(recorder.ok());
    Table& table = recorder->add({"/extremes",
                                  "Limits.",
                                  {Column::i64("a", "1", "a"), Column::u64("b", "1", "b"), Column::f64("c", "1", "c"),
                                   Column::u32("d", "1", "d"), Column::u8("e", "1", "e"), Column::time("f", "f")}});
    table.append(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::uint64_t>::max(),
                 std::numeric_limits<double>::infinity(), 0xffffffffu, 255, kSimNever);
    table.append(0, 0, std::numeric_limits<double>::quiet_NaN(), LinkId{}, 0, kSimStart);
    auto reader = ResultsReader::open(*recorder->finish(Outcome::finished()));
    ASSERT_TRUE(reader.ok());
    EXPECT_EQ(reader->texts("/extremes/a")->front(), "-9223372036854775808");
    EXPECT_EQ(reader->texts("/extremes/b")->front(), "18446744073709551615");
    EXPECT_EQ(reader->numbers("/extremes/c")->front(), std::numeric_limits<double>::infinity());
    EXPECT_TRUE(std::isnan(reader->numbers("/extremes/c")->back()));
    EXPECT_EQ(reader->texts("/extremes/d")->back(), "4294967295");
    EXPECT_EQ(reader->texts("/extremes/e")->front(), "255");
    EXPECT_EQ(reader->texts("/extremes/f")->front(), "9223372036854775807");
}

using TableDeathTest = test::RecordTest;
TEST(TableDeathTest, MistakesAreCaughtAtTheAppend) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    Table table{{"/t", "A table.", {Column::u8("n", "1", "n"), Column::enumeration("e", {"only"}, "e")}}, {}};
    table.append(255, Ending::served);
    EXPECT_DEATH(table.append(1), "/t has 2 columns, a row with 1 values");
    EXPECT_DEATH(table.append(256, Ending::served), "does not fit column /t/n");
    EXPECT_DEATH(table.append(-1, Ending::served), "does not fit column /t/n");
    EXPECT_DEATH(table.append(1.0, Ending::served), "/t/n holds u8, a floating-point number was appended");
    EXPECT_DEATH(table.append(1, Ending::blocked), "does not fit column /t/e");
    EXPECT_DEATH(table.append(1, 0), "/t/e holds enumeration, an integer was appended");
    Table texts{{"/x", "A table.", {Column::fixed_text("t", 3, "t")}}, {}};
    texts.append("abc");
    EXPECT_DEATH(texts.append("abcd"), "does not fit column /x/t");
}

// Stock h5py sees plain columns: names of enumerators, bools as bools, texts as texts.
TEST_F(RoundTrip, PlainH5pyReadsIt) {
    std::string const python = test::python_with_h5py();
    if (python.empty()) GTEST_SKIP() << "no python3 with h5py here: whether stock tools read the file is NOT tested";
    write_sample(folder / "out.h5", 2500);
    std::ofstream{folder / "check.py"} << R"(
import h5py, sys
f = h5py.File(sys.argv[1], 'r')
e = f['every']
assert f['manifest'].attrs['status'] == 'complete' and f['manifest'].attrs['seed'] == 7
assert f['manifest/scenario'].asstr()[()].startswith('{')
assert e.attrs['description'] == 'One column of each kind.'
for column in e.values():
    assert column.shape == (2500,) and column.attrs['unit'] and column.attrs['description'], column
    assert column.compression == 'gzip' and column.chunks == (1000,), column
assert e['at'].attrs['unit'] == 'ns' and e['at'][2499] == 2499 * 1000003
assert e['clean'][:4].tolist() == [True, False, False, True]
assert h5py.check_enum_dtype(e['ending'].dtype) == {'served': 0, 'blocked': 1}
assert e['ending'][:2].tolist() == [0, 1]
assert e['code'][1042] == b'c42' and e['name'].asstr()[41] == 'x'
)";
    EXPECT_EQ(std::system(fmt::format("{} {}/check.py {}/out.h5", python, folder.string(), folder.string()).c_str()),
              0);
}

// Fails when a recorder to nowhere touches a disk, or keeps rows until the memory is full.
TEST_F(RoundTrip, NowhereTakesRowsAndKeepsNone) {
    Recorder recorder = Recorder::nowhere();
    Table& table = recorder.add(every_kind());
    for (std::uint64_t i = 0; i < 5000; ++i) {
        append_sample(table, i);
        recorder.tick();
    }
    EXPECT_EQ(table.rows(), 5000u);
    EXPECT_LE(table.buffered(), table.schema().chunk_rows);
    EXPECT_FALSE(recorder.checkpoint());
    EXPECT_FALSE(recorder.error());
    auto const file = recorder.finish(Outcome::finished());
    ASSERT_TRUE(file.ok());
    EXPECT_TRUE(file->empty());
    EXPECT_TRUE(fs::is_empty(folder));
}

} // namespace
} // namespace qkdes
