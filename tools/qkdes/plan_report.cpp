#include "tools/qkdes/plan_report.hpp"

#include "tools/qkdes/text_table.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace qkdes {

namespace {

constexpr std::size_t kRowsShown = 40;

std::string texts_of(ReportTable const& table) {
    std::vector<std::string> head;
    for (auto const& column : table.columns)
        head.push_back(column.name);
    TextTable text{head};
    for (std::size_t r = 0; r < table.rows.size() && r < kRowsShown; ++r) {
        std::vector<std::string> cells;
        for (auto const& cell : table.rows[r])
            cells.push_back(cell.text);
        text.add(std::move(cells));
    }
    std::string out = fitted(fmt::format("{}: {}\n", table.name, table.meaning), 0) + text.text();
    if (table.rows.size() > kRowsShown)
        out += fmt::format("... and {} more rows, in the results file and in JSON\n", table.rows.size() - kRowsShown);
    return out;
}

} // namespace

std::string plan_text(StudySpec const& study, PlanReport const& report) {
    std::string out = fitted(fmt::format("{}: {} of {}, {} runs from seed {}\n\n", study.name, report.question,
                                         study.base.name, report.runs, study.seed),
                             0);
    for (auto const& sentence : report.answer)
        out += fitted(sentence, 0) + "\n";
    for (auto const& table : report.tables)
        if (table.printed && !table.rows.empty()) out += "\n" + texts_of(table);
    return out;
}

std::string plan_json(StudySpec const& study, PlanReport const& report) {
    nlohmann::ordered_json out{{"study", study.name},    {"question", report.question}, {"scenario", study.base.name},
                               {"seed", study.seed},     {"runs", report.runs},         {"answered", report.answered},
                               {"answer", report.answer}};
    for (auto const& table : report.tables) {
        auto rows = nlohmann::ordered_json::array();
        for (auto const& row : table.rows) {
            auto one = nlohmann::ordered_json::object();
            for (std::size_t c = 0; c < table.columns.size(); ++c) {
                auto const& cell = row[c];
                if (table.columns[c].unit.empty())
                    one[table.columns[c].name] = cell.text;
                else
                    one[table.columns[c].name] = cell.value && std::isfinite(*cell.value)
                                                     ? nlohmann::ordered_json(*cell.value)
                                                     : nlohmann::ordered_json();
            }
            rows.push_back(std::move(one));
        }
        out["tables"][table.name] = std::move(rows);
    }
    return out.dump(2) + "\n";
}

void write_plan(Recorder& recorder, PlanReport const& report) {
    TableSchema sentences{
        "/answer_text", "What the plan says, a sentence a row.", {Column::text("sentence", "of the answer")}, 64};
    Table& said = recorder.add(std::move(sentences));
    for (auto const& sentence : report.answer)
        said.append(sentence);
    for (auto const& table : report.tables) {
        TableSchema schema{"/" + table.name, table.meaning, {}, 4096};
        for (auto const& column : table.columns)
            schema.columns.push_back(column.unit.empty() ? Column::text(column.name, column.meaning)
                                                         : Column::f64(column.name, column.unit, column.meaning));
        Table& out = recorder.add(std::move(schema));
        for (auto const& row : table.rows) {
            std::vector<std::variant<double, std::string>> cells;
            for (std::size_t c = 0; c < table.columns.size(); ++c) {
                if (table.columns[c].unit.empty())
                    cells.emplace_back(row[c].text);
                else
                    cells.emplace_back(row[c].value.value_or(std::numeric_limits<double>::quiet_NaN()));
            }
            out.append_row(cells);
        }
    }
}

} // namespace qkdes
