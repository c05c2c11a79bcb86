// The same rows make the same file, byte for byte, whenever checkpoints happened; and compare_results sees any change.
#include "sim/record/compare.hpp"
#include "tests/sim/record/fixture.hpp"

#include <limits>

namespace qkdes {
namespace {

using Compare = test::RecordTest;

fs::path write(fs::path const& path, std::uint64_t checkpoint_every, std::uint64_t seed = 7,
               std::uint64_t rows = 4876) {
    auto recorder = Recorder::open(path, test::sample_manifest(seed));
    EXPECT_TRUE(recorder.ok());
    Table& a = recorder->add(test::every_kind(40)); // enough chunks for their index to grow between checkpoints
    Table& b = recorder->add({"/few", "Few rows.", {Column::text("id", "a name"), Column::f64("x", "1", "a number")}});
    for (std::uint64_t i = 0; i < rows; ++i) {
        test::append_sample(a, i);
        if (i % 100 == 0) b.append("some name", 0.5);
        if (checkpoint_every != 0 && i % checkpoint_every == 0) {
            EXPECT_FALSE(recorder->checkpoint());
        }
    }
    auto const file = recorder->finish(Outcome::finished(), {{"rows", "1", "all", rows}});
    EXPECT_TRUE(file.ok());
    return *file;
}

// Mutations: the two block sizes taken out of access_properties(); H5Pset_obj_track_times taken out;
// adding_properties() for the file itself.
TEST_F(Compare, CheckpointsLeaveNoTrace) {
    fs::path const never = write(folder / "a.h5", 0), often = write(folder / "b.h5", 137),
                   odd = write(folder / "c.h5", 2503);
    EXPECT_TRUE(test::read_bytes(never) == test::read_bytes(often));
    EXPECT_TRUE(test::read_bytes(never) == test::read_bytes(odd));
    EXPECT_TRUE(compare_results(never, often)->empty());
    EXPECT_EQ(*content_hash(never), *content_hash(often));
}

TEST_F(Compare, AnotherSeedOrOneRowMoreIsADifference) {
    fs::path const base = write(folder / "a.h5", 0);
    auto const seed = compare_results(base, write(folder / "b.h5", 0, 8));
    ASSERT_TRUE(seed.ok());
    ASSERT_EQ(seed->size(), 1u);
    EXPECT_EQ(to_string(seed->front()), "/manifest seed: 7 in the first, 8 in the second");
    auto const longer = compare_results(base, write(folder / "c.h5", 0, 7, 4877));
    ASSERT_TRUE(longer.ok());
    EXPECT_EQ(longer->size(), test::every_kind().columns.size() + 1) << "each column, and the summary";
    EXPECT_EQ(to_string(longer->front()), "/every/at: 4876 rows in the first, 4877 rows in the second");
    EXPECT_NE(*content_hash(base), *content_hash(folder / "b.h5"));
    EXPECT_NE(*content_hash(base), *content_hash(folder / "c.h5"));
}

// Each change alone must be seen, with its place, and must change the hash. Mutation: any of the checks in
// Comparison::column left out.
TEST_F(Compare, SeesEveryKindOfChange) {
    double const nan = std::numeric_limits<double>::quiet_NaN();
    struct Variant {
        TableSchema schema;
        double x;
        std::string text;
        std::string expected;
    };
    auto const schema = [](Column number, std::string name = "/t") {
        return TableSchema{std::move(name), "A table.", {std::move(number), Column::text("s", "a text")}};
    };
    Column const x = Column::f64("x", "km", "a length");
    Variant const variants[] = {
        {schema(x), nan, "a", ""},
        {schema(x), 2.0, "a", "/t/x, row 2: nan in the first, 2 in the second"},
        {schema(x), nan, "b", "/t/s, row 2: a in the first, b in the second"},
        {schema(Column::f64("x", "m", "a length")), nan, "a", "/t/x unit: km in the first, m in the second"},
        {schema(Column::f64("x", "km", "length")), nan, "a",
         "/t/x description: a length in the first, length in the second"},
        {schema(Column::f64("y", "km", "a length")), nan, "a", "/t/x: present in the first, nothing in the second"},
        {schema(x, "/u"), nan, "a", "/t: present in the first, nothing in the second"},
    };
    std::vector<std::uint64_t> hashes;
    for (auto const& v : variants) {
        auto recorder = Recorder::open(folder / fmt::format("{}.h5", hashes.size()), test::sample_manifest());
        Table& table = recorder->add(v.schema);
        table.append(1.0, "first");
        table.append(-0.0, "second");
        table.append(v.x, v.text);
        auto const file = recorder->finish(Outcome::finished());
        hashes.push_back(*content_hash(*file));
        auto const differences = compare_results(folder / "0.h5", *file);
        ASSERT_TRUE(differences.ok());
        EXPECT_EQ(differences->empty() ? "" : to_string(differences->front()), v.expected);
    }
    std::sort(hashes.begin(), hashes.end());
    EXPECT_EQ(std::unique(hashes.begin(), hashes.end()), hashes.end());
}

} // namespace
} // namespace qkdes
