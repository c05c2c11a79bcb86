// Chunks packed here and read by HDF5, which undoes its own filters: what compresses, what does not, every width. Whole
// runs of them, beside chunks that HDF5 packed itself, are in round_trip_test.cpp.
#include "sim/base/rng.hpp"
#include "sim/record/chunk_filters.hpp"
#include "sim/record/hdf5_file.hpp"
#include "tests/sim/record/fixture.hpp"

namespace qkdes {
namespace {

using ChunkFiltersTest = test::RecordTest;

constexpr std::size_t kRows = 500;

/// Chunks that compress well and others that do not, in turn, and a last one that is not whole.
std::vector<std::byte> values_of(std::size_t width, std::size_t rows) {
    RngStream rng{width, "chunk"};
    std::vector<std::byte> out(rows * width);
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<std::byte>((i / width) / kRows % 2 == 0 ? i % 7 : rng.below(256));
    return out;
}

// Fails when a chunk is shuffled wrongly, when one that would grow is cut off, or when the filters left out are told
// wrongly. Mutation: `left_out` always 0.
TEST_F(ChunkFiltersTest, Hdf5ReadsThem) {
    std::vector<Column> const columns{Column::u8("a", "1", "one byte"), Column::u32("b", "1", "four"),
                                      Column::u64("c", "1", "eight"), Column::fixed_text("d", 36, "many")};
    std::size_t const rows = 4 * kRows + 3;
    auto const path = folder / "out.h5";
    {
        auto file = Hdf5File::create(path, path);
        ASSERT_TRUE(file.ok());
        for (auto const& column : columns) {
            std::string const name = "/" + column.name;
            ASSERT_FALSE(file->create_column(name, column, kRows));
            auto const all = values_of(column.value_size(), rows);
            for (std::size_t from = 0; from < rows; from += kRows) {
                std::size_t const count = std::min(kRows, rows - from);
                ColumnBuffer buffer;
                buffer.raw.assign(all.begin() + static_cast<std::ptrdiff_t>(from * column.value_size()),
                                  all.begin() + static_cast<std::ptrdiff_t>((from + count) * column.value_size()));
                ASSERT_FALSE(file->append(name, column, buffer, count));
            }
        }
        ASSERT_FALSE(file->close());
    }
    auto file = Hdf5File::open(path, path, Hdf5File::Access::read);
    ASSERT_TRUE(file.ok());
    for (auto const& column : columns) {
        auto const info = file->info("/" + column.name);
        ASSERT_TRUE(info.ok());
        ASSERT_EQ(info->rows, rows);
        auto const read = file->read("/" + column.name, *info, 0, rows);
        ASSERT_TRUE(read.ok()) << column.name;
        EXPECT_TRUE(read->raw == values_of(column.value_size(), rows)) << column.name;
    }
}

TEST(ChunkFilters, LeaveOutWhatGainsNothing) {
    ChunkFilters filters;
    auto const random = values_of(8, 2 * kRows);
    auto const compressible = filters.pack(std::span{random}.first(8 * kRows), 8);
    EXPECT_EQ(compressible.left_out, 0u);
    EXPECT_LT(compressible.bytes.size(), 8 * kRows / 4);
    auto const noise = filters.pack(std::span{random}.last(8 * kRows), 8);
    EXPECT_EQ(noise.left_out, 2u); // the second filter
    EXPECT_EQ(noise.bytes.size(), 8 * kRows);
    EXPECT_EQ(filters.pack(std::span{random}.last(kRows), 1).left_out, 1u); // the only one
}

} // namespace
} // namespace qkdes
