// CSV as written, byte by byte; that pandas reads the same from it stands in tests/notebooks/test_export.py.
#include "sim/look/export/csv.hpp"
#include "sim/look/export/csv_cell.hpp"
#include "tests/sim/look/export_fixture.hpp"

namespace qkdes::look {
namespace {

class CsvTest : public ExportTest {};

TEST_F(CsvTest, EveryValueAsItStands) {
    auto reader = write();
    ASSERT_TRUE(reader.ok());
    auto const report = export_csv(*reader, folder / "out" / "deep", {});
    ASSERT_TRUE(report.ok()) << to_string(report.error());
    auto const text = [&](char const* name) { return test::read_bytes(folder / "out" / "deep" / name); };
    std::string const nasty = "\"a \"\"b\"\", c\nd \\ \xc3\xa9\"";
    EXPECT_EQ(text("nodes.csv"), "id\r\nwest\r\n" + nasty + "\r\n");
    EXPECT_EQ(text("links.csv"), "a,b,id,latency\r\nwest," + nasty + ",line,0.0000005\r\n");
    EXPECT_EQ(text("requests.csv"), "demand,asked,answered,complete,index,keys,outcome,security\r\n"
                                    "x > y,1.000000001,0.000000005,0.000001999,0,1,served,its\r\n"
                                    "x > y,1.000000002,0.000000005,0.00000001,1,1,served,its\r\n"
                                    "x > y,1.000002,0.000000005,0.00000001,2,1,served,its\r\n"
                                    "x > y #2,0,0,0,3,0,\"refused, or \"\"late\"\"\",its\r\n");
    EXPECT_EQ(text("stores.csv"), "link,node,at,available,held\r\nline," + nasty +
                                      ",0.000000007,1152921504606846976,1152921504606846977\r\n");
    EXPECT_EQ(text("faults.csv"), "begin,end,kind,target\r\n0.000003,inf,cut," + nasty + "\r\n");
    EXPECT_EQ(text("odd.csv"), "x,yes\r\n0.1,true\r\nnan,false\r\n-inf,false\r\n");
    EXPECT_EQ(text("summary.csv"), "figure,value,unit,description\r\nhash,18446744073709551615,1,\r\n"
                                   "simulated,2,s,simulated time\r\n");
    EXPECT_EQ(text("scenario.json"), "{ \"name\": \"sample\" }\n");
    std::string const columns = text("columns.csv");
    EXPECT_NE(columns.find("\r\nlinks,b,,name,row of /nodes\r\n"), std::string::npos) << columns;
    EXPECT_NE(columns.find("\r\nfaults,end,s,time,-\r\n"), std::string::npos) << columns;
    EXPECT_NE(columns.find("\r\nodd,x,km,f64,\"a, \"\"b\"\"\"\r\n"), std::string::npos) << columns;
    EXPECT_NE(text("manifest.csv").find("\r\nstatus,complete\r\n"), std::string::npos);
    std::uint64_t bytes = 0;
    for (auto const& file : fs::directory_iterator{folder / "out" / "deep"})
        bytes += file.file_size();
    EXPECT_EQ(report->bytes, bytes);
    EXPECT_EQ(report->tables, 8u);
    EXPECT_EQ(report->rows, 2u + 1 + 2 + 4 + 1 + 1 + 3 + 2);
}

TEST_F(CsvTest, ChosenTablesOnly) {
    auto reader = write();
    ASSERT_TRUE(export_csv(*reader, folder / "out", {{"odd"}, false}).ok());
    EXPECT_EQ(test::listing(folder / "out"), "columns.csv manifest.csv odd.csv scenario.json");
    auto const none = export_csv(*reader, folder / "none", {{"even"}, false});
    ASSERT_FALSE(none.ok());
    EXPECT_NE(to_string(none.error()).find("because it has demands, faults"), std::string::npos);
    EXPECT_FALSE(fs::exists(folder / "none"));
}

TEST_F(CsvTest, ReplacesNothingUnasked) {
    auto reader = write();
    fs::create_directory(folder / "out");
    std::ofstream{folder / "out" / "stores.csv"} << "mine";
    std::ofstream{folder / "out" / "notes.txt"} << "mine";
    auto const refused = export_csv(*reader, folder / "out", {});
    ASSERT_FALSE(refused.ok());
    EXPECT_NE(to_string(refused.error()).find("--force"), std::string::npos);
    EXPECT_EQ(test::listing(folder / "out"), "notes.txt stores.csv");
    ASSERT_TRUE(export_csv(*reader, folder / "out", {{}, true}).ok());
    EXPECT_NE(test::read_bytes(folder / "out" / "stores.csv"), "mine");
    EXPECT_EQ(test::read_bytes(folder / "out" / "notes.txt"), "mine");
}

TEST_F(CsvTest, AFolderThatCannotBe) {
    auto reader = write();
    std::ofstream{folder / "file"} << "x";
    auto const refused = export_csv(*reader, folder / "file" / "out", {});
    ASSERT_FALSE(refused.ok());
    EXPECT_NE(to_string(refused.error()).find("the folder cannot be made"), std::string::npos);
}

TEST(CsvCell, SecondsKeepEveryNanosecond) {
    auto const text = [](std::int64_t ns) {
        fmt::memory_buffer out;
        append_seconds(out, ns);
        return fmt::to_string(out);
    };
    EXPECT_EQ(text(0), "0");
    EXPECT_EQ(text(1), "0.000000001");
    EXPECT_EQ(text(1'500'000'000), "1.5");
    EXPECT_EQ(text(-1'000'000'010), "-1.00000001");
    EXPECT_EQ(text(std::numeric_limits<std::int64_t>::max() - 1), "9223372036.854775806");
    EXPECT_EQ(text(std::numeric_limits<std::int64_t>::min()), "-9223372036.854775808");
    EXPECT_EQ(text(std::numeric_limits<std::int64_t>::max()), "inf");
}

} // namespace
} // namespace qkdes::look
