// Rows come as they were written, whatever the blocks; what a file lacks is no error.
#include "sim/look/table_rows.hpp"
#include "tests/sim/record/fixture.hpp"

namespace qkdes::look {
namespace {

class TableRowsTest : public test::RecordTest {
  protected:
    Result<ResultsReader> write(std::uint64_t rows) {
        fs::path const path = folder / "rows.h5";
        auto recorder = Recorder::open(path, test::sample_manifest());
        Table& table =
            recorder->add({"/things",
                           "Things.",
                           {Column::time("at", "when"), Column::u32("size", "bit", "how big"),
                            Column::enumeration("kind", {"even", "odd"}, "which"), Column::text("name", "called")},
                           1000});
        for (std::uint64_t i = 0; i < rows; ++i)
            table.append(SimTime{SimDuration{static_cast<std::int64_t>(3 * i)}}, i, static_cast<Parity>(i % 2),
                         std::to_string(i));
        EXPECT_TRUE(recorder->finish(Outcome::finished()).ok());
        return ResultsReader::open(path);
    }
    enum class Parity : std::uint8_t { even, odd };
};

TEST_F(TableRowsTest, EveryRowOnceAndInOrder) {
    for (std::uint64_t const n : {std::uint64_t{0}, std::uint64_t{1}, kBlockRows, kBlockRows + 1, 3 * kBlockRows - 1}) {
        auto reader = write(n);
        auto rows = TableRows::open(*reader, "/things", {"size", "kind", "at", "name"});
        ASSERT_TRUE(rows.ok());
        EXPECT_TRUE(rows->present());
        ASSERT_EQ(rows->rows(), n);
        std::uint64_t seen = 0;
        ASSERT_FALSE(rows->each([&](TableRows::Block const& block) {
            EXPECT_EQ(block.first(), seen);
            EXPECT_LE(block.rows(), kBlockRows);
            for (std::size_t i = 0; i < block.rows(); ++i, ++seen) {
                ASSERT_EQ(block.number(0, i), static_cast<double>(seen));
                ASSERT_EQ(block.number(2, i), static_cast<double>(3 * seen));
                ASSERT_EQ(block.text(1, i), seen % 2 == 0 ? "even" : "odd");
                if (seen % 1000 == 0) {
                    EXPECT_EQ(block.text(3, i), std::to_string(seen));
                }
            }
        }));
        EXPECT_EQ(seen, n);
    }
}

TEST_F(TableRowsTest, APartOfThem) {
    auto reader = write(kBlockRows + 10);
    auto rows = TableRows::open(*reader, "/things", {"size"});
    std::vector<double> seen;
    ASSERT_FALSE(rows->each(kBlockRows - 2, 5, [&](TableRows::Block const& block) {
        for (std::size_t i = 0; i < block.rows(); ++i)
            seen.push_back(block.number(0, i));
    }));
    EXPECT_EQ(seen, (std::vector<double>{65534, 65535, 65536, 65537, 65538}));
}

TEST_F(TableRowsTest, WhatTheFileLacksHasNoRows) {
    auto reader = write(7);
    for (auto const& [table, columns] : std::vector<std::pair<std::string, std::vector<std::string>>>{
             {"/nothing", {"at"}}, {"/things", {"at", "weight"}}, {"/things", {}}}) {
        auto rows = TableRows::open(*reader, table, columns);
        ASSERT_TRUE(rows.ok());
        EXPECT_FALSE(rows->present());
        EXPECT_EQ(rows->rows(), 0u);
        EXPECT_FALSE(rows->each([](TableRows::Block const&) { ADD_FAILURE() << "no row to visit"; }));
    }
}

TEST_F(TableRowsTest, ATextIsNoNumber) {
    auto reader = write(1);
    auto rows = TableRows::open(*reader, "/things", {"name"});
    ASSERT_FALSE(rows->each([](TableRows::Block const& block) { EXPECT_TRUE(std::isnan(block.number(0, 0))); }));
}

} // namespace
} // namespace qkdes::look
