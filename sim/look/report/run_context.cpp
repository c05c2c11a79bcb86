#include "sim/look/report/run_context.hpp"

#include "sim/look/table_rows.hpp"

#include <cmath>
#include <utility>

namespace qkdes::look {

namespace {

/// Pairs of row numbers, "no such row" for what is not one.
MaybeError pairs(ResultsReader& reader, std::string const& table, std::vector<std::string> const& columns,
                 std::vector<std::size_t>& first, std::vector<std::size_t>& second) {
    auto rows = TableRows::open(reader, table, columns);
    if (!rows.ok()) return rows.error();
    auto const index = [](double x) { return x >= 0 && x < 1e9 ? static_cast<std::size_t>(x) : SIZE_MAX; };
    return rows->each([&](TableRows::Block const& block) {
        for (std::size_t i = 0; i < block.rows(); ++i) {
            first.push_back(index(block.number(0, i)));
            second.push_back(index(block.number(1, i)));
        }
    });
}

/// The largest value of a column in its last rows: tables of events are in order of time.
MaybeError latest(ResultsReader& reader, std::string const& table, std::string const& column, double& end) {
    auto rows = TableRows::open(reader, table, {column});
    if (!rows.ok()) return rows.error();
    std::uint64_t const count = std::min<std::uint64_t>(rows->rows(), 1000);
    return rows->each(rows->rows() - count, count, [&](TableRows::Block const& block) {
        for (std::size_t i = 0; i < block.rows(); ++i)
            end = std::max(end, block.number(0, i));
    });
}

} // namespace

Result<RunContext> RunContext::open(ResultsReader& reader, Limits const& limits) {
    RunContext run{reader, limits};
    auto nodes = TableRows::open(reader, "/nodes", {"id"});
    if (!nodes.ok()) return nodes.error();
    run.nodes = nodes->rows();
    if (auto error = pairs(reader, "/links", {"a", "b"}, run.link_a, run.link_b)) return *error;
    if (auto error = pairs(reader, "/demands", {"from_node", "to_node"}, run.demand_from, run.demand_to)) return *error;
    run.links = run.link_a.size();
    run.demands = run.demand_from.size();

    double end = 0;
    auto const simulated = TableRows::open(reader, "/summary", {"simulated"});
    if (!simulated.ok()) return simulated.error();
    if (simulated->present()) {
        auto const value = reader.numbers("/summary/simulated");
        if (!value.ok()) return value.error();
        if (!value->empty()) end = value->front() * 1e9;
    }
    if (!(end > 0)) {
        end = 0;
        for (auto const& [table, column] :
             {std::pair{"/blocks", "done"}, {"/stores", "at"}, {"/requests", "asked"}, {"/relays", "at"}})
            if (auto error = latest(reader, table, column, end)) return *error;
    }
    run.end = std::isfinite(end) ? std::max(end, 1.0) : 1.0;

    std::size_t const cells = 4 * run.links + 2 * run.nodes + 12;
    run.frames.count = std::clamp(limits.frame_cells / cells, limits.fewest_frames, limits.most_frames);
    run.frames.width = run.end / static_cast<double>(run.frames.count);
    return run;
}

} // namespace qkdes::look
