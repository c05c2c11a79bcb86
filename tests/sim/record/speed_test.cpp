// What recording costs: a million rows of a table like /requests, beside the same bytes written raw. The figures are
// printed; what gates is the size of a row and the share that checkpoints take, which no busy machine changes much.
#include "sim/base/distributions.hpp"
#include "sim/base/rng.hpp"
#include "tests/sim/record/fixture.hpp"

#include <ctime>

namespace qkdes {
namespace {

using RecordSpeed = test::RecordTest;
using Clock = std::chrono::steady_clock;

double since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

struct Row {
    SimTime at;
    SimDuration latency, waited;
    std::uint32_t demand, key_bits;
    std::uint8_t hops;
    test::Ending ending;
    bool rerouted;
    double qber;
    std::uint64_t id;
};

std::vector<Row> some_rows(std::size_t count) {
    RngStream rng{1, "test/record/speed"};
    std::vector<Row> rows(count);
    SimTime now{};
    for (std::size_t i = 0; i < count; ++i) {
        now += from_seconds(0.01 * sample_exponential(rng));
        rows[i] = {now,
                   from_seconds(0.012 + 0.001 * sample_exponential(rng)),
                   from_seconds(rng.bernoulli(0.1) ? sample_exponential(rng) : 0),
                   static_cast<std::uint32_t>(rng.below(200)),
                   256,
                   static_cast<std::uint8_t>(rng.below(6)),
                   rng.bernoulli(0.02) ? test::Ending::blocked : test::Ending::served,
                   rng.bernoulli(0.05),
                   0.01 + 0.001 * sample_normal(rng),
                   i};
    }
    return rows;
}

// Fails when a row of ten columns needs more than 40 bytes, or checkpoints at their default pace more than a fifth of
// the run (their budget is a twenty-fifth; the rest is room for a busy machine).
TEST_F(RecordSpeed, MillionRows) {
    std::size_t const count = 1'000'000;
    auto const rows = some_rows(count);
    TableSchema const schema{"/requests",
                             "One row per key request.",
                             {Column::time("at", "asked"), Column::duration("latency", "until served"),
                              Column::duration("waited", "for key"), Column::u32("demand", "index", "row of /demands"),
                              Column::u32("key", "bit", "length"), Column::u8("hops", "1", "relays"),
                              Column::enumeration("ending", {"served", "blocked"}, "how it ended"),
                              Column::boolean("rerouted", "took another path"), Column::f64("qber", "1", "worst hop"),
                              Column::u64("id", "1", "of the key")}};
    auto const record = [&](char const* name, std::chrono::nanoseconds interval) {
        auto const start = Clock::now();
        std::clock_t const cpu = std::clock();
        RecorderOptions options;
        options.checkpoint_interval = interval;
        auto recorder = Recorder::open(folder / name, test::sample_manifest(), options);
        Table& table = recorder->add(schema);
        for (auto const& r : rows) {
            table.append(r.at, r.latency, r.waited, r.demand, r.key_bits, r.hops, r.ending, r.rerouted, r.qber, r.id);
            recorder->tick();
        }
        EXPECT_TRUE(recorder->finish(Outcome::finished()).ok());
        return std::pair{since(start), static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC};
    };
    auto start = Clock::now();
    {
        Table table{schema, {}};
        for (auto const& r : rows)
            table.append(r.at, r.latency, r.waited, r.demand, r.key_bits, r.hops, r.ending, r.rerouted, r.qber, r.id);
    }
    double const append = since(start);
    start = Clock::now();
    std::ofstream{folder / "raw", std::ios::binary}.write(reinterpret_cast<char const*>(rows.data()),
                                                          static_cast<std::streamsize>(count * sizeof(Row)));
    double const raw = since(start);
    auto const [without, without_cpu] = record("without.h5", std::chrono::hours{1});
    auto const [with, with_cpu] = record("with.h5", std::chrono::milliseconds{1});
    double const bytes = static_cast<double>(fs::file_size(folder / "with.h5")) / static_cast<double>(count);
    fmt::print("1e6 rows x 10 columns: raw structs {:.3f} s ({} B/row); appended to memory {:.3f} s; recorded {:.3f} s "
               "({:.1f} B/row); with checkpoints as often as their budget allows {:.3f} s (cpu {:.3f} and {:.3f})\n",
               raw, sizeof(Row), append, without, bytes, with, without_cpu, with_cpu);
    EXPECT_LE(bytes, 40);
    EXPECT_LE(with_cpu, 1.2 * without_cpu + 0.2);
    EXPECT_TRUE(test::read_bytes(folder / "with.h5") == test::read_bytes(folder / "without.h5"));
}

} // namespace
} // namespace qkdes
