#include "sim/look/report/json.hpp"
#include "sim/look/report/min_max_series.hpp"
#include "sim/look/report/sections.hpp"
#include "sim/look/table_rows.hpp"

#include <memory>

namespace qkdes::look {

namespace {

struct End {
    std::uint64_t samples = 0;
    std::unique_ptr<MinMaxSeries> series; ///< channels: held, available
    std::vector<double> held;             ///< by frame; negative: no sample yet
};

Json by_frame(End const& end) {
    if (end.held.empty()) return {};
    Json out = Json::array();
    double last = 0;
    for (double const level : end.held) {
        if (level >= 0) last = level;
        out.push_back(number(last));
    }
    return out;
}

Json series_of(End const& end) {
    if (!end.series) return {};
    Json t = Json::array(), held = Json::array(), available = Json::array();
    for (auto const& row : end.series->rows()) {
        t.push_back(seconds(row.at));
        held.push_back(number(row.values[0]));
        available.push_back(number(row.values[1]));
    }
    return {{"t", std::move(t)}, {"held", std::move(held)}, {"available", std::move(available)}};
}

} // namespace

MaybeError add_pools(RunContext& run, nlohmann::ordered_json& out) {
    std::vector<End> ends(2 * run.links);
    auto rows = TableRows::open(run.reader, "/stores", {"at", "node", "link", "held", "available"});
    if (!rows.ok()) return rows.error();
    auto const end_of = [&](TableRows::Block const& block, std::size_t i) -> End* {
        std::size_t link = 0;
        if (!row_of(block.number(2, i), run.links, link)) return nullptr;
        return &ends[2 * link + (block.number(1, i) == static_cast<double>(run.link_a[link]) ? 0 : 1)];
    };
    if (auto error = rows->each([&](TableRows::Block const& block) {
            for (std::size_t i = 0; i < block.rows(); ++i)
                if (End* end = end_of(block, i)) ++end->samples;
        }))
        return error;
    std::size_t busy = 0;
    for (auto const& end : ends)
        busy += end.samples > 0;
    std::size_t const most = std::min(run.limits.link_points, run.limits.pool_points / std::max<std::size_t>(1, busy));
    for (auto& end : ends) {
        if (end.samples == 0) continue;
        end.series = std::make_unique<MinMaxSeries>(run.end, 2, end.samples, most);
        end.held.assign(run.frames.count, -1);
    }
    if (auto error = rows->each([&](TableRows::Block const& block) {
            for (std::size_t i = 0; i < block.rows(); ++i) {
                End* const end = end_of(block, i);
                if (end == nullptr) continue;
                double const values[] = {block.number(3, i), block.number(4, i)};
                end->series->add(block.number(0, i), values);
                end->held[run.frames.at(block.number(0, i))] = values[0];
            }
        }))
        return error;

    Json pools = Json::array(), held = Json::array();
    std::size_t thinned = 0, shown = 0;
    for (auto const& end : ends) {
        pools.push_back(series_of(end));
        held.push_back(by_frame(end));
        if (!end.series) continue;
        thinned += !end.series->whole();
        shown += pools.back()["t"].size();
    }
    if (thinned > 0)
        run.thinned.push_back(fmt::format("Key stores over time show {} of {} samples: of each store and stretch of "
                                          "time the lowest and the highest level stay.",
                                          shown, rows->rows()));
    out["pools"] = std::move(pools);
    out["replay"]["held"] = std::move(held);
    return {};
}

} // namespace qkdes::look
