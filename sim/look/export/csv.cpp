#include "sim/look/export/csv.hpp"

#include "sim/look/export/csv_cell.hpp"
#include "sim/look/export/row_names.hpp"
#include "sim/look/export/text_file.hpp"
#include "sim/look/table_rows.hpp"

#include <algorithm>

namespace qkdes::look {

namespace {

constexpr std::string_view kEnd = "\r\n";

void append(TextFile& file, std::string_view text) { file.text().append(text.data(), text.data() + text.size()); }

void append_line(TextFile& file, std::vector<std::string> const& cells) {
    for (std::size_t c = 0; c < cells.size(); ++c) {
        if (c != 0) append(file, ",");
        append(file, csv_quoted(cells[c]));
    }
    append(file, kEnd);
}

class Export {
  public:
    Export(ResultsReader& reader, std::filesystem::path folder, bool replace)
        : reader_{reader}, folder_{std::move(folder)}, replace_{replace} {}

    MaybeError run(std::vector<std::string> const& tables) {
        if (auto error = check_names(tables)) return error;
        auto names = RowNames::read(reader_);
        if (!names.ok()) return names.error();
        names_ = std::move(*names);
        auto about = TextFile::create(folder_ / "columns.csv", replace_);
        if (!about.ok()) return about.error();
        append_line(*about, {"table", "column", "unit", "kind", "description"});
        for (auto const& table : tables)
            if (auto error = table == "/summary" ? summary(*about) : one_table(table, *about)) return error;
        if (auto error = manifest()) return error;
        return commit(*about);
    }
    CsvReport const& report() const { return report_; }

  private:
    /// Before the first byte.
    MaybeError check_names(std::vector<std::string> const& tables) const {
        std::error_code code;
        std::filesystem::create_directories(folder_, code);
        if (code) {
            IoError error = write_error(folder_, code.value());
            error.what = "the folder cannot be made";
            error.try_ = "choose another folder";
            return error;
        }
        std::vector<std::string> files{"columns.csv", "manifest.csv", "scenario.json"};
        for (auto const& table : tables)
            files.push_back(table.substr(1) + ".csv");
        for (auto const& file : files)
            if (auto error = check_free(folder_ / file, replace_)) return error;
        return {};
    }

    MaybeError commit(TextFile& file) {
        if (auto error = file.commit()) return error;
        report_.bytes += file.bytes();
        return {};
    }

    MaybeError one_table(std::string const& table, TextFile& about) {
        auto const columns = ordered_columns(reader_, table);
        if (!columns.ok()) return columns.error();
        auto file = TextFile::create(folder_ / (table.substr(1) + ".csv"), replace_);
        if (!file.ok()) return file.error();
        std::vector<std::string> header;
        std::vector<CsvCell> cells;
        for (auto const& column : *columns) {
            header.push_back(column.name);
            cells.emplace_back(column, names_.of(column));
            append_line(about,
                        {table.substr(1), column.name, cells.back().unit(), cells.back().kind(), column.description});
        }
        append_line(*file, header);
        auto rows = TableRows::open(reader_, table, header);
        if (!rows.ok()) return rows.error();
        MaybeError failed;
        auto const error = rows->each([&](TableRows::Block const& block) {
            for (std::size_t i = 0; i < block.rows() && !failed; ++i) {
                for (std::size_t c = 0; c < cells.size(); ++c) {
                    if (c != 0) file->text().push_back(',');
                    cells[c].append(file->text(), block.buffer(c), i);
                }
                append(*file, kEnd);
                failed = file->turn();
            }
        });
        if (error) return error;
        if (failed) return failed;
        ++report_.tables;
        report_.rows += rows->rows();
        return commit(*file);
    }

    MaybeError summary(TextFile& about) {
        auto const paths = reader_.columns("/summary");
        if (!paths.ok()) return paths.error();
        auto file = TextFile::create(folder_ / "summary.csv", replace_);
        if (!file.ok()) return file.error();
        append_line(*file, {"figure", "value", "unit", "description"});
        append_line(about, {"summary", "figure", "", "text", "its name"});
        append_line(about, {"summary", "value", "unit", "text", "in the unit named"});
        append_line(about, {"summary", "unit", "", "text", "its unit"});
        append_line(about, {"summary", "description", "", "text", "what it means"});
        for (auto const& path : *paths) {
            auto const info = reader_.info(path);
            if (!info.ok()) return info.error();
            auto const value = reader_.texts(path);
            if (!value.ok()) return value.error();
            if (value->empty()) continue;
            append_line(*file, {info->column.name, value->front(), info->column.unit, info->column.description});
            ++report_.rows;
        }
        ++report_.tables;
        return commit(*file);
    }

    MaybeError manifest() {
        auto file = TextFile::create(folder_ / "manifest.csv", replace_);
        if (!file.ok()) return file.error();
        append_line(*file, {"name", "value"});
        for (auto const& [name, value] : reader_.manifest())
            append_line(*file, {name, std::visit([](auto const& v) { return fmt::format("{}", v); }, value)});
        if (auto error = commit(*file)) return error;
        auto const text = reader_.scenario();
        if (!text.ok()) return text.error();
        auto scenario = TextFile::create(folder_ / "scenario.json", replace_);
        if (!scenario.ok()) return scenario.error();
        append(*scenario, *text);
        return commit(*scenario);
    }

    ResultsReader& reader_;
    std::filesystem::path folder_;
    bool replace_;
    RowNames names_;
    CsvReport report_;
};

} // namespace

Result<std::vector<Column>> ordered_columns(ResultsReader& reader, std::string const& table) {
    auto const paths = reader.columns(table);
    if (!paths.ok()) return paths.error();
    std::vector<Column> out;
    for (auto const& path : *paths) {
        auto info = reader.info(path);
        if (!info.ok()) return info.error();
        out.push_back(std::move(info->column));
    }
    auto const rank = [](Column const& c) { return c.unit == "index" ? 0 : c.type == ColumnType::time ? 1 : 2; };
    std::stable_sort(out.begin(), out.end(), [&](Column const& a, Column const& b) { return rank(a) < rank(b); });
    return out;
}

MaybeError check_tables(ResultsReader& reader, std::string const& file, std::vector<std::string> const& wanted) {
    auto const tables = reader.tables();
    if (!tables.ok()) return tables.error();
    for (auto const& name : wanted)
        if (!std::binary_search(tables->begin(), tables->end(), "/" + name)) {
            std::string known;
            for (auto const& table : *tables)
                known += (known.empty() ? "" : ", ") + table.substr(1);
            return IoError{file, fmt::format("no table \"{}\"", name), "it has " + known, "choose one of them"};
        }
    return {};
}

Result<CsvReport> export_csv(ResultsReader& reader, std::filesystem::path const& folder, CsvOptions const& options) {
    if (auto error = check_tables(reader, folder.string(), options.tables)) return *error;
    auto all = reader.tables();
    if (!all.ok()) return all.error();
    if (!options.tables.empty())
        std::erase_if(*all, [&](std::string const& table) {
            return std::ranges::find(options.tables, table.substr(1)) == options.tables.end();
        });
    Export work{reader, folder, options.replace};
    if (auto error = work.run(*all)) return *error;
    return work.report();
}

} // namespace qkdes::look
