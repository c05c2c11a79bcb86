#include "sim/look/report/generic_table.hpp"

#include "sim/look/report/json.hpp"
#include "sim/look/table_rows.hpp"

#include <algorithm>

namespace qkdes::look {

namespace {

bool in_seconds(ColumnType type) { return type == ColumnType::time || type == ColumnType::duration; }
bool in_words(ColumnType type) { return type == ColumnType::text || type == ColumnType::enumeration; }

Json value_of(TableRows::Block const& block, Column const& column, std::size_t row) {
    if (in_words(column.type)) return block.text(0, row);
    double const x = block.number(0, row);
    if (column.type == ColumnType::boolean) return x != 0;
    if (in_seconds(column.type)) return number(x / 1e9, 9);
    // Seeds have 64 bits, more than a number of JavaScript holds.
    if (column.type == ColumnType::u64 && x > 9e15) return block.text(0, row);
    return number(x, 9);
}

} // namespace

Result<nlohmann::ordered_json> generic_table(ResultsReader& reader, std::string const& path, std::uint64_t most_rows) {
    auto const names = reader.columns(path);
    if (!names.ok()) return names.error();
    if (names->empty()) return Json();
    auto const about = reader.attributes(path);
    if (!about.ok()) return about.error();
    Json out{{"path", path},
             {"description", find_attribute<std::string>(*about, "description").value_or("")},
             {"total", 0},
             {"columns", Json::array()}};
    for (auto const& name : *names) {
        auto rows = TableRows::open(reader, path, {name.substr(path.size() + 1)});
        if (!rows.ok()) return rows.error();
        Column const& column = rows->column(0);
        Json one{{"name", name.substr(path.size() + 1)},
                 {"unit", in_seconds(column.type) ? "s" : column.unit},
                 {"kind", in_words(column.type)                ? "text"
                          : column.type == ColumnType::boolean ? "flag"
                                                               : "number"},
                 {"description", column.description}};
        Json values = Json::array();
        if (auto error = rows->each(0, std::min(rows->rows(), most_rows), [&](TableRows::Block const& block) {
                for (std::size_t i = 0; i < block.rows(); ++i)
                    values.push_back(value_of(block, column, i));
            }))
            return *error;
        out["total"] = rows->rows();
        one["values"] = std::move(values);
        out["columns"].push_back(std::move(one));
    }
    return out;
}

} // namespace qkdes::look
