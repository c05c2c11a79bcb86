#include "sim/look/export/row_names.hpp"

#include "sim/look/table_rows.hpp"

#include <map>

#include <fmt/format.h>

namespace qkdes::look {

namespace {

Result<std::vector<std::string>> names(ResultsReader& reader, std::string const& table,
                                       std::vector<std::string> const& columns) {
    auto rows = TableRows::open(reader, table, columns);
    if (!rows.ok()) return rows.error();
    std::vector<std::string> out;
    std::map<std::string, unsigned> seen;
    auto const error = rows->each([&](TableRows::Block const& block) {
        for (std::size_t i = 0; i < block.rows(); ++i) {
            std::string name = block.text(0, i);
            for (std::size_t c = 1; c < columns.size(); ++c)
                name += " > " + block.text(c, i);
            unsigned const times = ++seen[name];
            out.push_back(times == 1 ? name : fmt::format("{} #{}", name, times));
        }
    });
    if (error) return *error;
    return out;
}

} // namespace

Result<RowNames> RowNames::read(ResultsReader& reader) {
    RowNames all;
    struct Wanted {
        std::vector<std::string>& to;
        char const* table;
        std::vector<std::string> columns;
    };
    for (Wanted const& wanted : {Wanted{all.nodes, "/nodes", {"id"}}, Wanted{all.links, "/links", {"id"}},
                                 Wanted{all.demands, "/demands", {"from", "to"}}}) {
        auto read = names(reader, wanted.table, wanted.columns);
        if (!read.ok()) return read.error();
        wanted.to = std::move(*read);
    }
    return all;
}

std::vector<std::string> const* RowNames::of(Column const& column) const {
    if (column.unit != "index" || column.type != ColumnType::u32) return nullptr;
    for (auto const& [table, list] : {std::pair{"nodes", &nodes}, {"links", &links}, {"demands", &demands}}) {
        std::string const start = fmt::format("row of /{}", table);
        if (column.description.starts_with(start) &&
            (column.description.size() == start.size() || !std::isalnum(column.description[start.size()])))
            return list->empty() ? nullptr : list;
    }
    return nullptr;
}

} // namespace qkdes::look
