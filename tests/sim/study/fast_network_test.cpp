// What makes large networks fast must not change what they do: cryptography that is modelled and messages that are
// handed over as values give the run that real ML-KEM and AES on encoded bytes give, row by row.
#include "sim/record/reader.hpp"
#include "sim/scenario/load.hpp"
#include "tests/support/run_world.hpp"

#include <algorithm>

namespace qkdes {
namespace {

test::WorldRun run(std::string const& name, std::vector<std::string> overrides, std::string const& file) {
    LoadResult const loaded = load_scenario(std::string{QKDES_SOURCE_DIR "/scenarios/networks/"} + name, overrides);
    EXPECT_TRUE(loaded.ok()) << format_diagnostics(loaded.diagnostics);
    return test::run_world(*loaded.scenario, file, loaded.scenario->seed);
}

/// Every column of every table.
void expect_equal_rows(std::filesystem::path const& a, std::filesystem::path const& b) {
    auto one = ResultsReader::open(a), other = ResultsReader::open(b);
    ASSERT_TRUE(one.ok() && other.ok());
    auto const tables = one->tables();
    ASSERT_TRUE(tables.ok());
    EXPECT_EQ(*tables, *other->tables());
    std::size_t compared = 0;
    for (auto const& table : *tables) {
        auto const columns = one->columns(table);
        ASSERT_TRUE(columns.ok()) << table;
        EXPECT_EQ(*columns, *other->columns(table));
        for (auto const& column : *columns) {
            auto const x = one->texts(column), y = other->texts(column);
            ASSERT_TRUE(x.ok() && y.ok()) << column;
            auto const [first, second] = std::ranges::mismatch(*x, *y);
            EXPECT_TRUE(first == x->end() && second == y->end())
                << column << " row " << first - x->begin() << ": " << (first == x->end() ? "none" : *first) << " and "
                << (second == y->end() ? "none" : *second);
            compared += x->size();
        }
    }
    EXPECT_GT(compared, 1000u);
}

/// Key-aware routing, 55 nodes, and a fibre that is cut and mended: requests, hops, units of key, times and all.
TEST(FastNetwork, RealCryptographyOnRealBytesMakesTheSameRun) {
    auto const network = [](std::string const& kem, std::string const& file) {
        return run("surfnet.json",
                   {"/duration=9 min", "/kem=" + kem,
                    R"(/faults=[{ "at": "7 min", "cut": "dwingeloo.assen", "for": "1 min" }])"},
                   file);
    };
    auto const fast = network("modelled", "fast.h5"), real = network("real", "real.h5");
    EXPECT_GT(fast.served, 400u);
    EXPECT_EQ(fast.requests, real.requests);
    EXPECT_EQ(fast.served, real.served);
    EXPECT_EQ(fast.summary.messages, real.summary.messages);
    expect_equal_rows(fast.file, real.file);
}

} // namespace
} // namespace qkdes
