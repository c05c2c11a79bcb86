#include "sim/look/report/generic_table.hpp"
#include "sim/look/report/json.hpp"
#include "sim/look/report/layout.hpp"
#include "sim/look/report/sections.hpp"
#include "sim/look/table_rows.hpp"

namespace qkdes::look {

MaybeError add_network(RunContext& run, nlohmann::ordered_json& out) {
    auto rows = TableRows::open(run.reader, "/nodes", {"latitude", "longitude"});
    if (!rows.ok()) return rows.error();
    std::vector<Point> at;
    bool geographic = rows->rows() > 0;
    if (auto error = rows->each([&](TableRows::Block const& block) {
            for (std::size_t i = 0; i < block.rows(); ++i) {
                double const latitude = block.number(0, i), longitude = block.number(1, i);
                geographic = geographic && std::abs(latitude) <= 90 && std::abs(longitude) <= 180;
                at.push_back({longitude, latitude});
            }
        }))
        return error;
    if (!geographic) {
        std::vector<std::pair<std::size_t, std::size_t>> links;
        for (std::size_t l = 0; l < run.links; ++l)
            links.emplace_back(run.link_a[l], run.link_b[l]);
        at = spring_layout(run.nodes, links);
    }
    Json x = Json::array(), y = Json::array();
    for (auto const& p : at) {
        x.push_back(number(p.x, 7));
        y.push_back(number(p.y, 7));
    }
    out["layout"] = {{"kind", geographic ? "geographic" : "drawn"}, {"x", std::move(x)}, {"y", std::move(y)}};
    return {};
}

MaybeError add_faults(RunContext& run, nlohmann::ordered_json& out) {
    auto rows = TableRows::open(run.reader, "/faults", {"kind", "target", "begin", "end"});
    if (!rows.ok()) return rows.error();
    auto const ids = [&](char const* column) { return run.reader.texts(column); };
    auto links = TableRows::open(run.reader, "/links", {"id"}), nodes = TableRows::open(run.reader, "/nodes", {"id"});
    if (!links.ok()) return links.error();
    if (!nodes.ok()) return nodes.error();
    std::vector<std::string> link_ids, node_ids;
    if (links->present()) {
        auto read = ids("/links/id");
        if (!read.ok()) return read.error();
        link_ids = *read;
    }
    if (nodes->present()) {
        auto read = ids("/nodes/id");
        if (!read.ok()) return read.error();
        node_ids = *read;
    }
    auto const place = [](std::vector<std::string> const& in, std::string const& id) {
        auto const found = std::ranges::find(in, id);
        return found == in.end() ? Json() : Json(found - in.begin());
    };
    Json list = Json::array();
    std::uint64_t const shown = std::min<std::uint64_t>(rows->rows(), run.limits.object_rows);
    if (auto error = rows->each(0, shown, [&](TableRows::Block const& block) {
            for (std::size_t i = 0; i < block.rows(); ++i) {
                std::string const target = block.text(1, i);
                Json const link = place(link_ids, target);
                list.push_back({{"kind", block.text(0, i)},
                                {"target", target},
                                {"begin", seconds(block.number(2, i))},
                                {"end", seconds(std::min(block.number(3, i), 1e18))},
                                {"link", link},
                                {"node", link.is_null() ? place(node_ids, target) : Json()}});
            }
        }))
        return error;
    if (shown < rows->rows())
        run.thinned.push_back(fmt::format("The first {} of {} faults are shown.", shown, rows->rows()));
    out["faults"] = std::move(list);
    return {};
}

} // namespace qkdes::look
