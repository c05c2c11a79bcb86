#include "sim/look/report/describe.hpp"

#include "sim/look/report/generic_table.hpp"
#include "sim/look/report/json.hpp"
#include "sim/look/report/sections.hpp"
#include "sim/look/table_rows.hpp"

#include <algorithm>

namespace qkdes::look {

namespace {

constexpr std::size_t kLongestScenario = 400'000; // bytes of its text in the page
constexpr std::uint64_t kStudyRows = 5000;        // of a study's tables: points, runs, levels

bool has(std::vector<std::string> const& tables, char const* name) {
    return std::binary_search(tables.begin(), tables.end(), name);
}

char const* kind_of(std::vector<std::string> const& tables) {
    if (has(tables, "/requests")) return "run";
    if (has(tables, "/points") && has(tables, "/metrics")) return "sweep";
    if (has(tables, "/answer_text")) return "plan";
    if (has(tables, "/replications")) return "replications";
    return "tables";
}

/// Texts and numbers of /summary; long texts (a study) are left out.
Result<Json> summary_of(ResultsReader& reader) {
    Json out = Json::object();
    auto const names = reader.columns("/summary");
    if (!names.ok()) return names.error();
    for (auto const& name : *names) {
        auto const texts = reader.texts(name);
        if (!texts.ok()) return texts.error();
        if (texts->size() != 1 || texts->front().size() > 200) continue;
        auto const info = reader.info(name);
        if (!info.ok()) return info.error();
        std::string const key = name.substr(name.rfind('/') + 1);
        if (info->column.type == ColumnType::text) {
            out[key] = texts->front();
        } else {
            auto const value = reader.numbers(name);
            if (!value.ok()) return value.error();
            out[key] = value->front() < 9e15 ? number(value->front(), 12) : Json(texts->front());
        }
    }
    return out;
}

Result<Json> head_of(ResultsReader& reader, std::filesystem::path const& file) {
    auto const& manifest = reader.manifest();
    auto const text = [&](char const* name) { return find_attribute<std::string>(manifest, name).value_or(""); };
    Json out{{"file", file.filename().string()},
             {"name", text("name")},
             {"version", text("version")},
             {"fidelity", text("fidelity")},
             {"crypto", text("crypto")},
             {"seed", fmt::format("{}", find_attribute<std::uint64_t>(manifest, "seed").value_or(0))},
             {"complete", reader.complete()},
             {"reason", reader.reason()}};
    auto scenario = reader.scenario();
    if (!scenario.ok()) return scenario.error();
    bool const fits = scenario->size() <= kLongestScenario;
    auto const parsed = Json::parse(*scenario, nullptr, false);
    out["description"] = parsed.is_object() && parsed.contains("description") && parsed["description"].is_string()
                             ? parsed["description"]
                             : Json("");
    out["scenario"] = fits ? Json(*scenario) : Json();
    auto summary = summary_of(reader);
    if (!summary.ok()) return summary.error();
    out["summary"] = std::move(*summary);
    return out;
}

/// Tables of their own section in the page, or too long and of no use row by row.
bool shown_elsewhere(std::string const& table) {
    for (char const* name : {"/blocks", "/stores", "/requests", "/relays", "/holders", "/summary", "/faults",
                             "/exposure", "/replications", "/metrics", "/runs", "/points"})
        if (table == name) return true;
    return false;
}

} // namespace

Result<nlohmann::ordered_json> describe(std::filesystem::path const& file, Limits const& limits) {
    auto reader = ResultsReader::open(file);
    if (!reader.ok()) return reader.error();
    auto const tables = reader->tables();
    if (!tables.ok()) return tables.error();
    auto head = head_of(*reader, file);
    if (!head.ok()) return head.error();
    Json out = std::move(*head);
    std::string const kind = kind_of(*tables);
    out["kind"] = kind;
    std::vector<std::string> thinned;

    if (kind == "run") {
        auto run = RunContext::open(*reader, limits);
        if (!run.ok()) return run.error();
        out["end"] = seconds(run->end);
        out["frames"] = {{"count", run->frames.count}, {"width", number(run->frames.width / 1e9, 12)}};
        out["replay"] = Json::object();
        for (auto const add : {add_network, add_faults, add_links, add_pools, add_requests, add_exposure})
            if (auto error = add(*run, out)) return *error;
        thinned = std::move(run->thinned);
    }

    Json all = Json::object(), inventory = Json::array();
    for (auto const& table : *tables) {
        if (table == "/summary") continue;
        bool const study = kind != "run" && (table != "/replications" || kind == "replications");
        bool const small_figures = table == "/replications" || table == "/points" || table == "/metrics";
        std::uint64_t rows = limits.table_rows;
        if (table == "/nodes" || table == "/links" || table == "/demands") rows = limits.object_rows;
        if (study || small_figures) rows = kStudyRows;
        bool const whole = study || small_figures || !shown_elsewhere(table);
        auto content = generic_table(*reader, table, whole ? rows : 0);
        if (!content.ok()) return content.error();
        if (content->is_null()) continue;
        inventory.push_back(
            {{"table", table}, {"rows", (*content)["total"]}, {"description", (*content)["description"]}});
        if (whole && (*content)["total"] > rows)
            thinned.push_back(fmt::format("The table {} is shown as far as its first {} of {} rows.", table, rows,
                                          (*content)["total"].get<std::uint64_t>()));
        if (whole) all[table] = std::move(*content);
    }
    out["tables"] = std::move(all);
    out["inventory"] = std::move(inventory);
    out["thinned"] = thinned;
    return out;
}

} // namespace qkdes::look
